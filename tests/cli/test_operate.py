# peal leave, drain and remove: what operators do, and what people notice of it (nothing).
import json
import threading
import subprocess
import time
import unittest

from ring import PATIENCE, RingTest, eventually


class Operate(RingTest):
    def json_of(self, *arguments):
        return json.loads(self.ring.ok(*arguments, "--json"))

    def absent_at(self, server):
        return [one["id"] for one in self.ring.status(server)["absent"]]

    def members_at(self, server):
        return [one["id"] for one in self.ring.status(server)["servers"]]


class Leave(Operate):
    def test_a_server_leaves_and_ends_with_exit_code_0(self):
        servers = self.ring.start_all(3)

        answer = self.json_of("leave", "--server", servers[0].addr)

        self.assertEqual(answer["server"], servers[0].id)
        self.assertEqual(answer["result"], "leaving")
        self.assertEqual(servers[0].process.wait(PATIENCE), 0)
        eventually(lambda: len(self.members_at(servers[1])) == 2, "a view of two")

    def test_the_only_server_refuses(self):
        server = self.ring.start_all(1)[0]

        self.assert_refused(self.ring.run("leave"), 1, f"s{server.id}", "only server")
        self.assertTrue(server.alive())

    def test_of_several_one_must_be_named(self):
        servers = self.ring.start_all(2)

        # Each with the address that it gives to others.
        ports = [server.addr.rsplit(":", 1)[1] for server in servers]
        self.assert_refused(self.ring.run("leave"), 2, *(f":{port} for s" for port in ports))


class Drain(Operate):
    def test_people_notice_nothing(self):
        servers = self.ring.start_all(3)
        home = servers[0]
        lines = [f"line {i}" for i in range(1500)]
        self.ring.ok("send", "--as", "ann", "--room", "lunch", lines[0])  # Who reads needs a room.
        reader = self.ring.command("read", "--as", "bob", "--room", "lunch", "--follow", "--json", "--server", home.addr,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        writer = self.ring.command("send", "--as", "ann", "--room", "lunch", "--server", home.addr, "-",
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        heard = []
        listening = threading.Thread(target=lambda: heard.extend(json.loads(line)["text"] for line in reader.stdout), daemon=True)
        listening.start()
        eventually(lambda: self.ring.status(home)["sessions"] >= 1, "bob is at home there")

        for i, line in enumerate(lines[1:]):
            writer.stdin.write((line + "\n").encode())
            writer.stdin.flush()
            if i == 500:
                answer = self.json_of("drain", "--server", home.addr)
                self.assertEqual((answer["result"], answer["sessions"]), ("drained", 0))
            time.sleep(0.001)
        writer.stdin.close()

        self.assertEqual(writer.wait(PATIENCE), 0)
        self.assertEqual(writer.stderr.read(), b"")
        eventually(lambda: len(heard) >= len(lines), "bob reads all of it")
        self.assertEqual(heard, lines)
        self.assertEqual(self.ring.status(home)["sessions"], 0)
        self.assertTrue(self.ring.status(home)["draining"])

    def test_undone_it_takes_clients_again(self):
        servers = self.ring.start_all(2)
        self.json_of("drain", "--server", servers[0].addr)

        self.assertEqual(self.json_of("drain", "--undo", "--server", servers[0].addr)["result"], "serving")

        self.ring.ok("send", "--as", "ann", "--room", "lunch", "--server", servers[0].addr, "--pin", "hello")
        self.assertFalse(self.ring.status(servers[0])["draining"])

    def test_who_can_reach_no_other_server_is_served(self):
        servers = self.ring.start_all(2)
        self.json_of("drain", "--server", servers[0].addr)

        self.ring.ok("send", "--as", "ann", "--room", "lunch", "--server", servers[0].addr, "--pin", "hello")

    def test_the_only_server_refuses(self):
        server = self.ring.start_all(1)[0]

        self.assert_refused(self.ring.run("drain"), 1, f"s{server.id}", "only server")
        self.assertFalse(self.ring.status(server)["draining"])


class Remove(Operate):
    def test_a_dead_server_is_forgotten_until_it_is_back(self):
        servers = [self.ring.start("--data", self.ring.path(f"s{i}")) for i in range(3)]
        for server in servers:
            server.wait_ready()
        self.ring.wait_members(3)
        dead, *others = servers
        dead.kill()
        self.ring.wait_members(2)
        for server in others:
            self.assertIn(dead.id, self.absent_at(server))

        # It may have been heard just before it died.
        done = eventually(lambda: (run := self.ring.run("remove", f"s{dead.id}", "--json")).returncode == 0 and run, "it is forgotten")

        self.assertEqual(sorted(json.loads(done.out)["forgotten_by"]), sorted(server.id for server in others))
        for server, data in zip(servers, range(3)):
            if server is dead:
                continue
            self.assertNotIn(dead.id, self.absent_at(server))
            with open(self.ring.path(f"s{data}", "peers")) as book:
                self.assertNotIn(dead.addr.rsplit(":", 1)[1], book.read())
        self.ring.restart(dead).wait_ready()
        self.ring.wait_members(3)

    def test_a_live_server_is_not(self):
        servers = self.ring.start_all(2)

        self.assert_refused(self.ring.run("remove", str(servers[0].id)), 1, f"s{servers[0].id}", "lives")
        self.ring.wait_members(2)

    def test_nobody_knows_it(self):
        self.ring.start_all(1)

        self.assert_refused(self.ring.run("remove", "4711"), 1, "s4711", "no server knows")

    def test_what_makes_no_sense(self):
        for arguments in (("remove",), ("remove", "seven"), ("remove", "0"), ("remove", "s"), ("leave", "surplus"), ("drain", "--server", "no address")):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ring.run(*arguments), 2)


if __name__ == "__main__":
    unittest.main()
