# peal export and peal import on a ring that stays up.
import json
import os
import unittest

from ring import RingTest, eventually


class Archive(RingTest):
    def setUp(self):
        super().setUp()
        self.ring.start_all(3)

    def write(self, name, lines):
        path = self.ring.path(name)
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
        return path

    def test_an_export_is_the_whole_conversation_oldest_first(self):
        texts = [f"number {i}" for i in range(600)]
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="\n".join(texts))
        self.ring.ok("send", "--as", "bob", "--room", "tea", "elsewhere")
        path = self.ring.path("lunch.jsonl")

        said = self.ring.ok("export", "--room", "lunch", "-o", path)
        out = self.ring.ok("export", "--room", "lunch")

        self.assertIn("600 messages", said)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), out)
        self.assertEqual([json.loads(line)["text"] for line in out.splitlines()], texts)
        self.assertEqual(out, self.ring.ok("read", "--as", "ann", "--room", "lunch", "--json"))
        self.assertEqual(os.listdir(os.path.dirname(path)).count("lunch.jsonl.part"), 0)

    def test_what_was_edited_or_deleted_is_exported_so_and_imported_as_it_is_now(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="piza\nnever mind\n")
        first, second = [json.loads(line)["message"] for line in self.ring.ok("export", "--room", "lunch").splitlines()]
        self.ring.ok("amend", "--as", "ann", "--room", "lunch", "--post", first, "--text", "pizza")
        self.ring.ok("amend", "--as", "ann", "--room", "lunch", "--post", second, "--delete")
        path = self.ring.path("lunch.jsonl")
        self.ring.ok("export", "--room", "lunch", "-o", path)

        with open(path, encoding="utf-8") as file:
            posts = [json.loads(line) for line in file]
        self.assertEqual([post["text"] for post in posts], ["pizza", ""])
        self.assertEqual([post.get("edited") for post in posts], [True, None])
        self.assertEqual([post.get("deleted") for post in posts], [None, True])
        self.assertIn("1 message in #archive", self.ring.ok("import", path, "--as", "ann", "--room", "archive"))
        self.assertRegex(self.ring.texts("bob", "archive")[0], r"^\[.* UTC\] pizza$")

    def test_a_direct_conversation_is_exported_by_its_two(self):
        self.ring.ok("send", "--as", "bob", "--room", "lunch", "hello")
        self.ring.ok("send", "--as", "ann", "--to", "bob", "psst")

        self.assertEqual(json.loads(self.ring.ok("export", "--as", "bob", "--with", "ann"))["text"], "psst")
        self.assertEqual(self.ring.ok("export", "--as", "carl", "--with", "ann"), "")
        self.assert_refused(self.ring.run("export", "--with", "ann"), 2, "--as")
        self.assert_refused(self.ring.run("export", "--room", "nowhere"), 1, "#nowhere")
        self.assert_refused(self.ring.run("export", "--room", "lunch", "-o", "/nowhere/file"), 1, "cannot write")

    def test_an_import_says_whose_words_they_are_and_adds_nothing_twice(self):
        path = self.write("old.jsonl", [
            {"from": "bob", "text": "pizza?", "time": "2026-11-20T12:03:04.567Z"},
            {"from": "ann", "text": "yes\nplease", "time": "2026-11-20T12:04:00.000Z"},
            "\n",
            {"text": "no idea whose"},
        ])
        expected = ["[bob, 2026-11-20 12:03 UTC] pizza?", "[2026-11-20 12:04 UTC] yes\nplease", "no idea whose"]

        self.assertIn("3 messages in #archive", self.ring.ok("import", path, "--as", "ann", "--room", "archive"))
        self.assertEqual(self.ring.texts("bob", "archive"), expected)
        for _ in range(2):
            self.ring.ok("import", path, "--as", "ann", "--room", "archive")
        self.ring.wait_equal()

        self.assertEqual(self.ring.texts("bob", "archive"), expected)
        self.assertEqual(json.loads(self.ring.ok("export", "--room", "archive").splitlines()[0])["from"], "ann")
        self.ring.ok("import", path, "--as", "ann", "--room", "elsewhere")
        self.ring.ok("import", path, "--as", "carl", "--room", "archive")
        self.assertEqual(self.ring.texts("bob", "elsewhere"), expected)
        self.assertEqual(len(self.ring.texts("bob", "archive")), 6)

    def test_an_import_that_is_killed_goes_on_where_it_stopped(self):
        texts = [f"number {i}" for i in range(20000)]
        path = self.write("long.jsonl", [{"text": text} for text in texts])
        importer = self.ring.command("import", path, "--as", "ann", "--room", "archive")

        def some():
            done = self.ring.run("read", "--as", "bob", "--room", "archive", "--last", "1", "--json")
            return done.returncode == 0 and done.out != ""

        eventually(some, "the first imported message")
        importer.kill()
        importer.wait()
        self.ring.leader().kill()
        self.ring.ok("import", path, "--as", "ann", "--room", "archive")

        self.assertEqual(self.ring.texts("bob", "archive"), texts)

    def test_a_file_that_is_no_export_is_refused_before_anything_is_posted(self):
        path = self.write("bad.jsonl", [{"text": "one"}, "two\n"])

        self.assert_refused(self.ring.run("import", path, "--as", "ann", "--room", "archive"), 1, "line 2", "text")
        self.assert_refused(self.ring.run("read", "--as", "ann", "--room", "archive"), 1, "#archive")
        missing = self.ring.path("missing")
        self.assert_refused(self.ring.run("import", missing, "--as", "ann", "--room", "archive"), 1, "cannot read")

    def test_lines_that_are_refused_are_named_and_the_others_arrive(self):
        path = self.write("long.jsonl", [{"text": "one"}, {"text": "x" * 20000}, {"text": "three"}])

        done = self.ring.run("import", path, "--as", "ann", "--room", "archive", "--json")

        self.assertEqual(done.returncode, 1)
        self.assertIn("line 2 was refused", done.err)
        self.assertEqual(json.loads(done.out), {"room": "#archive", "messages": 2, "refused": 1})
        self.assertEqual(self.ring.texts("bob", "archive"), ["one", "three"])


if __name__ == "__main__":
    unittest.main()
