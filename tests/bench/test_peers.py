# The ring that is compared with other simulators: everybody's elections are the same ones. No speed is judged.
import heapq
import json
import os
import re
import stat
import subprocess
import sys
import unittest

from ring import PEAL, RingTest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path.insert(0, os.path.join(ROOT, "tests/bench/peers"))
import workload  # noqa: E402


def simulated(servers, seed, elections):
    """LCR event by event, on the smallest simulator there is."""
    prng, tally = workload.Prng(seed), workload.Tally()
    for _ in range(elections):
        ids, delays = workload.draw_order(servers, prng)
        under_way = [(delays[place], (place + 1) % servers, own) for place, own in enumerate(ids)]
        tally.votes += servers
        heapq.heapify(under_way)
        while under_way:
            now, at, candidate = heapq.heappop(under_way)
            tally.arrivals_us += now
            if candidate > ids[at]:
                tally.votes += 1
                heapq.heappush(under_way, (now + delays[at], (at + 1) % servers, candidate))
            elif candidate == ids[at]:
                tally.ended(at, now)
    return tally.words()


def compare(*arguments):
    words = [os.path.join(ROOT, "scripts/bench-sim-peers"), *arguments]
    return subprocess.run(words, capture_output=True, text=True, check=False)


class Peers(RingTest):
    def elections(self, servers, seed, trials):
        return json.loads(self.ring.ok("bench", "election", "--servers", str(servers), "--seed", str(seed),
                                       "--trials", str(trials), "--json"))

    def impostor(self, key, add):
        """A program like ours whose figures are a little different."""
        path = self.ring.path("impostor")
        with open(path, "w", encoding="utf-8") as script:
            script.write(f"#!{sys.executable}\n"
                         "import json, subprocess, sys\n"
                         f"said = json.loads(subprocess.check_output([{PEAL!r}, *sys.argv[1:]]))\n"
                         f"said[{key!r}] = type(said[{key!r}])(int(said[{key!r}]) + {add})\n"
                         "print(json.dumps(said))\n")
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
        return path

    def test_the_definition_and_a_simulation_of_it_agree(self):
        for servers, seed in ((2, 1), (5, 1), (5, 2), (33, 9)):
            with self.subTest(servers=servers, seed=seed):
                self.assertEqual(workload.expected(servers, seed, 20), simulated(servers, seed, 20))

    def test_our_ring_does_what_the_definition_says(self):
        for servers, seed, trials in ((2, 1, 50), (5, 1, 2_000), (64, 7, 20), (256, 3, 3)):
            with self.subTest(servers=servers):
                said = self.elections(servers, seed, trials)

                right = workload.expected(servers, seed, trials)
                self.assertEqual({key: said[key] for key in right if key != "elections"},
                                 {key: right[key] for key in right if key != "elections"})
                self.assertEqual(said["trials"], trials)

    def test_the_same_elections_have_the_same_digest(self):
        first, again, other = self.elections(5, 1, 100), self.elections(5, 1, 100), self.elections(5, 2, 100)

        self.assertEqual(first["digest"], again["digest"])
        self.assertNotEqual(first["digest"], other["digest"])

    def test_elections_for_some_time(self):
        said = json.loads(self.ring.ok("bench", "election", "--servers", "5", "--seconds", "0.05", "--json"))

        self.assertGreaterEqual(said["seconds"], 0.05)
        self.assertEqual(said["votes"], self.elections(5, 1, said["trials"])["votes"])

    def test_complete_servers_elect_the_same_way_each_time(self):
        arguments = ("bench", "election", "--servers", "3", "--whole", "--trials", "3", "--json")
        first, again = (json.loads(self.ring.ok(*arguments)) for _ in range(2))

        self.assertEqual((first["servers"], first["trials"]), (3, 3))
        self.assertEqual(first["digest"], again["digest"])
        self.assertGreaterEqual(first["elections"], 3)
        self.assertGreaterEqual(first["votes"], 3 * (2 * 3 - 1) - 3)
        self.assertGreater(first["events"], first["datagrams"])
        self.assertTrue(0 < first["one_view_p50_ms"] <= first["one_view_p99_ms"])

    def test_every_simulator_that_is_here_agrees(self):
        done = compare("--program", PEAL, "--sizes", "2,5,17", "--elections", "30", "--check", "--json")

        self.assertEqual(done.returncode, 0, done.stderr)
        agree = json.loads(done.stdout)["agree"]
        self.assertIn("Peal", agree[0])
        absent = set(re.findall(r"bench-sim-peers: (\S+) is not installed", done.stderr))
        for peer in ("SimGrid", "ns-3", "SimPy"):
            self.assertNotEqual(peer in absent, any(one.startswith(peer) for one in agree), (done.stderr, agree))

    def test_measures_when_all_agree(self):
        done = compare("--program", PEAL, "--sizes", "3", "--elections", "5", "--seconds", "0.01", "--rounds", "1", "--json")

        self.assertEqual(done.returncode, 0, done.stderr)
        results = json.loads(done.stdout)["results"]
        self.assertEqual({one["servers"] for one in results}, {3})
        self.assertEqual(results[0]["peal_times_as_fast"], 1)
        self.assertTrue(any("whole servers" in one["form"] for one in results))
        for one in results:
            self.assertGreater(one["elections_per_s"], 0)
            self.assertGreater(one["messages_per_s"], 0)

    def test_whoever_disagrees_is_named_and_nothing_is_measured(self):
        for key, noun in (("votes", "messages"), ("winners", "winners"), ("end_us", "simulated end times"), ("arrivals_us", "times of arrival")):
            with self.subTest(key=key):
                done = compare("--program", self.impostor(key, 1), "--sizes", "3", "--elections", "5")

                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(f"disagrees about the {noun}", done.stderr)
                self.assertIn("Peal", done.stderr)

    def test_what_makes_no_sense(self):
        for arguments in (("--seconds", "0"), ("--seconds", "1", "--trials", "5"), ("--whole", "--servers", "65")):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ring.run("bench", "election", *arguments), 2)
        for arguments in (("--sizes", "1"), ("--sizes", "five"), ("--rounds", "0"), ("--seconds", "-1")):
            with self.subTest(arguments=arguments):
                self.assertEqual(compare(*arguments).returncode, 2)
        self.assertEqual(compare("--program", self.ring.path("nothing"), "--check").returncode, 1)


if __name__ == "__main__":
    unittest.main()
