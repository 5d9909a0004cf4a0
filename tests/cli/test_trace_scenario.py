# peal trace scenario: what was done to real servers, played again by the simulator.
"""On several hosts, with a cable that is pulled: tests/netns/test_recordings.py."""
import functools
import json
import os
import re
import time
import unittest

from ring import Ring, RingTest

SPLIT = "traces/scenarios/both_sides_of_a_split_keep_chatting.scenario"
TEXTS = ["one", 'with "marks" \\ and \t tabs', "three"]


def setUpModule():
    """One ring for all; recorded when the first of them asks."""
    global ring
    ring = Ring()
    unittest.addModuleCleanup(ring.close)


def start(number, place, *options):
    return ring.start("--id", str(number), "--data", ring.path(f"data-{number}"), "--record", place, *options).wait_ready()


@functools.cache
def recorded():
    """Of three servers: people talk, the leader is killed and comes back, and all leave."""
    place = ring.path("rec")
    servers = {n: start(n, place) for n in (1, 2, 3)}
    ring.wait_members(3)
    time.sleep(1.2)  # A view that lasted is expected.
    ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="".join(text + "\n" for text in TEXTS))
    leader = ring.leader()
    leader.kill()
    ring.ok("send", "--as", "bob", "--room", "lunch", "four")
    ring.wait_members(2)
    time.sleep(1.2)
    servers[leader.id] = ring.restart(leader).wait_ready()
    ring.wait_members(3)
    time.sleep(1.2)
    for server in servers.values():
        assert server.leave() == 0, server.said()
    recorded.killed = leader.id
    return place


@functools.cache
def scenario(*options):
    """Its text, and what was said about it."""
    place = ring.path("field.scenario")
    said = ring.ok("trace", "scenario", recorded(), "-o", place, *options)
    with open(place, encoding="utf-8") as file:
        return file.read(), said


class Scenario(RingTest):
    def test_comes_out_as_it_was_recorded(self):
        text, said = scenario()

        self.assertIn("played: as recorded", said)
        self.assertEqual(ring.run("sim", "--scenario", ring.path("field.scenario")).returncode, 0)
        same, of = map(int, re.match(r"(\d+) of (\d+) arrivals in the recorded order", said).groups())
        self.assertGreater(of, 50)
        self.assertGreater(same, of // 2)

    def test_has_what_was_done_and_said(self):
        text, _ = scenario()

        self.assertEqual(re.findall(r"crash (.*)", text), [f"s{recorded.killed}"])
        self.assertEqual(len(re.findall(rf"start s{recorded.killed}\b", text)) >= 1, True)
        self.assertEqual(len(re.findall(r"stop s[123]", text)), 3)
        posts = re.findall(r'posts #lunch (".*")', text)
        self.assertEqual([json.loads(post.replace("\t", "\\t")) for post in posts], [*TEXTS, "four"])
        self.assertEqual(re.findall(r'registers "(\w+)"', text), ["ann", "bob"])

    def test_is_shrunk_to_what_the_views_need(self):
        text, said = scenario("--shrink", "--seconds", "40")

        self.assertIn("played: as recorded", said)
        self.assertIn(f"crash s{recorded.killed}", text)
        self.assertNotIn("posts", text)
        self.assertRegex(said, r"shrunk to \d+ actions of \d+")

    def test_goes_to_standard_output_and_what_is_said_to_the_other(self):
        done = ring.run("trace", "scenario", recorded(), "--seconds", "10")

        self.assertRegex(done.out, r"\A# From a recording of server 1, server 2, server 3 .*\nservers 3\n")
        self.assertNotIn("played", done.out)
        self.assertIn("played", done.err)

    def test_tells_its_figures_as_json(self):
        done = ring.run("trace", "scenario", recorded(), "-o", ring.path("json.scenario"), "--seconds", "10", "--json")

        told = json.loads(done.out)
        self.assertEqual(told["done"]["crashes"], 1)
        self.assertEqual(told["done"]["messages"], 4 + 4)  # Two register, and two join.
        self.assertLessEqual(told["arrivals"]["same_order"], told["arrivals"]["recorded"])
        self.assertEqual(told["met"], done.returncode == 0)

    def test_of_one_server_alone_says_who_is_missing(self):
        alone = [os.path.join(recorded(), name) for name in os.listdir(recorded()) if name.startswith("server-1-")]

        done = ring.run("trace", "scenario", *alone, "--seconds", "5", "-o", ring.path("alone.scenario"))

        self.assertIn(done.returncode, (0, 1), done.err)
        self.assertIn("server 2 was a member, and nothing of it was recorded", done.err)
        with open(ring.path("alone.scenario"), encoding="utf-8") as file:
            self.assertIn("# server 3 was a member, and nothing of it was recorded\n", file.read())

    def test_a_simulated_run_is_taken_as_well(self):
        trace = ring.path("seed.trace")
        ring.ok("sim", "--scenario", os.path.abspath(SPLIT), "--trace", trace)

        done = ring.run("trace", "scenario", trace, "--seconds", "10")

        self.assertRegex(done.out, r"cut s1 s2 \| s3 s4 s5")


class BadInput(RingTest):
    def expect_refusal(self, code, words, *arguments):
        done = ring.run("trace", "scenario", *arguments)
        self.assertEqual(done.returncode, code, done.out + done.err)
        self.assertIn(words, done.err)
        self.assertEqual(len(done.err.splitlines()), 1, done.err)

    def test_what_is_no_trace_is_refused(self):
        place = ring.path("lunch.txt")
        with open(place, "w") as file:
            file.write("pizza?\n")

        self.expect_refusal(2, "is no trace of peal", place)

    def test_what_cannot_be_written_is_a_clear_error(self):
        self.expect_refusal(2, "nowhere", recorded(), "--seconds", "1", "-o", ring.path("nowhere", "x"))


if __name__ == "__main__":
    unittest.main()
