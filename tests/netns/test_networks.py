# What users of chats and clusters on local networks suffer from, and what Peal does instead.
"""Short cases on networks of real hosts: several cards, access points that keep things to themselves, several servers
on one host, nobody there, and everybody coming back at once."""
import json
import re
import signal
import subprocess
import time

import lan
from people import Listener
from ring import eventually


def addresses(status):
    return {server["addr"].rsplit(":", 1)[0].strip("[]") for server in status["servers"]}


class Networks(lan.LanTest):
    def servers_on(self, ring, hosts, *arguments):
        """A server on each of these hosts, none of which is told about another. Its id is the host's number."""
        servers = [ring.start("--id", str(host.number), *arguments, at=host) for host in hosts]
        for server in servers:
            server.wait_ready()
        return servers

    def expect_a_ring(self, ring, ids):
        ring.wait_members(len(ids))
        for server in ring.servers:
            self.assertEqual([s["id"] for s in ring.status(server)["servers"]], ids)

    def expect_talk(self, ring, at=None, room="lunch"):
        """What a person says without naming a server reaches all."""
        ring.ok("send", "--as", "ann", "--room", room, "-", text="one\ntwo\n", at=at)
        for server in ring.servers:
            ring.expect_texts("bob", room, server, ["one", "two"])

    def use_network(self, ring, network):
        """From here on the servers are asked by their cards in this network."""
        for server in ring.servers:
            (card,) = (card for card in server.at.cards if card.network == network)
            server.addr = f"{card.v4}:7401"


class Cards(Networks):
    def test_a_host_with_two_cards_in_one_network_is_one_member(self):
        ring = self.lan([[0], [0, 0], [0, 0], [0]])

        self.servers_on(ring, ring.hosts[:3])

        self.expect_a_ring(ring, [1, 2, 3])
        self.expect_talk(ring)

    def test_hosts_with_cards_in_two_networks_are_one_member_each(self):
        ring = self.lan([[0, 1], [0, 1], [0], [1]])

        self.servers_on(ring, ring.hosts[:2])

        self.expect_a_ring(ring, [1, 2])
        self.use_network(ring, 1)  # Where bob is; ann is in the other.
        self.expect_talk(ring, at=ring.hosts[2])
        self.assertEqual(ring.texts("bob", "lunch"), ["one", "two"])

    def test_a_network_may_fail_while_another_carries_the_ring(self):
        ring = self.lan([[0, 1]] * 4)
        self.servers_on(ring, ring.hosts[:3])
        self.expect_a_ring(ring, [1, 2, 3])

        for turn, lost in enumerate((0, 1, 0)):
            with self.subTest(turn=turn, lost=lost):
                cards = [card.port for host in ring.hosts for card in host.cards if card.network == lost]
                ring.switch("cut " + " | ".join(map(str, cards)))
                time.sleep(2)  # Long enough to give up who cannot be reached.

                self.expect_a_ring(ring, [1, 2, 3])
                self.use_network(ring, 1 - lost)
                self.expect_talk(ring, room=f"turn-{turn}")

    def test_only_the_chosen_card_is_used(self):
        ring = self.lan([[0], [1], [0, 1], [1]])
        wrong, right = self.servers_on(ring, ring.hosts[:2])

        both = ring.start("--id", "3", "--interface", "eth1", at=ring.hosts[2]).wait_ready()

        ring.wait_equal()
        eventually(lambda: len(ring.status(both)["servers"]) == 2, "the two of network 1 meet")
        self.assertEqual([s["id"] for s in ring.status(right)["servers"]], [2, 3])
        self.assertEqual([s["id"] for s in ring.status(wrong)["servers"]], [1])
        self.assertTrue(both.addr.startswith("10.74.1."), both.addr)
        self.assertLessEqual(addresses(ring.status(right)),
                             {address for host in ring.hosts[1:] for card in host.cards if card.network == 1
                              for address in (card.v4, card.v6)})

    def test_a_person_chooses_the_card_too(self):
        ring = self.lan([[0], [1], [0, 1]])
        self.servers_on(ring, ring.hosts[:2])

        for interface, server in (("eth0", 1), ("eth1", 2)):
            status = json.loads(ring.ok("status", "--json", "--interface", interface))
            self.assertEqual(status["self"], server)
        # Servers that answered by one card are remembered, and still not asked by the other.
        for interface, server in (("eth0", 1), ("eth1", 0)):
            asked = ring.run("status", "--server", ring.servers[server].addr, "--pin", "--interface", interface,
                             "--timeout", "1")
            self.assertEqual(asked.returncode, 3, asked)


class AccessPoints(Networks):
    def form(self, *faults):
        ring = self.lan([[0]] * 4)
        for fault in faults:
            ring.switch(fault)
        self.servers_on(ring, ring.hosts[:3])
        return ring

    def dropped(self, ring):
        counters = json.loads(ring.switch("counters"))
        return counters["broadcasts_dropped"], counters["multicasts_dropped"]

    def test_without_multicasts_broadcasts_are_enough(self):
        ring = self.form("drop-multicast")

        self.expect_a_ring(ring, [1, 2, 3])
        self.expect_talk(ring)
        self.assertGreater(self.dropped(ring)[1], 0)

    def test_without_broadcasts_multicasts_are_enough(self):
        ring = self.form("drop-broadcast")

        self.expect_a_ring(ring, [1, 2, 3])
        self.expect_talk(ring)
        self.assertGreater(self.dropped(ring)[0], 0)

    def test_without_both_one_address_that_was_given_is_enough(self):
        ring = self.lan([[0]] * 4)
        ring.switch("drop-multicast")
        ring.switch("drop-broadcast")
        one = ring.start("--id", "1", at=ring.hosts[0]).wait_ready()
        for number in (2, 3):
            ring.start("--id", str(number), "--peer", one.addr, at=ring.hosts[number - 1]).wait_ready()

        self.expect_a_ring(ring, [1, 2, 3])
        self.assertEqual(ring.run("status", "--timeout", "1").returncode, 3)
        ring.ok("status", "--server", one.addr)
        self.expect_talk(ring)  # Who answered is remembered.
        # The servers remember each other as well, whatever is given next time.
        for server in ring.servers:
            server.kill()
        for server in list(ring.servers):
            server.arguments = server.arguments[:2]
            ring.restart(server).wait_ready()
        self.expect_a_ring(ring, [1, 2, 3])

    def test_multicasts_that_end_later_change_nothing(self):
        ring = self.form()
        self.expect_a_ring(ring, [1, 2, 3])

        ring.switch("drop-multicast")
        ring.switch("drop-broadcast")
        listener = Listener(ring, ["chat", "--as", "carl", "--room", "lunch", "--json", "--server",
                                   ring.servers[0].addr], ring.hosts[3])
        rooms = ["rooms", "--json", "--server", ring.servers[0].addr]
        eventually(lambda: [room["members"] for room in json.loads(ring.ok(*rooms))] == [1], "carl's room")
        self.expect_talk(ring, at=ring.hosts[0])

        eventually(lambda: [post["text"] for post in listener.posts] == ["one", "two"], "a room without its group")


class OneHost(Networks):
    def test_two_servers_on_one_host_are_two_members_for_everybody(self):
        ring = self.lan([[0], [0], [0]])
        first = ring.start("--id", "1", at=ring.hosts[0])
        second = ring.start("--id", "2", at=ring.hosts[0])
        third = ring.start("--id", "3", at=ring.hosts[1])
        for server in (first, second, third):
            server.wait_ready()

        self.expect_a_ring(ring, [1, 2, 3])
        self.assertEqual({first.addr, second.addr}, {"10.74.0.1:7401", "10.74.0.1:7402"})
        self.expect_talk(ring)
        second.kill()
        ring.restart(second).wait_ready()
        self.expect_a_ring(ring, [1, 2, 3])
        self.assertEqual(ring.texts("bob", "lunch"), ["one", "two"])


class NobodyThere(Networks):
    def test_a_server_alone_says_that_it_is_alone(self):
        ring = self.lan([[0]])

        server = ring.start("--id", "1", at=ring.hosts[0]).wait_ready()

        eventually(lambda: re.search(r"alone .*peal doctor", server.said()), "a word about being alone")

    def test_a_server_that_is_cut_off_says_so_and_says_when_that_is_over(self):
        ring = self.lan([[0]] * 2)
        one, _ = self.servers_on(ring, ring.hosts)
        self.expect_a_ring(ring, [1, 2])
        self.assertNotIn("alone", one.said().split("members=1,2")[-1])

        ring.switch("cut 1 | 2")
        eventually(lambda: "alone" in one.said().split("members=1,2")[-1], "a word about being alone")
        ring.switch("heal")

        self.expect_a_ring(ring, [1, 2])
        self.assertRegex(one.said().strip().splitlines()[-1], "members=1,2")

    def test_people_are_told_that_no_server_answers(self):
        ring = self.lan([[0]])

        for words in (["send", "--as", "ann", "--room", "lunch", "hello"], ["chat", "--as", "ann"],
                      ["read", "--as", "ann", "--room", "lunch"], ["who"], ["rooms"], ["status"]):
            with self.subTest(words[0]):
                done = ring.run(*words, "--timeout", "0.5")
                self.assertEqual(done.returncode, 3, done.out + done.err)
                self.assertRegex(done.err, r"no server of cluster test-\w+ answers within 0.5 s.*peal serve")

    def test_people_whose_servers_all_vanish_are_told_and_nothing_is_lost(self):
        ring = self.lan([[0]] * 2)
        (server,) = self.servers_on(ring, ring.hosts[:1])
        listener = Listener(ring, ["chat", "--as", "ann", "--room", "lunch", "--json"], ring.hosts[1])
        eventually(lambda: '"sessions":1' in ring.ok("status", "--json"), "ann is there")

        ring.switch("cut 1 | 2")
        eventually(lambda: "no server answers" in listener.program.said(), "a word about the silence")
        listener.program.write("are you there?")
        ring.switch("heal")

        ring.expect_texts("bob", "lunch", server, ["are you there?"])


class EverybodyComesBack(Networks):
    CROWD = 20

    def chat(self, ring, name, at):
        """A chat that shows what people see, its notes as well."""
        return ring.command("chat", "--as", name, "--room", "lunch", at=at, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def test_a_crowd_that_moves_home_floods_nobody(self):
        ring = self.lan([[0]] * 5)
        servers = self.servers_on(ring, ring.hosts[:3])
        self.expect_a_ring(ring, [1, 2, 3])
        watcher = self.chat(ring, "watcher", ring.hosts[0])
        crowd = [self.chat(ring, f"p{i}", ring.hosts[3]) for i in range(self.CROWD)]
        everybody = self.CROWD + 1
        eventually(lambda: len(json.loads(ring.ok("who", "--json"))) == everybody, "everybody is there")
        ring.ok("send", "--as", "bob", "--room", "lunch", "before")

        # The crowd's side loses the others; then all are together again; then the leader dies.
        ring.switch("cut 1 2 | 3 4 5")
        eventually(lambda: len(ring.status(servers[0])["servers"]) == 2, "a split")
        time.sleep(2)
        ring.switch("heal")
        self.expect_a_ring(ring, [1, 2, 3])
        eventually(lambda: len(json.loads(ring.ok("who", "--json"))) == everybody, "everybody is back")
        servers[2].kill()
        eventually(lambda: len(json.loads(ring.ok("who", "--json"))) == everybody, "everybody moved")
        ring.ok("send", "--as", "bob", "--room", "lunch", "after")

        self.assertEqual(ring.texts("bob", "lunch"), ["before", "after"])
        for person in crowd:
            person.send_signal(signal.SIGINT)
        out, _ = watcher.communicate(b"", timeout=60)
        shown = out.decode().split("before\n")[-1]
        self.assertIn("after", shown)
        self.assertNotRegex(shown, r"p\d+ (joined|left)")
        self.assertLess(len(re.findall(r"(is|are) o(n|ff) line", shown)), 10, shown)


if __name__ == "__main__":
    lan.main()
