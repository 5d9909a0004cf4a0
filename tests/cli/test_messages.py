# peal send, read, chat, rooms, who and status on a ring that stays up.
import datetime
import json
import re
import subprocess
import time
import unittest

from ring import RingTest, eventually


class Messages(RingTest):
    def setUp(self):
        super().setUp()
        self.ring.start_all(3)

    def test_a_message_is_acknowledged_by_a_majority_and_read_by_another(self):
        out = self.ring.ok("send", "--as", "ann", "--room", "lunch", "--json", "pizza?")

        verdict = json.loads(out)
        self.assertEqual(verdict["n"], 1)
        self.assertGreaterEqual(verdict["copies"], 2)
        self.assertEqual(len(verdict["view"]), 2)
        read = json.loads(self.ring.ok("read", "--as", "bob", "--room", "lunch", "--json"))
        self.assertEqual(read["id"], verdict["id"])
        self.assertEqual((read["from"], read["room"], read["text"]), ("ann", "#lunch", "pizza?"))
        self.assertRegex(read["message"], r"^\d+:\d+$")
        self.assertIsInstance(read["hlc"], str)
        datetime.datetime.fromisoformat(read["time"].replace("Z", "+00:00"))

    def test_each_line_of_standard_input_is_a_message_in_order(self):
        lines = [f"line {i} \u00e4\u6f22\U0001f514" for i in range(3000)]

        out = self.ring.ok("send", "--as", "ann", "--room", "lunch", "--json", "-", text="\n".join(lines))

        self.assertEqual([json.loads(line)["n"] for line in out.splitlines()], list(range(1, 3001)))
        self.assertEqual(self.ring.texts("bob", "lunch"), lines)

    def test_empty_lines_are_left_out_and_said_so(self):
        done = self.ring.run("send", "--as", "ann", "--room", "lunch", "-", text="one\n\n\ntwo\r\n")

        self.assertEqual(done.returncode, 0)
        self.assertIn("2 empty lines", done.err)
        self.assertEqual(self.ring.texts("bob", "lunch"), ["one", "two"])

    def test_a_line_that_is_refused_is_named_and_the_others_arrive(self):
        text = b"one\n" + b"x" * 20000 + b"\nthree\n\xff\xfe\nfive\n"

        done = self.ring.run("send", "--as", "ann", "--room", "lunch", "-", data=text)

        self.assertEqual(done.returncode, 1)
        self.assertIn("line 2 was refused", done.err)
        self.assertIn("line 4 was refused", done.err)
        self.assertEqual(self.ring.texts("bob", "lunch"), ["one", "three", "five"])

    def test_nothing_on_standard_input_is_nothing_to_do(self):
        self.assertEqual(self.ring.ok("send", "--as", "ann", "--room", "lunch", "--json", "-", text=""), "")

    def test_a_direct_message_is_between_two(self):
        self.ring.ok("send", "--as", "bob", "--room", "lunch", "hello")
        self.ring.ok("send", "--as", "ann", "--to", "bob", "psst")

        self.assertIn("psst", self.ring.ok("read", "--as", "bob", "--with", "ann"))
        self.assertIn("psst", self.ring.ok("read", "--as", "ann", "--with", "bob"))
        self.assertNotIn("psst", self.ring.ok("read", "--as", "carl", "--with", "ann"))
        self.assertNotIn("psst", self.ring.ok("read", "--as", "carl", "--room", "lunch"))

    def test_the_last_messages_only(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="".join(f"{i}\n" for i in range(600)))

        out = self.ring.ok("read", "--as", "bob", "--room", "lunch", "--last", "3", "--json")

        self.assertEqual([json.loads(line)["text"] for line in out.splitlines()], ["597", "598", "599"])

    def test_following_shows_what_arrives(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "before")
        reader = self.ring.command("read", "--as", "bob", "--room", "lunch", "--follow", "--json", stdout=subprocess.PIPE)
        self.assertEqual(json.loads(reader.stdout.readline())["text"], "before")

        self.ring.ok("send", "--as", "ann", "--room", "lunch", "after")

        self.assertEqual(json.loads(reader.stdout.readline())["text"], "after")

    def test_terminals_cannot_be_driven_by_a_message(self):
        done = self.ring.run("send", "--as", "ann", "--room", "lunch", "\x1b[2Jhello")

        self.assertEqual(done.returncode, 1)
        self.assertNotIn("\x1b", done.err)

    def test_a_name_that_is_taken_is_refused_and_says_what_to_do(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "hello")

        done = self.ring.run("send", "--as", "ann", "--profile", self.ring.path("elsewhere"), "--room", "lunch", "me too")

        self.assert_refused(done, 1, "ann", "--as")

    def test_read_since_a_time(self):
        for text in ["one", "two", "three"]:
            self.ring.ok("send", "--as", "ann", "--room", "lunch", text)
            time.sleep(0.002)
        posts = [json.loads(line) for line in self.ring.ok("read", "--as", "bob", "--room", "lunch", "--json").splitlines()]
        texts = [post["text"] for post in posts]
        self.assertEqual(texts, ["one", "two", "three"])

        def since(time):
            out = self.ring.ok("read", "--as", "bob", "--room", "lunch", "--json", "--since", time)
            return [json.loads(line)["text"] for line in out.splitlines()]

        self.assertEqual(since(posts[1]["time"]), ["two", "three"])
        self.assertEqual(since("1h"), texts)
        self.assertEqual(since("1999-12-31T23:59"), texts)
        self.assertEqual(since("2199-01-01"), [])
        self.assertEqual(since("2199-01-01 10:30Z"), [])
        for wrong in ["soon", "2026-02-31", "5", "-1h", "25:00", "2026-11-21T10:30.5x"]:
            refused = self.ring.run("read", "--as", "bob", "--room", "lunch", f"--since={wrong}")
            self.assert_refused(refused, 2, "--since")

    def test_follow_since_a_time_leaves_out_what_is_older(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "old")
        self.ring.ok("read", "--as", "bob", "--room", "lunch")
        reader = self.ring.command("read", "--as", "bob", "--room", "lunch", "--follow", "--since", "2199-01-01",
                                   "--json", stdout=subprocess.PIPE)
        eventually(lambda: "bob" in self.ring.ok("who"), "bob reads")
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "new")
        self.assertEqual(json.loads(reader.stdout.readline())["text"], "new")

    def test_a_room_that_does_not_exist_is_not_opened_by_reading(self):
        self.assert_refused(self.ring.run("read", "--as", "ann", "--room", "nowhere"), 1, "#nowhere")
        self.assert_refused(self.ring.run("read", "--as", "ann", "--room", "nowhere"), 1, "#nowhere")

    def test_a_user_who_does_not_exist(self):
        self.assert_refused(self.ring.run("send", "--as", "ann", "--to", "nobody", "hello"), 1, "nobody")
        self.assert_refused(self.ring.run("read", "--as", "ann", "--with", "nobody"), 1, "nobody")

    def test_rooms_with_members_and_groups(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "hello")
        self.ring.ok("read", "--as", "bob", "--room", "lunch")

        (room,) = json.loads(self.ring.ok("rooms", "--json"))

        self.assertEqual((room["room"], room["members"]), ("#lunch", 2))
        self.assertRegex(room["group"], r"^239\.")
        self.assertIn("#lunch", self.ring.ok("rooms"))

    def test_who_is_on_line_with_home(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "hello")
        self.ring.command("read", "--as", "ann", "--room", "lunch", "--follow", stdout=subprocess.DEVNULL)

        def ann():
            return [user for user in json.loads(self.ring.ok("who", "--json")) if user["name"] == "ann"]

        (user,) = eventually(ann, "ann on line")
        self.assertIn(user["home"], [server.id for server in self.ring.servers])

    def test_status_has_the_documented_shape(self):
        status = self.ring.status()

        self.assertEqual(status["cluster"], self.ring.env["PEAL_CLUSTER"])
        self.assertEqual(status["view"][1], max(server.id for server in self.ring.servers))
        self.assertEqual([s["role"] for s in status["servers"]].count("leader"), 1)
        for server in status["servers"]:
            self.assertEqual(set(server), {"id", "addr", "role", "alive", "lag", "rtt_us", "skew_ms"})
        self.assertTrue({"self", "users", "rooms", "version_vector", "digest"} <= set(status))

    def test_status_for_people_lists_every_server(self):
        out = self.ring.ok("status")

        for server in self.ring.servers:
            self.assertIn(f"s{server.id}", out)
        self.assertNotIn("\x1b", out)

    def test_chat_takes_lines_and_prints_the_conversation(self):
        out = self.ring.ok("chat", "--as", "ann", "--room", "lunch", text="one\n/help is a message here\ntwo\n")

        own = [re.split(r" {2,}", line)[2] for line in out.splitlines() if line.endswith("\u2713\u2713")]
        self.assertEqual(own, ["one", "/help is a message here", "two"])
        self.assertEqual(self.ring.texts("bob", "lunch"), ["one", "/help is a message here", "two"])

    def test_chat_as_json(self):
        out = self.ring.ok("chat", "--as", "ann", "--room", "lunch", "--json", text="one\ntwo\n")

        self.assertEqual([json.loads(line)["text"] for line in out.splitlines()], ["one", "two"])

    def test_doctor_hears_itself(self):
        done = self.ring.run("doctor", "--json")

        found = json.loads(done.out)
        self.assertEqual(done.returncode, 0 if found["ok"] else 1)
        self.assertTrue(any(check["ok"] for check in found["checks"] if "way" in check))
        self.assertTrue(any("3 servers" in check["detail"] for check in found["checks"]))


if __name__ == "__main__":
    unittest.main()
