# peal sim over many seeds: shards, reports, merging, going on after an interruption, corpora.
import json
import os
import signal
import subprocess
import unittest

from ring import PATIENCE, RingTest, eventually


def without_wall(report):
    return {key: value for key, value in report.items() if key != "wall"}


class Campaign(RingTest):
    def path(self, name):
        return self.ring.path(name)

    def json_of(self, name):
        with open(self.path(name)) as file:
            return json.load(file)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def report(self, name, seeds, *options):
        self.ring.ok("sim", "--seeds", seeds, "--report", self.path(name), *options)
        return self.json_of(name)

    def failing_report(self, name, seeds, *options):
        """Of runs that have no time at all, so each of them fails."""
        done = self.ring.run("sim", "--seeds", seeds, "--report", self.path(name), "--run-seconds", "0.001", *options)
        self.assertEqual(done.returncode, 1, done.out + done.err)
        return done

    # The table.

    def test_the_end_tells_what_was_run(self):
        out = self.ring.ok("sim", "--seeds", "1..3")

        for word in ("seeds", "simulated", "events", "slowest seed", "silent_crash", "durability", "solo view",
                     "marks never hit", "no violation"):
            self.assertIn(word, out)

    def test_failures_are_grouped_by_cause(self):
        done = self.failing_report("report.json", "1..12")

        self.assertIn("12 violations of 1 cause:", done.out)
        self.assertIn("bounded: the run took longer than its budget of wall time", done.out)
        self.assertIn("12 seeds: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...", done.out)
        self.assertIn("peal sim --seed 1\n", done.out)

    # Shards.

    def test_shards_add_up_to_the_whole(self):
        whole = self.report("whole.json", "1..7")
        for shard in (1, 2, 3):
            self.report(f"{shard}.json", "1..7", "--shard", f"{shard}/3", "--jobs", "1")

        out = self.ring.ok("sim", "merge", *(self.path(f"{shard}.json") for shard in (3, 1, 2)),
                           "--report", self.path("sum.json"))

        self.assertIn("no violation", out)
        self.assertEqual(without_wall(self.json_of("sum.json")), without_wall(whole))

    def test_a_missing_shard_is_told(self):
        for shard in (1, 3):
            self.report(f"{shard}.json", "1..7", "--shard", f"{shard}/3")

        done = self.ring.run("sim", "merge", self.path("1.json"), self.path("3.json"))

        self.assertEqual(done.returncode, 0, done.err)
        self.assertIn("some shards are missing", done.err)

    def test_shards_have_the_seeds_that_they_say(self):
        out = self.ring.ok("sim", "--seeds", "1..7", "--shard", "2/3", "--json")

        self.assertEqual([json.loads(line)["seed"] for line in out.splitlines()], ["2", "5"])

    def test_what_makes_no_sense(self):
        for arguments, word in (
            (("--seeds", "1..3", "--shard", "4/3"), "--shard"),
            (("--seeds", "1..3", "--shard", "0/3"), "--shard"),
            (("--seeds", "1..3", "--shard", "1"), "--shard"),
            (("--seeds", "1..3", "--shard", "1/3/5"), "--shard"),
            (("--seeds", "1..3", "--shard", "4/5"), "3 seeds"),
            (("--seed", "1", "--shard", "1/2"), "--seeds"),
            (("--minutes", "1", "--shard", "1/2"), "--seeds"),
            (("--seed", "1", "--report", "x"), "--seeds"),
            (("--seed", "1", "--corpus", "x"), "--seeds"),
            (("--seeds", "1..3", "--lines", "x"), "--lines"),
            (("--seeds", "3..1"), "--seeds"),
            (("--seeds", "1"), "1..2000"),
            (("--corpus", "nowhere"), "nowhere"),
            (("--resume", "nowhere"), "nowhere"),
            (("--run-seconds", "0", "--seeds", "1..2"), "--run-seconds"),
            (("merge",), "files"),
            (("merge", "nowhere"), "nowhere"),
        ):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ring.run("sim", *arguments), 2, word)

    def test_a_report_that_cannot_be_written_is_told_at_once(self):
        done = self.ring.run("sim", "--seeds", "1..1000000", "--report", self.path("nowhere/report.json"))

        self.assert_refused(done, 1, "nowhere/report.json")

    # Merging.

    def test_what_does_not_fit_together_is_refused(self):
        self.report("one.json", "1..2")
        self.report("same.json", "2..3")
        self.report("other.json", "3..4", "--run-seconds", "50")
        older = self.report("older.json", "5..5")
        self.write("older.json", json.dumps({**older, "program": "peal 0.0.1"}))

        for other, why in (("same", "seed 2"), ("other", "different options"), ("older", "peal 0.0.1")):
            with self.subTest(other=other):
                done = self.ring.run("sim", "merge", self.path("one.json"), self.path(f"{other}.json"),
                                     "--report", self.path("sum.json"))
                self.assert_refused(done, 2, "one.json", f"{other}.json", why)
                self.assertFalse(os.path.exists(self.path("sum.json")))

    def test_a_damaged_report_is_refused(self):
        report = self.report("one.json", "1..2")
        text = json.dumps(report)
        for damaged in ("", "{}", text[:-20], json.dumps({**report, "runs": 3}), json.dumps({**report, "marks": {}})):
            with self.subTest(damaged=damaged[:40]):
                self.write("damaged.json", damaged)
                self.assert_refused(self.ring.run("sim", "merge", self.path("damaged.json")), 2, "damaged.json")
                self.assert_refused(self.ring.run("sim", "--resume", self.path("damaged.json")), 2, "damaged.json")
                with open(self.path("damaged.json")) as file:
                    self.assertEqual(file.read(), damaged)

    def test_the_sum_of_failures_fails(self):
        self.failing_report("one.json", "1..2")
        self.failing_report("two.json", "3..4")

        done = self.ring.run("sim", "merge", self.path("one.json"), self.path("two.json"), "--json")

        self.assertEqual(done.returncode, 1, done.err)
        self.assertEqual(json.loads(done.out)["failures"][0]["count"], 4)

    # Going on.

    def interrupted(self, seeds, report):
        """A campaign that was told to end after some of its seeds."""
        run = self.ring.command("sim", "--seeds", seeds, "--report", report, "--json", "--jobs", "2",
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3):
            run.stdout.readline()
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=PATIENCE)
        self.assertEqual(run.returncode, 1, err)
        return err.decode()

    def test_an_interrupted_campaign_goes_on(self):
        err = self.interrupted("1..60", self.path("part.json"))
        part = self.json_of("part.json")
        self.assertFalse(part["complete"])
        self.assertGreaterEqual(part["runs"], 3)
        self.assertIn("interrupted", err)
        self.assertIn("--resume", err)

        out = self.ring.ok("sim", "--resume", self.path("part.json"), "--json")

        self.assertEqual(len(out.splitlines()), 60 - part["runs"])
        whole = self.report("whole.json", "1..60")
        self.assertEqual(without_wall(self.json_of("part.json")), without_wall(whole))
        # And then there is nothing left.
        self.assertEqual(self.ring.ok("sim", "--resume", self.path("part.json"), "--json"), "")

    def test_a_campaign_that_is_killed_goes_on_too(self):
        run = self.ring.command("sim", "--seeds", "1..40", "--report", self.path("part.json"),
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(lambda: os.path.exists(self.path("part.json")), "a report before the first run")
        run.kill()
        run.wait()

        self.ring.ok("sim", "--resume", self.path("part.json"), "--report", self.path("whole.json"))

        self.assertTrue(self.json_of("whole.json")["complete"])
        self.assertEqual(self.json_of("whole.json")["runs"], 40)

    def test_a_report_of_another_version_is_not_gone_on_with(self):
        report = self.report("one.json", "1..2")
        self.write("one.json", json.dumps({**report, "program": "peal 0.0.1"}))

        self.assert_refused(self.ring.run("sim", "--resume", self.path("one.json")), 2, "one.json", "peal 0.0.1")

    def test_minutes_have_a_report_too(self):
        self.ring.ok("sim", "--minutes", "0.01", "--report", self.path("report.json"))

        self.assertTrue(self.json_of("report.json")["complete"])

    # The corpus.

    def test_a_corpus_keeps_seeds_and_runs_them_again(self):
        self.ring.ok("sim", "--seeds", "1..8", "--corpus", self.path("corpus"))
        kept = sorted(os.listdir(self.path("corpus")))
        self.assertTrue(all(name.startswith("mark-") for name in kept), kept)
        marks = [name.rsplit("-", 1)[0] for name in kept]
        self.assertEqual(len(marks), len(set(marks)), "a mark that is not rare is kept once")

        self.ring.ok("sim", "--seeds", "1..8", "--corpus", self.path("corpus"))
        self.assertEqual(sorted(os.listdir(self.path("corpus"))), kept)
        again = self.ring.ok("sim", "--corpus", self.path("corpus"))

        self.assertIn(f"marks: {len(kept)} hit, 0 no longer hit", again)

    def test_a_corpus_keeps_a_few_failures_of_a_cause(self):
        self.failing_report("report.json", "1..9", "--corpus", self.path("corpus"))

        kept = sorted(os.listdir(self.path("corpus")))
        self.assertEqual(kept, [f"failure-bounded-{seed}.json" for seed in range(1, 6)])
        # With time enough they are gone; with none they are still there.
        gone = self.ring.ok("sim", "--corpus", self.path("corpus"))
        self.assertIn("failures: 0 still violated, 5 gone", gone)
        still = self.ring.run("sim", "--corpus", self.path("corpus"), "--run-seconds", "0.001", "--json")
        self.assertEqual(still.returncode, 1)
        self.assertEqual({json.loads(line)["now"] for line in still.out.splitlines()}, {"still violated"})

    def test_a_mark_that_is_no_longer_hit_is_no_failure(self):
        self.ring.ok("sim", "--seeds", "1..1", "--corpus", self.path("corpus"))
        kept = os.listdir(self.path("corpus"))
        one = self.json_of(os.path.join("corpus", kept[0]))
        every_mark = self.report("report.json", "1..1")["marks"]
        never = [name for name in every_mark if f"mark-{name.replace(' ', '_')}-1.json" not in kept]
        self.write("corpus/mark-mine.json", json.dumps({**one, "mark": never[0]}))

        out = self.ring.ok("sim", "--corpus", self.path("corpus"))

        self.assertIn("mark-mine.json", out)
        self.assertIn("1 no longer hit", out)

    def test_a_damaged_file_of_a_corpus_is_named_and_left(self):
        self.ring.ok("sim", "--seeds", "1..1", "--corpus", self.path("corpus"))
        self.write("corpus/mark-broken-1.json", "{")
        before = sorted(os.listdir(self.path("corpus")))

        for arguments in (("--corpus", self.path("corpus")), ("--seeds", "1..9", "--corpus", self.path("corpus"))):
            self.assert_refused(self.ring.run("sim", *arguments), 2, "mark-broken-1.json")

        self.assertEqual(sorted(os.listdir(self.path("corpus"))), before)
        with open(self.path("corpus/mark-broken-1.json")) as file:
            self.assertEqual(file.read(), "{")


if __name__ == "__main__":
    unittest.main()
