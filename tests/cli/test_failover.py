# Leaders die while people talk: nothing is lost, doubled or out of order.
import os
import signal
import subprocess
import threading
import time
import unittest

from ring import PATIENCE, RingTest, eventually

LONG = os.environ.get("PEAL_LONG_TESTS") == "ON"


class Talk:
    """`peal send -` with lines that come one after the other."""

    def __init__(self, ring, name, room, lines, pause):
        self.process = ring.command(
            "send", "--as", name, "--room", room, "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.written = 0
        self.thread = threading.Thread(target=self._write, args=(lines, pause), daemon=True)
        self.thread.start()

    def _write(self, lines, pause):
        for line in lines:
            self.process.stdin.write((line + "\n").encode())
            self.process.stdin.flush()
            self.written += 1
            if pause:
                time.sleep(pause)
        self.process.stdin.close()

    def finish(self):
        """Its exit code, and what it said."""
        self.process.wait(PATIENCE * 2)
        self.thread.join(PATIENCE)
        return self.process.returncode, self.process.stderr.read().decode()


class Failover(RingTest):
    def start_with_data(self, count):
        servers = [self.ring.start("--data", self.ring.path(f"s{i}")) for i in range(count)]
        for server in servers:
            server.wait_ready()
        self.ring.wait_members(count)
        return servers

    def expect_everywhere(self, room, lines):
        self.ring.wait_equal()
        for server in self.ring.servers:
            self.ring.expect_texts("reader", room, server, lines)

    def test_the_leader_is_killed_while_lines_are_sent(self):
        self.start_with_data(3)
        lines = [f"line {i}" for i in range(2000)]
        talk = Talk(self.ring, "ann", "lunch", lines, 0.001)
        eventually(lambda: talk.written > 500, "the talk is under way")

        leader = self.ring.leader()
        leader.kill()
        code, said = talk.finish()

        self.assertEqual(code, 0, said)
        self.ring.restart(leader).wait_ready()
        self.ring.wait_members(3)
        self.expect_everywhere("lunch", lines)

    def test_a_frozen_leader_is_replaced_and_comes_back(self):
        self.start_with_data(3)
        lines = [f"line {i}" for i in range(600)]
        talk = Talk(self.ring, "ann", "lunch", lines, 0.002)
        eventually(lambda: talk.written > 100, "the talk is under way")
        leader = self.ring.leader()

        leader.process.send_signal(signal.SIGSTOP)
        code, said = talk.finish()
        leader.process.send_signal(signal.SIGCONT)

        self.assertEqual(code, 0, said)
        self.ring.wait_members(3)
        self.expect_everywhere("lunch", lines)

    def test_two_of_five_die_at_once(self):
        servers = self.start_with_data(5)
        lines = [f"line {i}" for i in range(1000)]
        talk = Talk(self.ring, "ann", "lunch", lines, 0.001)
        eventually(lambda: talk.written > 200, "the talk is under way")

        doomed = sorted(servers, key=lambda server: server.id)[-2:]
        for server in doomed:
            server.process.send_signal(signal.SIGKILL)
        for server in doomed:
            server.kill()
        code, said = talk.finish()

        self.assertEqual(code, 0, said)
        for server in doomed:
            self.ring.restart(server).wait_ready()
        self.ring.wait_members(5)
        self.expect_everywhere("lunch", lines)

    @unittest.skipUnless(LONG, "takes a minute: PEAL_LONG_TESTS")
    def test_a_book_while_the_leader_dies_every_two_seconds(self):
        self.start_with_data(5)
        lines = [f"{i}: It was the best of times, it was the worst of times" for i in range(10000)]
        talk = Talk(self.ring, "dickens", "book", lines, 0.001)
        kills = 0
        dead = None

        while talk.process.poll() is None:
            time.sleep(2)
            if dead:
                self.ring.restart(dead).wait_ready()
            dead = self.ring.leader()
            dead.kill()
            kills += 1
        code, said = talk.finish()

        self.assertEqual(code, 0, said)
        self.assertGreater(kills, 2)
        self.ring.restart(dead).wait_ready()
        self.ring.wait_members(5)
        self.expect_everywhere("book", lines)


if __name__ == "__main__":
    unittest.main()
