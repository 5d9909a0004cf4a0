# Five servers on five hosts, people who talk, and a network and machines that fail in every way at once.
"""Afterwards every acknowledged message is at every server, once, in the order of its sender, and behind what it
answers. PEAL_NETNS_SEED=N repeats the faults of a run, PEAL_NETNS_SECONDS=N sets its length, PEAL_NETNS_EVENTS=1 shows them and
PEAL_NETNS_KEEP=1 keeps the logs."""
import json
import os
import signal
import sys
import time
import unittest

import lan
from ledger import Ledger
from people import Answerer, Listener, Talker
from ring import eventually
from storm import Storm

SECONDS = float(os.environ.get("PEAL_NETNS_SECONDS") or (120 if lan.LONG else 40))
SERVERS = [1, 2, 3, 4, 5]
TALKERS = {"ann": 6, "bob": 7, "carl": 2}  # On hosts of their own, but carl sits at server 2.
PEOPLE = [6, 7, 8, 9]
ROOM = "lunch"


class Chaos(lan.LanTest):
    def setUp(self):
        self.seed = lan.seed_from_environment()
        self.events = []
        self.start = time.monotonic()
        self.ring = self.lan([[0]] * (len(SERVERS) + len(PEOPLE)), self.seed)
        self.ledger = Ledger()
        self.talkers = {}

    def tearDown(self):
        for talker in self.talkers.values():
            talker.done.set()

    def note(self, what):
        self.events.append(f"{time.monotonic() - self.start:8.3f}  {what}")

    def host(self, port):
        return self.ring.hosts[port - 1]

    def start_everything(self):
        self.servers = {n: self.ring.start("--id", str(n), "--log", "debug", at=self.host(n)) for n in SERVERS}
        for server in self.servers.values():
            server.wait_ready()
        self.ring.wait_members(len(SERVERS))
        self.talkers = {name: Talker(self.ring, name, ROOM, self.ledger, 0.02, self.host(port))
                        for name, port in TALKERS.items()}
        eventually(lambda: self.ledger.acknowledged, "a first message")
        self.dora = Answerer(self.ring, "dora", ROOM, self.ledger, 10, self.host(8))
        self.erin = Listener(self.ring, ["read", "--as", "erin", "--room", ROOM, "--follow", "--json"], self.host(9))
        eventually(lambda: self.dora.posts and self.erin.posts, "somebody listens")

    def do(self, deed):
        self.note(deed)
        verb, *rest = deed.split()
        if verb == "hang-up":
            return self.talkers[rest[0]].hang_up()
        if verb not in ("kill", "restart", "pause", "resume"):
            return self.ring.switch(deed)
        number = int(rest[0])
        server = self.servers[number]
        if verb == "restart":
            self.servers[number] = self.ring.restart(server)
            return
        self.assertTrue(server.alive(), f"server {number} ended by itself")
        server.process.send_signal({"kill": signal.SIGKILL, "pause": signal.SIGSTOP, "resume": signal.SIGCONT}[verb])
        if verb == "kill":
            server.process.wait()

    def weather(self):
        storm = Storm(self.seed, SECONDS, SERVERS, PEOPLE, list(TALKERS))
        self.start = time.monotonic()
        for when, deed in storm.deeds:
            time.sleep(max(0, self.start + when - time.monotonic()))
            self.do(deed)

    def finish(self):
        """Everybody ends, well, once all is well again."""
        for server in self.servers.values():
            self.assertTrue(server.alive(), server.said())
            if not server.addr:
                server.wait_ready()
        self.note("all servers run")
        self.ring.wait_members(len(SERVERS))
        self.note("one view")
        for name, talker in self.talkers.items():
            self.assertEqual(talker.finish(), 0, f"{name} was left without a verdict")
        self.note("all senders are done")
        self.dora.quiet = True
        self.dora.program.end_of_input()
        self.assertEqual(self.dora.program.wait(), 0, "dora was left without a verdict")
        self.ring.wait_equal()
        self.note("equal histories")

    def history(self, server):
        out = self.ring.ok("read", "--as", "checker", "--room", ROOM, "--json", "--server", server.addr, "--pin")
        return [json.loads(line) for line in out.splitlines()]

    def check(self):
        wrongs = [f"refused: {verdict}" for verdict in self.ledger.refused]
        histories = {n: self.history(server) for n, server in self.servers.items()}
        for n, posts in histories.items():
            wrongs += [f"server {n}: {wrong}" for wrong in self.ledger.wrongs(posts)]
        self.assertEqual(wrongs, [])
        for posts in histories.values():
            self.assertEqual(posts, histories[1], "servers show different histories")
        messages = {post["message"] for post in histories[1]}
        begun = self.erin.posts[0]["message"]
        self.assertEqual(begun, histories[1][0]["message"])
        eventually(lambda: not self.erin.shows(messages), "all that was said reaches who follows")
        for name, listener in (("erin", self.erin), ("dora", self.dora)):
            shown = [post["message"] for post in listener.posts]
            self.assertEqual(len(shown), len(set(shown)), f"{name} was shown a message twice")
            self.assertLessEqual(set(shown), messages, f"{name} was shown what no server has")

    def check_that_it_was_a_storm(self):
        self.assertGreater(len(self.ledger.acknowledged), 500)
        self.assertGreater(len(self.ledger.answers), 10)
        if SECONDS < 40:
            return
        counters = json.loads(self.ring.switch("counters"))
        for fault in ("lost", "duplicated", "delayed", "cut"):
            self.assertGreater(counters[fault], 0, fault)

    def report(self):
        (wait, until), name = max((talker.longest_wait, name) for name, talker in self.talkers.items())
        until -= self.start
        print(f"seed {self.seed}: {len(self.events)} events, {len(self.ledger.acknowledged)} messages acknowledged, "
              f"{len(self.ledger.answers)} answers; the longest wait for a verdict was {name}'s, "
              f"{wait:.1f} s until {until:.3f}", file=sys.stderr)
        if os.environ.get("PEAL_NETNS_EVENTS"):
            print(*self.events, sep="\n", file=sys.stderr)

    def test_every_acknowledged_message_is_at_every_server_once_and_in_order(self):
        try:
            self.start_everything()
            self.weather()
            self.finish()
            self.check()
            views = {tuple(self.ring.status(server)["view"]) for server in self.servers.values()}
            self.assertEqual(len(views), 1, "one leader, known to everyone")
            self.check_that_it_was_a_storm()
            self.report()
        except BaseException:
            print(f"PEAL_NETNS_SEED={self.seed} PEAL_NETNS_SECONDS={SECONDS:g}", *self.events, sep="\n", flush=True)
            raise


def post(message, text):
    return {"message": message, "text": text}


class TheLedgerItself(unittest.TestCase):
    """What looks for wrongs finds them."""

    def setUp(self):
        self.ledger = Ledger()
        self.ledger.written = {"one", "two", "answer"}
        self.ledger.acknowledged = {"7:1": "one", "7:2": "two", "8:1": "answer"}
        self.ledger.answers = {"answer": "7:2"}
        self.good = [post("7:1", "one"), post("7:2", "two"), post("8:1", "answer")]

    def assert_wrong(self, posts, *beginnings):
        wrongs = self.ledger.wrongs(posts)
        for beginning in beginnings:
            self.assertTrue(any(wrong.startswith(beginning) for wrong in wrongs), wrongs)

    def test_nothing_is_wrong(self):
        self.assertEqual(self.ledger.wrongs(self.good), [])

    def test_lost(self):
        self.assert_wrong(self.good[1:], "acknowledged and lost: 7:1")

    def test_doubled(self):
        self.assert_wrong([*self.good, self.good[0]], "2 times: message 7:1")
        self.assert_wrong([*self.good, post("9:1", "one")], "2 times: text one")

    def test_out_of_order(self):
        self.assert_wrong([self.good[1], self.good[0], self.good[2]], "after number 2 of its sender: 7:1")

    def test_an_answer_before_its_question(self):
        self.assert_wrong([self.good[0], self.good[2], self.good[1]], "without its question 7:2")

    def test_changed_and_invented(self):
        self.assert_wrong([post("7:1", "two"), *self.good[1:]], "acknowledged as one and changed")
        self.assert_wrong([*self.good, post("9:1", "three")], "written by nobody: three")

    def test_a_storm_is_the_same_for_the_same_seed_and_mends_what_it_breaks(self):
        for seed in range(50):
            deeds = Storm(seed, 40, SERVERS, PEOPLE, list(TALKERS)).deeds
            self.assertEqual(deeds, Storm(seed, 40, SERVERS, PEOPLE, list(TALKERS)).deeds)
            self.assertEqual(deeds[-1], (40, "heal"))
            down = {}
            for _, deed in deeds:
                verb, *rest = deed.split()
                if verb in ("kill", "pause"):
                    self.assertNotIn(rest[0], down, f"seed {seed}: {deed}")
                    down[rest[0]] = verb
                    self.assertLessEqual(len(down), 3)
                elif verb in ("restart", "resume"):
                    self.assertEqual(down.pop(rest[0]), {"restart": "kill", "resume": "pause"}[verb])
            self.assertEqual(down, {})


if __name__ == "__main__":
    lan.main()
