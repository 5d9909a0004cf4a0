# Bad input: one clear line and the documented exit code, without any server.
import re
import unittest

from ring import RingTest

COMMANDS = ["serve", "demo", "chat", "send", "read", "rooms", "who", "status", "doctor", "sim", "bench", "completions"]


class Usage(RingTest):
    def test_every_command_has_help_with_examples(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                self.assertIn("Examples:", self.ring.ok(command, "--help"))

    def test_the_help_lists_every_command(self):
        out = self.ring.ok("--help")

        for command in COMMANDS:
            self.assertRegex(out, rf"(?m)^\s+{command}\b")

    def test_the_version(self):
        self.assertRegex(self.ring.ok("--version"), r"^peal \d+\.\d+\.\d+\n$")

    def test_what_makes_no_sense(self):
        for arguments in (
            (),
            ("dance",),
            ("--dance",),
            ("status", "--dance"),
            ("status", "surplus"),
            ("status", "--server"),
            ("status", "--server", "nonsense:port"),
            ("status", "--pin"),
            ("status", "--timeout", "soon"),
            ("status", "--timeout", "-1"),
            ("send", "--room", "lunch", "hello"),
            ("send", "--as", "ann", "hello"),
            ("send", "--as", "ann", "--room", "lunch"),
            ("send", "--as", "ann", "--room", "lunch", ""),
            ("send", "--as", "ann", "--room", "lunch", "--to", "bob", "hello"),
            ("send", "--as", "an n", "--room", "lunch", "hello"),
            ("send", "--as", "#ann", "--room", "lunch", "hello"),
            ("send", "--as", "a" * 33, "--room", "lunch", "hello"),
            ("send", "--as", "ann", "--room", "lu nch", "hello"),
            ("read", "--as", "ann"),
            ("read", "--as", "ann", "--room", "lunch", "--last", "few"),
            ("chat",),
            ("bench",),
            ("bench", "dance"),
            ("completions", "tcsh"),
            ("demo", "--servers", "0"),
            ("demo", "--servers", "many"),
        ):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ring.run(*arguments), 2)

    def test_an_unknown_word_is_named(self):
        for arguments, words in (
            (("dance",), ("no command dance",)),
            (("status", "--dance"), ("no option --dance", "peal status --help")),
            (("status", "dance"), ("dance", "peal status --help")),
            (("bench", "dance"), ("dance", "peal bench --help")),
        ):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ring.run(*arguments), 2, *words)

    def test_no_server_is_said_with_what_to_do(self):
        for arguments in (
            ("status",),
            ("rooms",),
            ("who",),
            ("send", "--as", "ann", "--room", "lunch", "hello"),
            ("read", "--as", "ann", "--room", "lunch"),
            ("chat", "--as", "ann", "--room", "lunch"),
            ("status", "--server", "127.0.0.1:9", "--pin"),
        ):
            with self.subTest(arguments=arguments):
                done = self.ring.run(*arguments, "--timeout", "0.3", text="hello\n")
                self.assert_refused(done, 3, "peal serve")

    def test_completions_know_commands_and_options(self):
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell=shell):
                out = self.ring.ok("completions", shell)
                for command in COMMANDS:
                    self.assertTrue(re.search(rf"\b{command}\b", out))
                self.assertIn("discovery-port", out)


if __name__ == "__main__":
    unittest.main()
