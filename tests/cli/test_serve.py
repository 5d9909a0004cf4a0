# peal serve: rings form, grow, lose members and keep what they were told.
import os
import signal
import unittest

from ring import RingTest, eventually


class Serve(RingTest):
    def test_three_with_nothing_configured_form_one_ring_led_by_the_highest(self):
        servers = self.ring.start_all(3)

        views = {tuple(self.ring.status(server)["view"]) for server in servers}
        self.assertEqual(len(views), 1)
        self.assertEqual(views.pop()[1], max(server.id for server in servers))

    def test_a_fourth_joins_and_gets_everything(self):
        self.ring.start_all(3)
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="".join(f"line {i}\n" for i in range(500)))

        fourth = self.ring.start().wait_ready()

        self.ring.wait_members(4)
        self.ring.wait_equal()
        self.ring.expect_texts("bob", "lunch", fourth, [f"line {i}" for i in range(500)])

    def test_what_goes_over_the_wire_is_counted_by_kind(self):
        server = self.ring.start_all(2)[0]
        before = self.ring.status(server)["counters"]

        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="x" * 1_000 + "\n")

        after = self.ring.status(server)["counters"]
        for name in ("datagrams sent", "datagrams received", "bytes sent", "bytes received"):
            self.assertGreater(after[name], before[name], name)
        self.assertGreater(after["bytes received"] - before["bytes received"], 1_000)
        self.assertEqual(sum(count for name, count in after.items() if name.startswith("bytes sent ")), after["bytes sent"])

    def test_sigterm_leaves_at_once_and_cleanly(self):
        servers = self.ring.start_all(3)

        self.assertEqual(servers[0].leave(), 0)
        self.ring.servers.remove(servers[0])
        self.addCleanup(servers[0].close)

        self.ring.wait_members(2)

    def test_the_leader_leaves_and_another_leads(self):
        self.ring.start_all(3)
        leader = self.ring.leader()

        self.assertEqual(leader.leave(), 0)
        self.ring.servers.remove(leader)
        self.addCleanup(leader.close)

        self.ring.wait_members(2)
        self.assertNotEqual(self.ring.leader().id, leader.id)

    def test_all_killed_and_restarted_keep_their_ids_and_the_history(self):
        servers = [self.ring.start("--data", self.ring.path(f"s{i}")) for i in range(3)]
        ids = {server.wait_ready().id for server in servers}
        self.ring.wait_members(3)
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="one\ntwo\nthree\n")
        for server in servers:
            server.kill()

        servers = [self.ring.restart(server) for server in servers]

        self.assertEqual({server.wait_ready().id for server in servers}, ids)
        self.ring.wait_members(3)
        self.ring.wait_equal()
        for server in servers:
            self.ring.expect_texts("bob", "lunch", server, ["one", "two", "three"])

    def test_clusters_on_one_network_do_not_meet(self):
        one = self.ring.start("--cluster", "one").wait_ready()
        two = self.ring.start("--cluster", "two").wait_ready()

        for cluster, server in (("one", one), ("two", two)):
            out = self.ring.run("status", "--json", "--cluster", cluster).out
            self.assertIn(f'"self":{server.id}', out)
            self.assertEqual(out.count('"rtt_us"'), 1)


class ServeRefuses(RingTest):
    def test_a_port_that_is_in_use(self):
        first = self.ring.start("--listen", "127.0.0.1:0").wait_ready()

        done = self.ring.run("serve", "--listen", first.addr)

        self.assert_refused(done, 1, first.addr.split(":")[1], "taken")

    def test_a_data_directory_of_a_running_server(self):
        self.ring.start("--data", self.ring.path("data")).wait_ready()

        done = self.ring.run("serve", "--data", self.ring.path("data"))

        self.assert_refused(done, 1, self.ring.path("data"), "--data")

    def test_a_data_directory_that_cannot_be_made(self):
        with open(self.ring.path("file"), "w") as file:
            file.write("not a directory\n")

        done = self.ring.run("serve", "--data", self.ring.path("file", "data"))

        self.assert_refused(done, 1, self.ring.path("file"))

    def test_a_database_that_is_none(self):
        server = self.ring.start("--data", self.ring.path("data")).wait_ready()
        server.leave()
        for name in os.listdir(self.ring.path("data")):
            if name.endswith((".db", ".sqlite", ".sqlite3")):
                with open(self.ring.path("data", name), "wb") as file:
                    file.write(b"this is no database" * 1000)
            if name.endswith(("-wal", "-shm")):
                os.unlink(self.ring.path("data", name))

        done = self.ring.run("serve", "--data", self.ring.path("data"))

        self.assert_refused(done, 1, self.ring.path("data"))

    def test_an_id_that_a_live_server_has_and_names_its_address(self):
        first = self.ring.start("--id", "7").wait_ready()

        done = self.ring.run("serve", "--id", "7", "--data", self.ring.path("other"))

        self.assert_refused(done, 1, "7", first.addr.split(":")[-1])

    def test_another_id_than_the_data_directory_has(self):
        server = self.ring.start("--id", "7", "--data", self.ring.path("data")).wait_ready()
        server.leave()

        done = self.ring.run("serve", "--id", "8", "--data", self.ring.path("data"))

        self.assertIn(done.returncode, (1, 2))
        self.assertIn("7", done.err)

    def test_what_makes_no_sense(self):
        for arguments in (
            ("--id", "0"),
            ("--id", "seven"),
            ("--id", "-3"),
            ("--listen", "127.0.0.1:99999"),
            ("--peer", "not an address"),
            ("--interface", "no-such-interface"),
            ("--cluster", ""),
            ("--discovery-port", "0"),
            ("--unknown",),
            ("surplus",),
        ):
            with self.subTest(arguments=arguments):
                self.assert_refused(self.ring.run("serve", *arguments), 2)

    def test_a_stop_signal_before_it_is_ready(self):
        server = self.ring.start()
        eventually(lambda: "server started" in server.said(), "the server starts")

        server.process.send_signal(signal.SIGINT)

        self.assertEqual(server.process.wait(60), 0)


if __name__ == "__main__":
    unittest.main()
