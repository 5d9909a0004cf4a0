# A local network of hosts with real cards: network namespaces and the Ethernet switch of tests/support/switch.
"""What every test with network namespaces starts from.

A Lan is a Ring whose servers and commands each run on a host of their own: a network namespace with one card or
several, all plugged into one switch that loses, delays, doubles and cuts as it is told. Nothing leaves it.

A test file calls lan.main(), which runs it again in a user namespace where all that is permitted. Where it is not,
the test is skipped, with the reason.
"""
import contextlib
import ctypes
import os
import random
import subprocess
import sys
import unittest

from ring import PATIENCE, PEAL, Ring

SWITCH = os.path.abspath(os.environ.get("PEAL_SWITCH", "build/debug/peal_switch"))
LONG = os.environ.get("PEAL_LONG_TESTS") == "ON"
INSIDE = "PEAL_TEST_INSIDE_NAMESPACES"
SKIPPED = 77  # What ctest takes for "skipped".
CLONE_NEWNET = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)


def seed_from_environment():
    """PEAL_NETNS_SEED repeats a run's decisions; otherwise each run draws others."""
    return int(os.environ.get("PEAL_NETNS_SEED") or random.randrange(1, 1 << 32))


def main():
    """In place of unittest.main(): the tests of the calling file, where namespaces and network cards can be made."""
    if INSIDE in os.environ:
        return unittest.main(verbosity=2)
    # A process namespace as well, so that whatever ends this one ends all that it started, and a /proc that shows it:
    # the leak check at the end of a sanitized program looks for its own threads there.
    apart = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    reasons = []
    for way in (["unshare", "--user", "--map-root-user", *apart], ["unshare", *apart]):
        try:
            tried = subprocess.run([*way, SWITCH, "1"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        except FileNotFoundError as error:
            raise SystemExit(f"{error}: needs util-linux, and the target peal_switch")
        if tried.returncode == 0:
            os.environ[INSIDE] = "1"
            os.execvp(way[0], [*way, sys.executable, "-B", *sys.argv])
        reasons.append(tried.stderr.strip())
    print("skipped: network namespaces with TAP devices are not permitted here: " + "; ".join(reasons))
    sys.exit(SKIPPED)


class Namespace:
    """A network of its own, as long as its descriptor is open."""

    def __init__(self):
        with open("/proc/thread-self/ns/net") as own:
            check(libc.unshare(CLONE_NEWNET))
            try:
                self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
            finally:
                check(libc.setns(own.fileno(), CLONE_NEWNET))
        os.set_inheritable(self.fd, True)

    def wrap(self, words):
        """A program that runs in it: arguments of subprocess."""
        return {"args": ["nsenter", f"--net=/proc/self/fd/{self.fd}", "--", *words], "pass_fds": [self.fd]}

    def configure(self, lines):
        """Commands of `ip`, without that word."""
        subprocess.run(**self.wrap(["ip", "-batch", "-"]), input="\n".join(lines) + "\n", text=True, check=True)

    def close(self):
        os.close(self.fd)


def check(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


class Card:
    """One end of a cable to the switch. Its name on the host, its port, and the addresses that it has there."""

    def __init__(self, name, port, network):
        self.name = name
        self.port = port
        self.network = network
        self.mac = f"02:00:00:00:00:{port:02x}"
        self.v4 = f"10.74.{network}.{port}"
        self.v6 = f"fd00:74:{network}::{port:x}"


class Host:
    """A machine of the network: its namespace, cards and a home for its programs."""

    def __init__(self, lan, number, cards):
        self.number = number
        self.cards = cards
        self.namespace = Namespace()
        self.home = lan.path(f"host-{number}")
        os.makedirs(self.home)
        self.env = {
            **lan.env,
            "HOME": self.home,
            "XDG_CONFIG_HOME": os.path.join(self.home, "config"),
            "XDG_DATA_HOME": os.path.join(self.home, "data"),
            "TMPDIR": self.home,
        }

    @property
    def port(self):
        return self.cards[0].port

    @property
    def address(self):
        return self.cards[0].v4

    def plug_in(self, neighbours):
        """Takes the cards, which the switch has made, and configures them. Neighbours are fixed: looking for them
        by broadcast would take half a second after each cut."""
        own = {card.port for card in self.cards}
        lines = ["link set lo up"]
        for card in self.cards:
            subprocess.run(
                ["ip", "link", "set", f"port{card.port}", "netns", f"/proc/self/fd/{self.namespace.fd}"],
                pass_fds=[self.namespace.fd], check=True)
            lines += [
                f"link set port{card.port} name {card.name} address {card.mac}",
                f"addr add {card.v4}/24 brd + dev {card.name}",
                f"addr add {card.v6}/64 dev {card.name} nodad",
                f"link set {card.name} up",
            ]
            for other in neighbours:
                if other.port not in own and other.network == card.network:
                    for address in (other.v4, other.v6):
                        lines.append(f"neigh add {address} lladdr {other.mac} dev {card.name} nud permanent")
        self.namespace.configure(lines)


class Switch:
    """The switch between all cards; see tests/support/switch/commands.hpp for what it is told."""

    def __init__(self, ports, seed):
        self.process = subprocess.Popen([SWITCH, str(ports), str(seed)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)
        assert self.process.stdout.readline() == "ready\n", "the switch does not start"

    def __call__(self, line):
        """Tells it a line; its answer."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        assert answer and not answer.startswith("error"), f"switch, {line}: {answer}"
        return answer

    def close(self):
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


class Lan(Ring):
    """hosts: for each the networks that its cards are in, eth0 first. Network n is 10.74.n.0/24, on its own part of
    the switch; the k-th card of all has port k, and its addresses end in k. Commands without a place run on the last
    host."""

    def __init__(self, hosts, seed=1):
        super().__init__()
        # Nothing else is in these networks: what is the default everywhere is the default here.
        del self.env["PEAL_INTERFACE"], self.env["PEAL_DISCOVERY_PORT"]
        self.logs = []
        cards = []
        self.hosts = []
        for number, networks in enumerate(hosts, 1):
            own = [Card(f"eth{i}", len(cards) + 1 + i, network) for i, network in enumerate(networks)]
            cards += own
            self.hosts.append(Host(self, number, own))
        self.switch = Switch(len(cards), seed)
        networks = [[str(card.port) for card in cards if card.network == network]
                    for network in sorted({card.network for card in cards})]
        self.switch("networks " + " | ".join(map(" ".join, networks)))
        for host in self.hosts:
            host.plug_in(cards)

    def program(self, words, at=None):
        at = at or self.hosts[-1]
        return {**at.namespace.wrap([PEAL, *words]), "env": at.env, "cwd": at.home}

    def log_file(self, at=None):
        self.logs.append(open(self.path(f"{len(self.logs) + 1}-host-{at.number}.log"), "w+b"))
        return self.logs[-1]

    def close(self, keep=False):
        """keep: leaves the servers' logs, and says where."""
        if keep:
            print(self.last_words())
        self.remove_home = not keep
        super().close()
        self.switch.close()
        for log in self.logs:
            log.close()
        for host in self.hosts:
            host.namespace.close()

    def last_words(self, lines=15):
        """The ends of the servers' logs, as people look at them first."""
        said = [f"logs and data of the servers: {self.home}"]
        for name in (log.name for log in self.logs):
            with open(name, errors="replace") as log:
                said.append(f"--- {os.path.basename(name)}\n" + "".join(log.readlines()[-lines:]).rstrip())
        return "\n".join(said)


class LanTest(unittest.TestCase):
    """A test with networks of its own, whose logs stay when it fails."""

    def run(self, result=None):
        self.lans = []
        trouble = len(result.failures) + len(result.errors)
        try:
            super().run(result)
        finally:
            failed = len(result.failures) + len(result.errors) > trouble
            for lan in self.lans:
                lan.close(keep=failed or bool(os.environ.get("PEAL_NETNS_KEEP")))

    def lan(self, hosts, seed=1):
        lan = Lan(hosts, seed)
        self.lans.append(lan)
        return lan
