# Disks fill up, fail and hang: that server steps back and says so, the others go on, and it comes back by itself.
import os
import subprocess
import unittest

from ring import RingTest, eventually

SHIM = os.environ.get("PEAL_DISK_SHIM", "")


def mount_namespaces():
    done = subprocess.run(["unshare", "-Urm", "true"], capture_output=True)
    return done.returncode == 0


class Disk(RingTest):
    def start_two(self):
        servers = [self.ring.start("--id", str(server)) for server in (2, 3)]
        for server in servers:
            server.wait_ready()
        return servers

    def talk(self, lines):
        """Sends them all; somebody acknowledges each."""
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "--timeout", "60", "-", text="".join(line + "\n" for line in lines))

    def wait_failed(self, server, *words):
        """Until the server says by status and log that its disk is no good, and what to do; its status."""

        def failed():
            status = self.ring.status(server)
            return status if status and status["role"] == "failed" else None

        status = eventually(failed, "the server gives up its disk")
        log = eventually(lambda: next((line for line in server.said().splitlines() if "disk failed" in line), None), "it logs so")
        for word in words:
            self.assertIn(word, status["trouble"])
        self.assertIn("advice=", log)
        return status

    def wait_members_at(self, server, count):
        def complete():
            status = self.ring.status(server)
            return status and len(status["servers"]) == count

        eventually(complete, f"a view of {count} at s{server.id}")

    def assert_back(self, server, texts):
        self.ring.wait_members(3)
        self.ring.wait_equal()
        self.assertIn("disk healed", server.said())
        self.ring.expect_texts("bob", "lunch", server, texts)

    @unittest.skipUnless(mount_namespaces(), "no mounts of one's own are permitted here")
    def test_a_full_disk(self):
        first, _ = self.start_two()
        place = self.ring.path("small")
        os.mkdir(place)
        mount = f'mount -t tmpfs -o size=2m small {place} && exec "$@"'
        third = self.ring.start("--id", "4", "--data", f"{place}/data", before=["unshare", "-Urm", "sh", "-c", mount, "sh"])
        third.wait_ready()
        self.ring.wait_members(3)
        lines = [f"{i} " + "x" * 8_000 for i in range(300)]

        self.talk(lines)

        self.wait_failed(third, "full", "make room")
        self.wait_members_at(first, 2)
        self.assertIn("trouble=full", third.said())
        self.ring.expect_texts("bob", "lunch", first, lines)
        inside = ["nsenter", "-t", str(third.process.pid), "-U", "-m", "--preserve-credentials"]
        subprocess.run([*inside, "mount", "-o", "remount,size=64m", place], check=True)
        self.assert_back(third, lines)

    def start_third_with_shim(self, server_id):
        self.switch = self.ring.path("disk")
        third = self.ring.start("--id", server_id, env={"LD_PRELOAD": SHIM, "PEAL_TEST_DISK": self.switch})
        third.wait_ready()
        self.ring.wait_members(3)
        return third

    def disk(self, what):
        """What happens to the third server's disk from now on."""
        with open(self.switch + ".new", "w") as file:
            file.write(what)
        os.rename(self.switch + ".new", self.switch)

    @unittest.skipUnless(SHIM, "nothing can be loaded before a sanitizer")
    def test_a_failing_disk_of_the_leader(self):
        first, _ = self.start_two()
        third = self.start_third_with_shim("4")
        self.talk(["before"])

        self.disk("failing")
        self.talk(["meanwhile"])

        self.wait_failed(third, "check the disk")
        self.wait_members_at(first, 2)
        self.talk(["later"])
        self.disk("well")
        self.assert_back(third, ["before", "meanwhile", "later"])

    @unittest.skipUnless(SHIM, "nothing can be loaded before a sanitizer")
    def test_a_disk_of_the_leader_that_hangs(self):
        first, _ = self.start_two()
        third = self.start_third_with_shim("4")
        self.talk(["before"])

        self.disk("slow")
        self.talk(["meanwhile"])

        self.wait_failed(third, "more than 5 s", "busy")
        self.wait_members_at(first, 2)
        self.talk(["later"])
        self.disk("well")
        self.assert_back(third, ["before", "meanwhile", "later"])

    @unittest.skipUnless(SHIM, "nothing can be loaded before a sanitizer")
    def test_a_disk_of_another_server_that_hangs_holds_up_nobody(self):
        self.start_two()
        third = self.start_third_with_shim("1")

        self.disk("slow")
        self.talk([f"line {i}" for i in range(100)])

        self.wait_failed(third, "more than 5 s")
        self.disk("well")
        self.assert_back(third, [f"line {i}" for i in range(100)])


if __name__ == "__main__":
    unittest.main()
