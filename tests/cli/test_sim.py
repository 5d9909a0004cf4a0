# peal sim: runs as JSON, campaigns and traces.
import json
import unittest

from ring import RingTest


class Sim(RingTest):
    def test_what_makes_no_sense(self):
        for arguments in (
            ("sim",),
            ("sim", "--seed", "1", "--seeds", "1..2"),
            ("sim", "--seeds", "2..1"),
            ("sim", "--seeds", "many"),
            ("sim", "--seed", "-1"),
        ):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ring.run(*arguments), 2)

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

    def test_a_trace_is_written(self):
        self.ring.ok("sim", "--seed", "1", "--trace", self.ring.path("trace"))

        with open(self.ring.path("trace")) as trace:
            self.assertGreater(len(trace.readlines()), 100)


if __name__ == "__main__":
    unittest.main()
