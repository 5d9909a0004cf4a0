# What happens to real servers on real cards is what the scenario of their recordings does to simulated ones.
"""A cable is pulled, a process is killed, a process stands still: `peal trace scenario` finds it in what the servers
recorded, and the simulator comes out where they did."""
import re
import signal
import time

import lan
from ring import eventually


class Recordings(lan.LanTest):
    def setUp(self):
        self.ring = self.lan([[0]] * 4)
        self.records = self.ring.path("rec")
        self.servers = {n: self.start(n) for n in (1, 2, 3)}
        self.ring.wait_members(3)
        time.sleep(1.5)  # So that this view counts as one that lasted.

    def start(self, number):
        server = self.ring.start("--id", str(number), "--record", self.records, at=self.ring.hosts[number - 1])
        server.wait_ready()
        return server

    def members_at(self, number):
        return [server["id"] for server in self.ring.status(self.servers[number])["servers"]]

    def scenario(self, *arguments):
        """The scenario of everything so far, and what was said about it."""
        path = self.ring.path("field.scenario")
        done = self.ring.run("trace", "scenario", self.records, "-o", path, *arguments)
        self.assertEqual(done.returncode, 0, done.out + done.err)
        with open(path) as file:
            return file.read(), done.out

    def test_a_pulled_cable_is_a_cut_and_its_return_a_mend(self):
        self.ring.switch("cut 3 | 1 2 4")
        eventually(lambda: self.members_at(1) == [1, 2], "the others go on")
        time.sleep(2)
        self.ring.switch("mend")
        eventually(lambda: self.members_at(1) == [1, 2, 3], "it comes back")
        time.sleep(1.5)

        text, said = self.scenario()

        self.assertRegex(text, r"cut +(s3 \| s1 s2|s1 s2 \| s3)")
        self.assertRegex(text, r"\bmend\n")
        self.assertRegex(text, r"expect s[12] view s1 s2 within")
        self.assertIn("played: as recorded", said)

    def test_a_killed_leader_and_what_was_said_meanwhile_come_back_shrunk(self):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "one")
        self.servers[3].kill()
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "two")
        eventually(lambda: self.members_at(1) == [1, 2], "the others go on")
        time.sleep(1.5)

        whole, _ = self.scenario()
        least, said = self.scenario("--shrink")

        self.assertEqual(re.findall(r'posts #lunch "(\w+)"', whole), ["one", "two"])
        self.assertEqual(len(re.findall("crash s3", whole)), 1)
        self.assertIn("crash s3", least)
        self.assertNotIn("posts", least)
        self.assertIn("played: as recorded", said)

    def test_a_process_that_stands_still_is_a_pause(self):
        self.servers[2].process.send_signal(signal.SIGSTOP)
        time.sleep(0.12)  # Shorter than it takes to give it up.
        self.servers[2].process.send_signal(signal.SIGCONT)
        time.sleep(0.5)
        self.servers[2].process.send_signal(signal.SIGSTOP)
        time.sleep(2)
        self.servers[2].process.send_signal(signal.SIGCONT)
        eventually(lambda: self.members_at(3) == [1, 2, 3], "it comes back")
        time.sleep(1.5)

        text, said = self.scenario()

        self.assertRegex(text, r"pause s2 for (1\.[89]|2)")
        self.assertIn("played: as recorded", said)


if __name__ == "__main__":
    lan.main()
