# peal sim: runs as JSON, traces, recordings and what becomes of them, enumerations, odd scenario files.
import json
import os
import re
import resource
import signal
import subprocess
import time
import unittest
import zlib

from ring import PATIENCE, RingTest


class Sim(RingTest):
    def path(self, name):
        return self.ring.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return self.path(name)

    def test_what_makes_no_sense(self):
        for arguments in (
            ("sim",),
            ("sim", "--seed", "1", "--seeds", "1..2"),
            ("sim", "--seeds", "2..1"),
            ("sim", "--seeds", "many"),
            ("sim", "--seeds", "1..18446744073709551616"),
            ("sim", "--seeds", "1"),
            ("sim", "--seeds", "1..2..3"),
            ("sim", "--seed", "-1"),
            ("sim", "--seed", "18446744073709551616"),
            ("sim", "--seed", ""),
            ("sim", "--seeds", "1..9", "--shard", "0/4"),
            ("sim", "--seeds", "1..9", "--shard", "5/4"),
            ("sim", "--seeds", "1..9", "--shard", "1/0"),
            ("sim", "--seeds", "1..9", "--shard", "1"),
            ("sim", "--seeds", "1..9", "--shard", "10/10"),
        ):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ring.run(*arguments), 2)

    def test_an_option_that_says_nothing_to_what_is_asked_is_refused(self):
        for asked, options in (
            (("--seed", "1"), (("--jobs", "2"), ("--shard", "1/2"), ("--report", "x"), ("--corpus", "x"),
                               ("--run-seconds", "1"), ("--fail-fast",), ("--shrink-seconds", "1"), ("--out", "x"),
                               ("--lenient",), ("--why-runs", "50"), ("--first", "2"), ("--runs-max", "2"),
                               ("--answers", "0"), ("--depth", "3"))),
            (("--seeds", "1..2"), (("--lines", "x"), ("--record", "x"), ("--stop-at", "1s"), ("--why",),
                                   ("--enumerate", "fate:vote"), ("--out", "x"))),
            (("--scenario", "x"), (("--faults", "all=off"), ("--record", "x"), ("--jobs", "2"))),
            (("--replay", "x"), (("--faults", "all=off"), ("--record", "x"), ("--stop-at", "1s"))),
            (("--shrink", "1"), (("--json",), ("--lines", "x"), ("--report", "x"))),
            (("--explore",), (("--faults", "all=off"), ("--jobs", "2"), ("--lines", "x"), ("--corpus", "x"))),
            (("--corpus", "x"), (("--report", "x"), ("--shard", "1/2"), ("--fail-fast",), ("--faults", "all=off"))),
            (("--list-faults",), (("--faults", "all=off"), ("--jobs", "2"))),
            (("--seed", "1", "--enumerate", "fate:vote"), (("--record", "x"), ("--lines", "x"), ("--why",))),
            ((), (("--lines", "x"), ("--record", "x"), ("--lenient",), ("--enumerate", "fate:vote"), ("--jobs", "2"))),
        ):
            for option in options:
                with self.subTest(asked=asked, option=option):
                    done = self.ring.run("sim", *asked, *option)
                    self.assert_refused(done, 2)
                    self.assertRegex(done.err, "--")
                    self.assertFalse(os.path.exists(self.path("x")))

    def test_merge_refuses_what_stands_before_it(self):
        self.assert_refused(self.ring.run("sim", "--seed", "7", "merge", "x.json"), 2, "--seed")

    def test_a_simulated_run_as_json(self):
        first = json.loads(self.ring.ok("sim", "--seed", "1", "--json"))
        again = json.loads(self.ring.ok("sim", "--seed", "1", "--json"))

        self.assertEqual(first["result"], "ok")
        self.assertEqual(first["digest"], again["digest"])
        for key in ("seed", "simulated_s", "events", "messages", "elections", "faults", "acked", "delivered",
                    "oracles", "marks"):
            self.assertIn(key, first)

    def test_several_seeds_are_a_line_each(self):
        done = self.ring.run("sim", "--seeds", "1..3", "--jobs", "2", "--json")

        self.assertEqual([int(json.loads(line)["seed"]) for line in done.out.splitlines()], [1, 2, 3])

    def test_the_last_seeds_that_there_are(self):
        out = self.ring.ok("sim", "--seeds", f"{2**64 - 2}..{2**64 - 1}", "--json")

        self.assertEqual([int(json.loads(line)["seed"]) for line in out.splitlines()], [2**64 - 2, 2**64 - 1])

    def test_a_trace_is_written(self):
        self.ring.ok("sim", "--seed", "1", "--lines", self.path("trace"))

        self.assertGreater(len(self.read("trace").splitlines()), 100)
        run = self.ring.ok("sim", "--seed", "1")
        self.assertEqual(self.ring.ok("sim", "--seed", "1", "--lines", "-"), self.read("trace").decode() + run)

    # Recordings.

    def recorded(self, seed="7"):
        out = self.ring.ok("sim", "--seed", seed, "--record", self.path("run"))
        self.assertIn("decisions recorded in", out)
        return self.read("run")

    def lines_of(self, recording):
        return recording.split(b"\n")[:-2]

    def signed(self, lines):
        """The recording with other lines, as whole as any."""
        text = b"".join(line + b"\n" for line in lines)
        count = sum(not line.startswith(b"+") for line in lines[1:])
        return text + b"end %d %08x\n" % (count, zlib.crc32(text))

    def test_a_recorded_run_is_run_again_from_its_decisions(self):
        recording = self.recorded()
        run = json.loads(self.ring.ok("sim", "--seed", "7", "--json"))

        text = self.ring.ok("sim", "--replay", self.path("run"))
        again = json.loads(self.ring.ok("sim", "--replay", self.path("run"), "--json"))
        lenient = json.loads(self.ring.ok("sim", "--replay", self.path("run"), "--lenient", "--json"))

        self.assertEqual(self.signed(self.lines_of(recording)), recording, "as the documentation says")
        count = int(recording.split(b"\n")[-2].split()[1])
        self.assertGreater(count, 10_000)
        self.assertIn(f"identical, {count} decisions", text)
        for one in (again, lenient):
            self.assertEqual(one["digest"], run["digest"])
            self.assertIs(one["identical"], True)
            self.assertEqual(one["decisions"], {"asked": count, "not_recorded": 0, "out_of_range": 0, "not_asked": 0})

    def test_a_recording_says_what_was_run(self):
        self.ring.ok("sim", "--seed", "7", "--faults", "all=off,network.loss=0.2", "--record", self.path("run"))
        header = json.loads(self.lines_of(self.read("run"))[0])

        self.assertEqual(header["schema"], "peal-decisions")
        self.assertEqual(header["seed"], "7")
        self.assertEqual(header["options"]["which_faults"]["network.loss"], 0.2)
        self.assertIn("identical", self.ring.ok("sim", "--replay", self.path("run")))

    def test_the_trace_of_a_replay_is_that_of_the_run(self):
        self.recorded()
        self.ring.ok("sim", "--seed", "7", "--lines", self.path("first"))

        self.ring.ok("sim", "--replay", self.path("run"), "--lines", self.path("second"))

        self.assertEqual(self.read("first"), self.read("second"))

    def test_a_run_that_diverges_says_where_and_why(self):
        lines = self.lines_of(self.recorded())
        decisions = [i for i, line in enumerate(lines) if i > 0 and not line.startswith(b"+")]
        middle = decisions[len(decisions) // 2]
        about = next(i for i, line in enumerate(lines) if line.startswith(b"+ latency"))
        number = lines[middle].split()[0]
        for name, other, words in (
            ("gone", lines[:middle] + lines[middle + 1:], r'the recording has ".+, the \d+(st|nd|rd|th)", the run asked'),
            ("half", lines[:middle], r"the recording ends here, the run asked for"),
            ("large", lines[:middle] + [number + b" 4294967290"] + lines[middle + 1:],
             r"with 4294967290, the run has \d+ alternatives"),
            ("more", lines + [b"0 0"], r"the run ended after \d+ decisions"),
            ("foreign", lines[:about] + [b"+ luck \x1b[31mvote 0 0"] + lines[about + 1:], "which this program does not ask"),
        ):
            with self.subTest(name):
                self.write("other", self.signed(other))

                done = self.ring.run("sim", "--replay", self.path("other"))
                told = self.ring.run("sim", "--replay", self.path("other"), "--json")
                lenient = self.ring.run("sim", "--replay", self.path("other"), "--lenient")

                self.assert_refused(done, 1, self.path("other"))
                self.assertRegex(done.err, words)
                self.assertNotIn("\x1b", done.err)
                if name != "more":
                    self.assertRegex(done.err, r"diverged at decision \d+ \(at \d+\.\d{6} s\)")
                self.assertEqual(told.returncode, 1)
                self.assertRegex(json.loads(told.out)["difference"], words)
                self.assertEqual(lenient.returncode, 0, lenient.out + lenient.err)
                self.assertRegex(lenient.out, r"\d+ decisions: \d+ as recorded, \d+ not recorded and \d+ out of range")

    def test_a_run_of_other_code_with_the_same_decisions_is_another_run(self):
        lines = self.lines_of(self.recorded())
        header = json.loads(lines[0])
        self.write("other", self.signed([json.dumps({**header, "digest": "0" * 32, "program": "peal 0.0.1"}).encode(),
                                         *lines[1:]]))

        done = self.ring.run("sim", "--replay", self.path("other"))

        self.assert_refused(done, 1, "decisions fit, but another run came of them", "recorded by peal 0.0.1")

    def test_what_is_no_recording_is_refused(self):
        recording = self.recorded()
        lines = self.lines_of(recording)
        header = json.loads(lines[0])
        flipped = bytearray(recording)
        flipped[len(flipped) // 2] ^= 1

        def with_header(**fields):
            return self.signed([json.dumps({**header, **fields}).encode(), *lines[1:]])

        for name, data, why in (
            ("empty", b"", "empty"),
            ("binary", bytes(range(256)) * 100, "JSON"),
            ("text", b"servers 3\n", "JSON"),
            ("corpus", json.dumps({**header, "schema": "peal-corpus"}).encode(), "peal-decisions"),
            ("newer", with_header(version=2), "version"),
            ("truncated", recording[:-500], "last line"),
            ("header", recording[:100], "JSON"),
            ("flipped", bytes(flipped), "checksum"),
            ("appended", recording + b"0 0\n", "last line"),
            ("twice", recording + recording, "checksum"),
            ("crowd", with_header(options={**header["options"], "servers": 1000}), "servers"),
            ("people", with_header(options={**header["options"], "people": 100000}), "people"),
            ("past", with_header(options={**header["options"], "chaos_us": -1}), "chaos_us"),
            ("nobody", with_header(seed="x"), "seed"),
            ("line", self.signed([*lines, b"none such"]), "line"),
            ("matter", self.signed([*lines, b"99999999 0"]), "line"),
        ):
            with self.subTest(name):
                self.write("other", data)
                for options in ((), ("--lenient",)):
                    self.assert_refused(self.ring.run("sim", "--replay", self.path("other"), *options), 2, "other", why)
        self.assert_refused(self.ring.run("sim", "--replay", self.path("absent")), 2, "absent")
        self.assert_refused(self.ring.run("sim", "--replay", self.ring.home), 2)

    def test_a_recording_that_does_not_fit_on_the_disk_leaves_what_was_there(self):
        before = self.recorded("7")

        def small_disk():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        done = subprocess.run(**self.ring.program(["sim", "--seed", "8", "--record", self.path("run")]),
                              preexec_fn=small_disk, capture_output=True, check=False, timeout=PATIENCE)

        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"--record: cannot write", done.stderr)
        self.assertEqual(self.read("run"), before)
        self.assertEqual([name for name in os.listdir(self.ring.home) if "part" in name], [])

    def test_a_recording_that_is_interrupted_leaves_what_was_there(self):
        before = self.recorded("7")
        for wait in (0.0, 0.05, 0.1, 0.2):
            with subprocess.Popen(**self.ring.program(["sim", "--seed", "8", "--record", self.path("run")]),
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
                time.sleep(wait)
                run.send_signal(signal.SIGINT)
                run.wait(PATIENCE)
            now = self.read("run")
            # Whoever was quick enough has written all of it.
            if now != before:
                self.assertIn("identical", self.ring.ok("sim", "--replay", self.path("run")))

    def test_nothing_but_a_file_is_replaced(self):
        for place in ("/dev/null", self.ring.home, self.path("absent/run")):
            self.assert_refused(self.ring.run("sim", "--seed", "7", "--record", place), 1, "--record")

    # Enumerations.

    def enumerate(self, *options, seed="3"):
        return self.ring.run("sim", "--seed", seed, "--faults", "all=off", "--enumerate", *options)

    def test_all_fates_of_the_first_votes(self):
        done = self.enumerate("fate:vote", "--enumerate", "fate:vote-ack", "--first", "3", "--json")

        self.assertEqual(done.returncode, 0, done.err)
        found = json.loads(done.out)
        self.assertEqual((found["runs"], found["questions_min"], found["questions_max"]), (27, 3, 3))
        self.assertIs(found["complete"], True)
        self.assertEqual(found["violations"], 0)

        text = self.enumerate("fate:vote", "--enumerate", "fate:vote-ack", "--first", "3").out
        self.assertRegex(text, r"runs +27 ")
        self.assertIn("0 violations, complete", text)
        self.assertIn(found["digest"], text)

    def test_both_latencies_and_both_refusals(self):
        found = json.loads(self.enumerate("latency:heartbeat", "--first", "2", "--json").out)

        self.assertEqual(found["runs"], 4)

    def test_what_is_not_asked_is_told(self):
        # A server alone votes with nobody.
        done = self.enumerate("fate:vote", seed="1")

        self.assertEqual(done.returncode, 0, done.err)
        self.assertIn("none of these is asked", done.out)

    def test_one_of_the_runs_is_named_by_its_answers(self):
        done = self.enumerate("fate:vote", "--first", "3", "--answers", "0,1,2", "--lines", self.path("trace"))

        self.assertEqual(done.returncode, 0, done.err)
        steps = re.findall(r"^  fate of Vote s\d -> s\d, the \d+(?:st|nd|rd|th): (\w+)$", done.out, re.M)
        self.assertEqual(steps, ["arrives", "lost", "twice"])
        votes = [line for line in self.read("trace").decode().splitlines() if " Vote " in line]
        self.assertEqual(sum("is lost" in line for line in votes), 1)
        self.assertEqual(sum("will come twice" in line for line in votes), 1)

    def test_a_limit_of_runs_is_told(self):
        done = self.enumerate("fate:vote", "--first", "3", "--runs-max", "5")

        self.assertEqual(done.returncode, 0, done.err)
        self.assertIn("not complete: the limit of runs was reached", done.out)

    def test_ctrl_c_tells_what_was_run(self):
        run = self.ring.command("sim", "--seed", "3", "--enumerate", "fate:vote", "--first", "12", "--json",
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=PATIENCE)

        self.assertEqual(run.returncode, 1, err)
        self.assertIn(b"interrupted", err)
        found = json.loads(out)
        self.assertIs(found["complete"], False)
        self.assertGreater(found["runs"], 0)

    def test_what_cannot_be_enumerated_is_refused(self):
        for options, word in ((("fate",), "fate:vote"), (("luck:vote",), "luck:vote"), (("fate:shout",), "vote-ack"),
                              (("fate:vote", "--answers", "0,x"), "0,x"), (("fate:vote", "--answers", "0,3"), "3 answers"),
                              (("fate:vote", "--first", "2", "--answers", "0,0,0"), "--first"),
                              (("fate:vote", "--first", "0"), "--first"), (("fate:vote", "--answers", ","), "--answers")):
            with self.subTest(options=options):
                self.assert_refused(self.enumerate(*options), 2, word)
        self.assert_refused(self.enumerate("fate:vote", "--answers", "0", seed="1"), 2, "0 such questions only")

    # Scenario files that people may have.

    def test_odd_scenario_files(self):
        good = "servers 3\nat 3s crash s3\n   expect one leader s2 within 2s\n"
        for name, data in (("plain", good), ("no_end", good.rstrip("\n")), ("crlf", good.replace("\n", "\r\n")),
                           ("tabs", good.replace(" ", "\t")), ("mark", "\ufeff" + good)):
            with self.subTest(name):
                done = self.ring.run("sim", "--scenario", self.write("odd.scenario", data))
                self.assertEqual(done.returncode, 0, done.out + done.err)
        for name, data, where in (
            ("empty", b"", ":1:1: "),
            ("binary", bytes(range(256)) * 40, ":1:1: "),
            ("zeros", bytes(100_000), ":1:1: "),
            ("long", b"servers 3\n" + b"x" * 10_000_000, ":2:1: "),
            ("nobody", b"servers 3\nat 1s crash s99\n", ":2:13: "),
            ("back", b"servers 3\nat 2s crash s1\nat 1s crash s2\n", ":3:4: "),
            ("later", b"servers 3\nat 99999999999999999999s crash s1\n", ":2:4: "),
            ("escape", b"servers 3\nat 1s \x1b[31mcrash s1\n", ":2:7: "),
        ):
            with self.subTest(name):
                done = self.ring.run("sim", "--scenario", self.write("odd.scenario", data))
                self.assert_refused(done, 2, "odd.scenario" + where)
                self.assertNotIn("\x1b", done.err)
                self.assertLess(len(done.err), 1_000)


if __name__ == "__main__":
    unittest.main()
