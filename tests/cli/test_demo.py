# peal demo: every line arrives once and in order, and nothing is left behind.
import json
import os
import signal
import subprocess
import unittest

from ring import RingTest, eventually


def children_with(home):
    """Processes whose temporary directory is this test's."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as environ:
                if f"TMPDIR={home}\0".encode() in environ.read() + b"\0":
                    found.append(int(pid))
        except OSError:
            pass
    return found


class Demo(RingTest):
    def left_behind(self):
        return [name for name in os.listdir(self.ring.home) if name.startswith("peal-")]

    def test_piped_lines_arrive_once_and_in_order(self):
        lines = [f"line {i}" for i in range(200)]

        out = self.ring.ok("demo", "--servers", "3", text="\n".join(lines))

        self.assertEqual([line.split("  ")[-1].strip() for line in out.splitlines()], lines)
        self.assertEqual(self.left_behind(), [])
        self.assertEqual(children_with(self.ring.home), [])

    def test_the_leader_is_killed_twice_in_the_middle(self):
        lines = [f"line {i}" for i in range(300)]
        text = "\n".join(lines[:100] + ["/kill leader"] + lines[100:200] + ["/kill leader", "/status"] + lines[200:])

        out = self.ring.ok("demo", "--json", text=text)

        self.assertEqual([json.loads(line)["text"] for line in out.splitlines()], lines)
        self.assertEqual(self.left_behind(), [])

    def test_without_input_it_ends_at_once(self):
        self.assertEqual(self.ring.ok("demo", "--servers", "1", text=""), "")

    def test_a_stop_signal_ends_the_servers_too(self):
        demo = self.ring.command("demo", "--servers", "3", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        eventually(lambda: len(children_with(self.ring.home)) == 4, "three servers run")

        demo.send_signal(signal.SIGINT)

        self.assertEqual(demo.wait(60), 1)
        self.assertEqual(self.left_behind(), [])
        self.assertEqual(children_with(self.ring.home), [])

    def test_its_servers_do_not_outlive_a_kill(self):
        demo = self.ring.command("demo", "--servers", "3", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        eventually(lambda: len(children_with(self.ring.home)) == 4, "three servers run")

        demo.kill()
        demo.wait()

        eventually(lambda: not children_with(self.ring.home), "the servers end")


if __name__ == "__main__":
    unittest.main()
