# peal search on a ring that stays up.
import json
import unittest

from ring import RingTest


class Search(RingTest):
    def setUp(self):
        super().setUp()
        self.ring.start_all(3)

    def found(self, *arguments):
        out = self.ring.ok("search", "--json", *arguments)
        return [json.loads(line) for line in out.splitlines()]

    def texts(self, *arguments):
        return [post["text"] for post in self.found(*arguments)]

    def test_words_are_found_latest_first_in_every_room(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="pizza today\nsoup\nPIZZA tomorrow\n")
        self.ring.ok("send", "--as", "bob", "--room", "tea", "who said pizza?")

        self.assertEqual(self.texts("pizza"), ["who said pizza?", "PIZZA tomorrow", "pizza today"])
        self.assertEqual(self.texts("pizza", "tom"), ["PIZZA tomorrow"])
        self.assertEqual(self.texts("--room", "tea", "pizza"), ["who said pizza?"])
        self.assertEqual(self.texts("--last", "1", "pizza"), ["who said pizza?"])
        post = self.found("--as", "ann", "soup")[0]
        self.assertEqual((post["from"], post["room"], post["text"]), ("ann", "#lunch", "soup"))

    def test_people_read_it_in_columns(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "pizza\nwith cheese")
        self.ring.ok("send", "--as", "bobby", "--room", "breakfast", "no pizza")

        lines = self.ring.ok("search", "pizza").splitlines()

        self.assertRegex(lines[0], r"^\d\d:\d\d  #breakfast  bobby  no pizza$")
        self.assertRegex(lines[1], r"^\d\d:\d\d  #lunch      ann    pizza$")
        self.assertEqual(lines[2], " " * lines[1].index("pizza") + "with cheese")

    def test_direct_conversations_are_found_by_their_two_only(self):
        self.ring.ok("send", "--as", "bob", "--room", "lunch", "hello")
        self.ring.ok("send", "--as", "ann", "--to", "bob", "a secret")

        self.assertEqual(self.texts("secret"), [])
        self.assertEqual(self.texts("--as", "carl", "secret"), [])
        self.assertEqual(self.texts("--as", "carl", "--with", "ann", "secret"), [])
        self.assertEqual(self.texts("--as", "bob", "secret"), ["a secret"])
        self.assertEqual(self.found("--as", "ann", "--with", "bob", "secr")[0]["with"], "bob")
        self.assertIn("  bob  ann  a secret", self.ring.ok("search", "--as", "ann", "secret"))

    def test_what_is_found_is_what_can_be_read_now(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="pizza today\npizza tomorrow\n")
        first, second = [json.loads(line)["message"] for line in self.ring.ok("read", "--as", "ann", "--room", "lunch", "--json").splitlines()]

        self.ring.ok("amend", "--as", "ann", "--room", "lunch", "--post", first, "--text", "soup today")
        self.ring.ok("amend", "--as", "ann", "--room", "lunch", "--post", second, "--delete")

        self.assertEqual(self.texts("pizza"), [])
        self.assertEqual(self.texts("tomorrow"), [])
        self.assertEqual([(found["post"], found["text"]) for found in self.found("today")], [(first, "soup today")])
        self.assertRegex(self.ring.ok("search", "soup"), r"  soup today  \(edited\)\n$")

    def test_private_rooms_are_searched_by_their_members_only(self):
        self.ring.ok("send", "--as", "ann", "--room", "plans", "a surprise")
        self.ring.ok("room", "plans", "--as", "ann", "--private")
        self.ring.ok("send", "--as", "bob", "--room", "lunch", "hello")

        self.assertEqual(self.texts("--as", "ann", "surprise"), ["a surprise"])
        self.assertEqual(self.texts("--as", "bob", "surprise"), [])
        self.assertEqual(self.texts("surprise"), [])
        self.assertEqual(self.ring.run("search", "--as", "bob", "--room", "plans", "surprise").returncode, 1)

    def test_nothing_found_is_no_failure(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "hello")

        self.assertEqual(self.ring.ok("search", "caviar"), "nothing found\n")
        self.assertEqual(self.ring.ok("search", "--json", "caviar"), "")

    def test_what_is_typed_is_words_and_nothing_else(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "this OR that \"AND\" (those)*")

        for typed in ['"that', "that OR", 'NOT this', "(this", "this*", "-this", "text:this", "this'--", "^this", "NEAR"]:
            self.ring.ok("search", typed if not typed.startswith("-") else "this -")
        self.assertEqual(self.texts("OR", "AND"), ['this OR that "AND" (those)*'])
        self.assertEqual(self.texts("this NOT"), [])

    def test_questions_that_make_no_sense_say_so(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "hello")

        self.assert_refused(self.ring.run("search", "?!"), 2, "no word")
        self.assert_refused(self.ring.run("search", "x" * 300), 2, "256")
        self.assert_refused(self.ring.run("search", "--with", "ann", "hello"), 2, "--as")
        self.assert_refused(self.ring.run("search", "--room", "nowhere", "hello"), 1, "#nowhere")
        self.assert_refused(self.ring.run("search"), 2)

    def test_history_from_before_a_restart_is_found(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="".join(f"number {i}\n" for i in range(500)))
        self.ring.wait_equal()
        for server in list(self.ring.servers):
            server.kill()
        for server in [self.ring.restart(server) for server in list(self.ring.servers)]:
            server.wait_ready()
        self.ring.wait_members(3)

        self.assertEqual(len(self.texts("--last", "1000", "number")), 500)
        self.assertEqual(self.texts("number", "499"), ["number 499"])


if __name__ == "__main__":
    unittest.main()
