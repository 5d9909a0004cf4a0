# peal sim --stop-at and --why: scripted sessions through standard input.
import json
import re
import unittest

from ring import RingTest

SEED = "299"  # Four servers that crash and start again.
HEADER = re.compile(r"#(\d+)  (\d+\.\d{6}) s  \S")


class Inspect(RingTest):
    def session(self, *commands, at="#500", seed=SEED, code=0):
        done = self.ring.run("sim", "--seed", seed, "--stop-at", at, text="\n".join(commands) + "\n")
        self.assertEqual(done.returncode, code, done.err)
        return done

    def lines(self, *commands, **how):
        return self.session(*commands, **how).out.splitlines()

    def events(self, *commands, **how):
        """The numbers of the events that a session shows."""
        return [int(found[1]) for line in self.lines(*commands, **how) if (found := HEADER.match(line))]

    def test_a_session_is_the_same_each_time(self):
        script = ("servers", "server s0", "people", "person p0", "who", "pending", "trace 30", "next crash", "back 3")

        self.assertEqual(self.session(*script).out, self.session(*script).out)

    def test_steps_lead_forward_and_back(self):
        self.assertEqual(self.events("step", "step 2", "back", "back 100", "go #600", "back 1000000"),
                         [500, 501, 502, 503, 502, 402, 600, 1])

    def test_one_comes_to_the_same_world_from_both_sides(self):
        forward = self.lines("step", "servers", "server s0", "pending", "who", "trace 5")
        back = self.lines("go #900", "go #501", "servers", "server s0", "pending", "who", "trace 5")

        def from_501(lines):
            return lines[next(i for i, line in enumerate(lines) if line.startswith("#501  ")):]

        self.assertEqual(from_501(forward), from_501(back))

    def test_a_time_is_the_last_event_until_then(self):
        (line, *rest) = [line for line in self.lines("step", at="2.5s") if HEADER.match(line)]

        self.assertLessEqual(float(HEADER.match(line)[2]), 2.5)
        self.assertGreater(float(HEADER.match(rest[0])[2]), 2.5)
        self.assertEqual(self.lines(at="2500ms"), self.lines(at="2.5s"))
        self.assertEqual(self.lines(at="2500000us"), self.lines(at="2.5s"))

    def test_the_trace_is_that_of_the_run(self):
        self.ring.ok("sim", "--seed", SEED, "--lines", self.ring.path("trace"))
        with open(self.ring.path("trace")) as trace:
            times = [line.split()[0] for line in trace.read().splitlines()]

        shown = [line.split() for line in self.lines("trace 50", at="#3000") if re.match(r" *#\d+ ", line)]

        # The header of the stop comes first, then 50 lines of the trace.
        shown = shown[-50:]
        self.assertEqual(len(shown), 50)
        self.assertEqual(int(shown[-1][0][1:]), max(int(line[0][1:]) for line in shown))
        for _, time, *_ in shown:
            self.assertIn(time, times)

    def test_next_finds_what_is_named(self):
        for what, sign in (("Heartbeat", "Heartbeat"), ("heartbeat_ack", "HeartbeatAck"), ("crash", "crashes"),
                           ("start", "starts"), ("said", "says"), ("view", "installed view"), ("fault", "fault")):
            with self.subTest(what=what):
                lines = self.lines(f"next {what}", at="#2000")

                self.assertTrue(any(sign in line for line in lines[1:]), lines)

    def test_next_stays_where_nothing_more_happens(self):
        lines = self.lines("next Heartbeat", "here", at="83s")
        last = self.lines("go 83s", "next said", "here", at="83s")

        self.assertEqual(lines[0].split()[0], self.lines(at="83s")[0].split()[0])
        self.assertIn("no said from here to the end of the run", last)

    def test_pending_is_filtered(self):
        everything = self.lines("next Heartbeat", "pending")
        beats = self.lines("next Heartbeat", "pending datagram")

        self.assertGreater(len(everything), len(beats))
        self.assertFalse(any("wakes" in line for line in beats[1:]))
        self.assertIn("nothing of that kind waits", self.lines("pending p0 Heartbeat"))

    def test_a_message_is_known_by_its_name(self):
        lines = self.lines("next said", "person p0", "next acknowledged", "people")
        self.assertTrue(any(line.startswith("p0 ") for line in lines))
        said = next(line for line in self.lines("next acknowledged", "trace 40", at="#100") if " acknowledged m" in line)
        name = re.search(r"acknowledged (m\d+:\d+)", said)[1]

        text = self.session("next acknowledged", f"message {name}", f"who {name}", at="#100").out

        self.assertEqual(text.count(f"message   {name}, in full"), 2)
        self.assertIn("on the disks of s", text)

    def test_what_makes_no_sense_is_told_and_the_rest_is_done(self):
        done = self.session("bogus", "step", "go 12.5", "go #0", "server s77", "person x", "next nonsense", "step -1",
                            "message m1:1", "pending nonsense", "servers now", code=2)

        self.assertIn("#501  ", done.out)
        for line, word in enumerate(("bogus", "", "12.5", "#0", "s77", "x", "nonsense", "-1", "m1:1", "nonsense",
                                     "servers"), 1):
            if word:
                self.assertRegex(done.err, rf"(?m)^line {line}: .*{re.escape(word)}")
        self.assertIn("10 of the commands made no sense", done.err)

    def test_a_run_that_breaks_nothing_says_so(self):
        done = self.session("servers", at="violation")

        self.assertRegex(done.out, rf"\Aseed {SEED} breaks no promise: .* simulated, \d+ events\n\Z")
        self.assertIn("this run breaks no promise", self.lines("go violation"))

    def test_the_end_of_the_run_is_told(self):
        lines = self.lines("step 1000000", "step", at="83s")

        self.assertEqual(lines[-2:], ["the run ends here; no promise is broken", "the run ends here"])

    def test_there_is_no_way_in_without_sense(self):
        for arguments in (
            ("--seed", SEED, "--stop-at", "soon"),
            ("--seed", SEED, "--stop-at", "#0"),
            ("--seed", SEED, "--stop-at", "#999999999"),
            ("--seed", SEED, "--stop-at", "1000s"),
            ("--seed", SEED, "--stop-at", "1s", "--why"),
            ("--seed", SEED, "--stop-at", "1s", "--json"),
            ("--seeds", "1..2", "--stop-at", "1s"),
            ("--seeds", "1..2", "--why"),
            ("--seed", SEED, "--why", "--why-runs", "3"),
        ):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ring.run("sim", *arguments), 2)

    def test_nothing_broken_needs_no_reason(self):
        self.assertEqual(self.ring.ok("sim", "--seed", SEED, "--why"),
                         f"seed {SEED} breaks no promise: there is nothing to explain\n")
        self.assertEqual(json.loads(self.ring.ok("sim", "--seed", SEED, "--why", "--json")),
                         {"seed": SEED, "violation": None})


if __name__ == "__main__":
    unittest.main()
