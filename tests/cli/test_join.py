# An empty server joins a ring with a long history: in bulk, resuming where it was, and the same in the end.
import re
import unittest

from ring import RingTest, eventually, unused_port

ENTRIES = 50_000


def held(status):
    return sum(int(seq) for seq in status["version_vector"].values())


class Join(RingTest):
    def start_with_history(self, *ids, entries=ENTRIES):
        """Servers that have the same long history."""
        for server in ids:
            self.ring.ok("bench", "history", self.ring.path(f"s{server}"), "--id", str(server), "--entries", str(entries),
                         "--cluster", self.ring.env["PEAL_CLUSTER"])
        servers = [self.ring.start("--data", self.ring.path(f"s{server}")) for server in ids]
        for server in servers:
            server.wait_ready()
        self.ring.wait_members(len(ids))
        return servers

    def start_joiner(self, port):
        """An empty server at a known address: it can be asked before it is ready."""
        server = self.ring.start("--id", "3", "--data", self.ring.path("joiner"), "--listen", f"127.0.0.1:{port}")
        server.addr = f"127.0.0.1:{port}"
        return server

    def wait_entries(self, server, count):
        def enough():
            status = self.ring.status(server)
            return status if status and held(status) >= count else None

        return eventually(enough, f"{count} entries at the joining server")

    def entries_at_start(self, server):
        found = eventually(lambda: re.search(r"server started .*entries=(\d+)", server.said()), "the server starts")
        return int(found.group(1))

    def assert_joined(self, servers, joiner):
        joiner.wait_ready()
        self.ring.wait_members(len(servers) + 1)
        self.ring.wait_equal()
        self.assertGreaterEqual(held(self.ring.status(joiner)), ENTRIES)

    def test_it_fetches_everything_and_says_how_far_it_is(self):
        servers = self.start_with_history(7, 9)
        joiner = self.start_joiner(unused_port())

        self.assert_joined(servers, joiner)

        self.assertRegex(joiner.said(), r"catching up +entries=\d+ of=\d{5,} per_s=\d+ left=")
        self.assertIsNone(self.ring.status(joiner)["joining"])

    def test_killed_it_goes_on_where_it_was(self):
        servers = self.start_with_history(9)
        joiner = self.start_joiner(unused_port())
        self.wait_entries(joiner, ENTRIES // 10)
        joiner.kill()
        before = self.entries_at_start(joiner)

        joiner = self.ring.restart(joiner)
        joiner.addr = joiner.arguments[-1]

        self.assertEqual(before, 0)
        self.assertGreater(self.entries_at_start(joiner), 0)
        self.assert_joined(servers, joiner)

    def test_another_server_goes_on_when_the_source_is_killed(self):
        servers = self.start_with_history(7, 9)
        joiner = self.start_joiner(unused_port())
        self.wait_entries(joiner, ENTRIES // 10)

        source = self.ring.leader()
        source.kill()
        self.ring.restart(source).wait_ready()

        self.assert_joined(servers, joiner)

    def test_people_talk_meanwhile(self):
        servers = self.start_with_history(9)
        joiner = self.start_joiner(unused_port())
        lines = [f"line {i}" for i in range(500)]

        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="\n".join(lines) + "\n")

        self.assert_joined(servers, joiner)
        self.ring.expect_texts("bob", "lunch", joiner, lines)


if __name__ == "__main__":
    unittest.main()
