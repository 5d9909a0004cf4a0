# peal bench: the documented shapes, and figures that can be figures. How good they are is nobody's test.
import json
import os
import unittest

from ring import RingTest

SANITIZED = not os.environ.get("PEAL_DISK_SHIM")


class Bench(RingTest):
    def assert_failover(self, figures, trials):
        self.assertEqual(figures["trials"], trials)
        self.assertEqual(len(figures["all_ms"]), trials)
        self.assertTrue(0 < figures["p50_ms"] <= figures["p99_ms"] <= figures["max_ms"])
        self.assertEqual(figures["max_ms"], max(figures["all_ms"]))

    def test_failover(self):
        figures = json.loads(self.ring.ok("bench", "failover", "--servers", "3", "--trials", "3", "--json"))

        self.assert_failover(figures, 3)
        self.assert_failover(figures["idle"], 3)

    def test_throughput(self):
        out = self.ring.ok("bench", "throughput", "--seconds", "0.5", "--clients", "4", "--json")

        figures = json.loads(out)
        self.assertGreater(figures["acked_per_s"], 0)
        for mode in (figures, figures["one_in_flight"], figures["bulk"]):
            self.assertTrue(0 < mode["p50_ms"] <= mode["p99_ms"])

    def test_what_recording_costs(self):
        out = self.ring.ok("bench", "throughput", "--record-rounds", "1", "--servers", "1", "--seconds", "0.3", "--clients", "2", "--json")

        figures = json.loads(out)
        self.assertEqual((figures["servers"], figures["rounds"], len(figures["each"])), (1, 1, 1))
        for name in ("processor_us_per_message", "processor_us_per_message_recording", "processor_ratio", "throughput_ratio",
                     "noise_ratio"):
            self.assertGreater(figures[name]["median"], 0)
            self.assertEqual(figures[name]["quartiles"], [figures[name]["median"]] * 2)

    def test_fanout(self):
        out = self.ring.ok("bench", "fanout", "--members", "5", "--posts", "20", "--seconds", "0.3", "--json")

        figures = json.loads(out)
        self.assertEqual((figures["members"], figures["posts"]), (5, 20))
        for mode in (figures, figures["unicast"]):
            self.assertTrue(0 < mode["p50_ms"] <= mode["p99_ms"] <= mode["max_ms"])
            self.assertGreater(mode["delivered_per_s"], 0)
            self.assertGreater(mode["datagrams_per_post"], 1)
        self.assertGreater(figures["by_multicast"], 0)
        self.assertEqual(figures["unicast"]["by_multicast"], 0)

    def test_election(self):
        figures = json.loads(self.ring.ok("bench", "election", "--servers", "16", "--trials", "2000", "--json"))

        self.assertEqual((figures["servers"], figures["trials"]), (16, 2000))
        self.assertEqual(figures["votes_in_order_of_ids"], 2 * 16 - 1)
        self.assertTrue(31 <= figures["votes_min"] <= figures["votes_mean"] <= figures["votes_max"] <= 16 * 17 // 2)
        self.assertLess(abs(figures["votes_mean"] / figures["n_h_n"] - 1), 0.03)

    def test_an_election_of_one(self):
        figures = json.loads(self.ring.ok("bench", "election", "--servers", "1", "--trials", "1", "--json"))

        self.assertEqual(figures["votes_mean"], 1)

    def test_the_simulator(self):
        figures = json.loads(self.ring.ok("bench", "sim", "--seconds", "0.2", "--json"))

        for name in ("ratio", "events_per_s", "seeds_per_s", "chaos_ratio", "chaos_events_per_s"):
            self.assertGreater(figures[name], 0)
        # One post a second in all; and before that, twenty people who take a name and join a room.
        self.assertTrue(1 <= figures["acked_per_simulated_s"] < 1.1)

    def test_how_the_simulator_grows(self):
        arguments = ("bench", "sim", "--growth", "--servers", "1,3", "--people", "4", "--seconds", "0.1")
        figures = json.loads(self.ring.ok(*arguments, "--json"))["growth"]

        self.assertEqual([(one["servers"], one["people"]) for one in figures], [(1, 20), (3, 20), (5, 4)])
        for one in figures:
            for name in ("events_per_simulated_s", "wall_ms_per_simulated_s", "events_per_s"):
                self.assertGreater(one[name], 0)
            if SANITIZED:  # Its allocator counts nothing that mallinfo would tell.
                self.assertIsNone(one["memory_bytes"])
            else:
                self.assertGreater(one["memory_bytes"], 0)
        # More servers: more happens.
        self.assertGreater(figures[1]["events_per_simulated_s"], figures[0]["events_per_simulated_s"])
        self.assertIn("events a simulated second", self.ring.ok(*arguments))

    def test_heals(self):
        arguments = ("bench", "heal", "--heals", "11", "--servers", "3", "--cut", "4", "--json")
        figures = json.loads(self.ring.ok(*arguments))

        self.assertEqual((figures["servers"], figures["heals"], len(figures["shapes"])), (3, 11, 11))
        self.assertTrue(0 <= figures["one_view_p50_ms"] <= figures["one_view_p99_ms"] <= figures["one_view_max_ms"])
        self.assertTrue(0 < figures["equal_p50_ms"] <= figures["equal_p99_ms"] <= figures["equal_max_ms"])
        self.assertGreater(figures["missing_mean"], 0)
        self.assertEqual(json.loads(self.ring.ok(*arguments)), figures)  # Simulated: the same each time.

    def test_heals_of_one_shape(self):
        figures = json.loads(self.ring.ok("bench", "heal", "--heals", "2", "--servers", "3", "--cut", "2", "--shape", "arcs", "--json"))

        self.assertEqual([one["shape"] for one in figures["shapes"]], ["arcs"])

    def test_for_people(self):
        self.assertIn("under load", self.ring.ok("bench", "failover", "--servers", "3", "--trials", "1"))
        self.assertIn("one in flight", self.ring.ok("bench", "throughput", "--seconds", "0.2", "--clients", "2"))

    def test_what_makes_no_sense(self):
        for arguments in (("failover", "--servers", "1"), ("failover", "--trials", "0"), ("election", "--servers", "0"), ("sim", "--seconds", "0"), ("sim", "--servers", "3"), ("sim", "--growth", "--servers", "65"), ("sim", "--growth", "--people", "0"), ("heal", "--shape", "round"), ("heal", "--servers", "1"), ("throughput", "--seconds", "-1")):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ring.run("bench", *arguments), 2)


if __name__ == "__main__":
    unittest.main()
