# Data directories that are lost, or put back from an old copy, under real servers.
import json
import os
import shutil
import unittest

from ring import RingTest


class Directories(RingTest):
    def setUp(self):
        super().setUp()
        self.servers = [self.ring.start("--id", str(n), "--data", self.ring.path(f"data-{n}")) for n in (1, 2, 3)]
        for server in self.servers:
            server.wait_ready()
        self.ring.wait_members(3)

    def say(self, *texts):
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="\n".join(texts))

    def expect_everywhere(self, texts):
        self.ring.wait_members(3)
        self.ring.wait_equal()
        for server in self.ring.servers:
            self.ring.expect_texts("bob", "lunch", server, texts)

    def logs_of(self, server):
        return self.ring.status(server)["version_vector"]

    def expect_whole(self):
        """Every directory is whole, and what one log is called everywhere has the same length."""
        for server in list(self.ring.servers):
            self.assertEqual(server.leave(), 0)
        for n in (1, 2, 3):
            done = self.ring.run("check", "--json", self.ring.path(f"data-{n}"))
            self.assertEqual(done.returncode, 0, done.out + done.err)
            self.assertEqual(json.loads(done.out)["missing"], 0)

    def test_a_wiped_directory_with_the_same_id_is_filled_again(self):
        self.say("one", "two")
        self.ring.wait_equal()
        self.servers[2].kill()
        shutil.rmtree(self.ring.path("data-3"))

        back = self.ring.restart(self.servers[2]).wait_ready()
        self.say("three")

        self.assertEqual(back.id, 3)
        self.expect_everywhere(["one", "two", "three"])
        self.expect_whole()

    def test_an_old_copy_of_the_leaders_directory_forks_nothing(self):
        said = self.ring.ok("send", "--as", "ann", "--room", "lunch", "--json", "in the copy")
        first_log = json.loads(said)["id"].split(":")[0]
        self.ring.wait_equal()
        leader = self.servers[2]
        leader.leave()
        old = self.ring.path("old")
        shutil.copytree(self.ring.path("data-3"), old)
        leader = self.ring.restart(leader).wait_ready()
        self.ring.wait_members(3)
        self.say("after the copy", "and more")
        self.ring.wait_equal()
        before = self.logs_of(self.servers[0])
        leader.kill()
        shutil.rmtree(self.ring.path("data-3"))
        os.rename(old, self.ring.path("data-3"))

        leader = self.ring.restart(leader).wait_ready()
        self.ring.wait_members(3)
        self.say("after the restore")

        self.expect_everywhere(["in the copy", "after the copy", "and more", "after the restore"])
        after = self.logs_of(leader)
        # The log of the process that ended is refilled, and nothing was added to it; those of the servers that
        # live may grow.
        self.assertEqual(after[first_log], before[first_log])
        for log, last in before.items():
            self.assertGreaterEqual(after.get(log, 0), last)
        self.expect_whole()


if __name__ == "__main__":
    unittest.main()
