# Editing, deleting, reacting, private rooms, and what is unread, on a ring that stays up.
import json
import unittest

from ring import RingTest


class Conversations(RingTest):
    def setUp(self):
        super().setUp()
        self.ring.start_all(3)

    def say(self, who, room, text):
        """The message's id, as --json prints it."""
        return json.loads(self.ring.ok("send", "--as", who, "--room", room, "--json", text))["message"]

    def posts(self, who, room, *more):
        out = self.ring.ok("read", "--as", who, "--room", room, "--json", *more)
        return [json.loads(line) for line in out.splitlines()]

    def amend(self, who, post, *what):
        return self.ring.run("amend", "--as", who, "--room", "lunch", "--post", post, *what)

    def test_authors_edit_and_delete_what_they_said(self):
        first = self.say("ann", "lunch", "piza?")
        second = self.say("ann", "lunch", "never mind")

        self.assertEqual(self.amend("ann", first, "--text", "pizza?").returncode, 0)
        self.assertEqual(self.amend("ann", second, "--delete").returncode, 0)

        posts = self.posts("bob", "lunch")
        self.assertEqual([post["text"] for post in posts], ["pizza?", ""])
        self.assertTrue(posts[0]["edited"])
        self.assertTrue(posts[1]["deleted"])
        shown = self.ring.ok("read", "--as", "bob", "--room", "lunch")
        self.assertIn("pizza?  (edited)", shown)
        self.assertIn("(deleted)", shown)
        self.assertNotIn("never mind", shown)

    def test_others_do_not(self):
        post = self.say("ann", "lunch", "pizza?")
        self.say("bob", "lunch", "hm")

        done = self.amend("bob", post, "--text", "soup!")

        self.assertEqual(done.returncode, 1)
        self.assertIn("somebody else's", done.err)
        self.assertEqual(self.posts("bob", "lunch")[0]["text"], "pizza?")

    def test_reactions_are_counted_and_taken_back(self):
        post = self.say("ann", "lunch", "pizza?")
        self.say("bob", "lunch", "yes")
        for who in ("ann", "bob"):
            self.assertEqual(self.amend(who, post, "--react", "\U0001f355").returncode, 0)
        self.assertEqual(self.posts("bob", "lunch")[0]["reactions"], {"\U0001f355": 2})

        self.assertEqual(self.amend("bob", post, "--unreact", "\U0001f355").returncode, 0)

        self.assertEqual(self.posts("bob", "lunch")[0]["reactions"], {"\U0001f355": 1})
        self.assertIn("[\U0001f355 1]", self.ring.ok("read", "--as", "bob", "--room", "lunch"))

    def test_edits_of_old_messages_are_seen_in_the_last_ones(self):
        post = self.say("ann", "lunch", "old")
        self.say("ann", "lunch", "new")
        self.amend("ann", post, "--text", "older")

        self.assertEqual([post["text"] for post in self.posts("bob", "lunch", "--last", "2")], ["older", "new"])
        self.assertEqual([post["text"] for post in self.posts("bob", "lunch", "--last", "1")], ["new"])

    def test_a_name_of_a_message_that_is_none_is_bad_usage(self):
        for name in ("7", "7:", ":7", "a:b", "0:1", "7:0"):
            done = self.amend("ann", name, "--delete")
            self.assertEqual(done.returncode, 2, name)
            self.assertIn("SESSION:N", done.err)

    def test_a_private_room_is_for_its_members(self):
        self.say("ann", "plans", "secret")
        self.say("bob", "lunch", "hello")
        self.ring.ok("room", "plans", "--as", "ann", "--private")

        refused = self.ring.run("read", "--as", "bob", "--room", "plans")
        self.assertEqual(refused.returncode, 1)
        self.assertNotIn("secret", refused.out)
        self.assertEqual(self.ring.run("send", "--as", "bob", "--room", "plans", "let me in").returncode, 1)
        self.assertEqual([room["room"] for room in json.loads(self.ring.ok("rooms", "--json"))], ["#lunch"])
        mine = json.loads(self.ring.ok("rooms", "--as", "ann", "--json"))
        self.assertEqual([(room["room"], room["private"]) for room in mine], [("#lunch", False), ("#plans", True)])

        self.ring.ok("room", "plans", "--as", "ann", "--invite", "bob")
        self.assertEqual([post["text"] for post in self.posts("bob", "plans")], ["secret"])

    def test_who_is_removed_stays_out_until_invited(self):
        self.say("ann", "lunch", "hello")
        self.say("bob", "lunch", "hello")
        self.ring.ok("room", "lunch", "--as", "ann", "--remove", "bob")

        done = self.ring.run("send", "--as", "bob", "--room", "lunch", "I am back")
        self.assertEqual(done.returncode, 1)
        self.assertIn("ask its owner, ann", done.err)

        self.ring.ok("room", "lunch", "--as", "ann", "--invite", "bob")
        self.say("bob", "lunch", "thanks")
        done = self.ring.run("room", "lunch", "--as", "bob", "--remove", "ann")
        self.assertEqual(done.returncode, 1)
        self.assertIn("belongs to ann", done.err)

    def test_unread_counts_what_others_said_since_the_reader_looked(self):
        self.ring.ok("send", "--as", "bob", "--room", "lunch", "hello")
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="one\ntwo\n@bob three\n")
        self.ring.ok("send", "--as", "ann", "--to", "bob", "psst")

        def unread():
            return json.loads(self.ring.ok("unread", "--as", "bob", "--json"))

        self.assertEqual(
            unread(),
            [
                {"room": "#lunch", "unread": 3, "mentions": 1, "more": False},
                {"with": "ann", "unread": 1, "mentions": 0, "more": False},
            ],
        )
        self.posts("bob", "lunch", "--mark")
        self.assertEqual([one["unread"] for one in unread()], [0, 1])
        self.ring.ok("read", "--as", "bob", "--with", "ann", "--mark")
        self.assertIn("read everything", self.ring.ok("unread", "--as", "bob"))


if __name__ == "__main__":
    unittest.main()
