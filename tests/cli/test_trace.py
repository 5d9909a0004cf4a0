# peal serve --record, peal sim --trace and peal trace: what happened, replayed, shown and drawn.
import base64
import functools
import gzip
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import time
import unittest
from collections import Counter

from ring import PATIENCE, Ring, RingTest, eventually
from test_disk import mount_namespaces

MIB = 1 << 20
MAGIC = b"peal trace 001\n"
HEAD = 48  # Bytes of a block before its records.
WINDOW = 1 << 16  # Bytes at the end of a file that is being written.


def setUpModule():
    """One ring for what several tests look at; recorded when the first of them asks."""
    global ring
    ring = Ring()
    unittest.addModuleCleanup(ring.close)


# What is looked at.

SAID = {"ann": ["one", "<!-- <script> two", "three"], "bob": ["four", "five"], "carl": ["six"]}


def say(at, name, texts):
    at.ok("send", "--as", name, "--room", "lunch", "-", text="".join(text + "\n" for text in texts))


@functools.cache
def real_run():
    """The recordings of three servers, of which the leader, server 3, is killed and started again."""
    place = ring.path("real")
    servers = [ring.start("--id", str(n), "--data", ring.path(f"data-{n}"), "--record", place) for n in (1, 2, 3)]
    for server in servers:
        server.wait_ready()
    ring.wait_members(3)
    assert ring.leader().id == 3
    say(ring, "ann", SAID["ann"])
    servers[2].kill()
    ring.wait_members(2)
    say(ring, "bob", SAID["bob"])
    real_run.meanwhile = ring.run("trace", "replay", place)
    servers[2] = ring.restart(servers[2]).wait_ready()
    ring.wait_members(3)
    say(ring, "carl", SAID["carl"])
    ring.wait_equal()
    for server in servers:
        assert server.leave() == 0, server.said()
    return place


@functools.cache
def simulated(seed, *options):
    """The trace of a simulated run."""
    place = ring.path(f"seed-{seed}{'-'.join(options)}.trace")
    ring.ok("sim", "--seed", str(seed), *options, "--trace", place)
    return place


@functools.cache
def run_of_view(*words):
    """What the page gets of it."""
    place = ring.path("run.json")
    ring.ok("trace", "view", "--json", "-o", place, *words)
    with open(place, encoding="utf-8") as file:
        return json.load(file)


def but_for_pairs(run):
    """The run without which message that left is which that arrived. Of those that look alike, as probes of one client in one
    millisecond do, several may be, and in a merged trace their clocks say nothing any more."""
    alike = {key: run[key] for key in run if key not in ("messages", "stats", "texts", "events", "event_kinds", "changes", "states")}
    alike["texts"] = sorted(run["texts"])
    alike["events"] = [len(column) for column in run["events"].values()]
    return alike


@functools.cache
def shown(*words):
    return [json.loads(line) for line in ring.ok("trace", "show", "--json", *words).splitlines()]


def merged(place, *recordings):
    """One trace of these recordings."""
    ring.ok("trace", "merge", *recordings, "-o", place)
    return place


def files_in(place):
    return [os.path.join(place, name) for name in sorted(os.listdir(place))]


def bytes_of(path):
    with open(path, "rb") as file:
        return file.read()


# The format, read once more, to know what is in a file without asking the program.

def blocks(data):
    """(where it begins, bytes with its head, its records) of each whole block."""
    assert data.startswith(MAGIC)
    at, count = len(MAGIC), 0
    while data[at:at + 4] == b"PB01" or is_window(data, at, count):
        if data[at:at + 4] != b"PB01":
            at = len(data) - WINDOW
        one, two = (struct.unpack_from("<I", data, at + place)[0] for place in (8, 24))
        end = at + HEAD + max(one, two)
        begin, records = at + HEAD, []
        while begin < end:
            length = shift = 0
            while True:
                byte, begin = data[begin], begin + 1
                length |= (byte & 0x7f) << shift
                shift += 7
                if byte < 0x80:
                    break
            records.append(data[begin:begin + length])
            begin += length
        yield at, end - at, records
        at, count = end, count + 1


def is_window(data, at, count):
    """Whether the file ends with a window, and that has the next block."""
    window = len(data) - WINDOW
    return (len(data) % WINDOW == 0 and at < window and data[window:window + 4] == b"PB01"
            and struct.unpack_from("<Q", data, window + 40)[0] == count)


def events_in(blocks_read):
    """How many events they tell of: records of kind 2 and 3. One of four bytes is the result of an event."""
    return sum(len(record) != 4 and record[0] in (2, 3) for _, _, records in blocks_read for record in records)


def results_in(blocks_read):
    return sum(len(record) == 4 for _, _, records in blocks_read for record in records)


def wrongs_of_order(lines):
    """Chat messages that were passed on, or stored by others, before they had come: a line each."""
    steps = {}
    for place, line in enumerate(lines):
        for message in line.get("ids", "").split():
            steps.setdefault(message, {}).setdefault(line["message"], place)
    for message, places in steps.items():
        known = [places[kind] for kind in ("Submit", "Forward", "Push") if kind in places]
        if known != sorted(known):
            yield f"{message}: {places}"


class TraceTest(unittest.TestCase):
    assert_refused = RingTest.assert_refused

    def assert_one_line(self, done, code, *words):
        """Refused, and nothing else is said."""
        self.assert_refused(done, code, *words)
        self.assertEqual(len(done.err.splitlines()), 1, done.err)
        self.assertEqual(done.out, "")

    def trace(self, *words):
        return ring.run("trace", *words)

    def replayed(self, *files, code=0):
        done = self.trace("replay", "--json", *files)
        self.assertEqual(done.returncode, code, done.out + done.err)
        return json.loads(done.out)

    def assert_identical(self, *files):
        self.assertIs(self.replayed(*files)["identical"], True)


class RealRun(TraceTest):
    def test_the_same_events_have_the_same_effects(self):
        done = self.trace("replay", real_run())

        self.assertEqual(done.returncode, 0, done.out + done.err)
        self.assertEqual(done.err, "")
        self.assertRegex(done.out, r"\nidentical, \d+ events\n$")

    def test_every_event_is_compared(self):
        read = [list(blocks(bytes_of(file))) for file in files_in(real_run())]

        found = self.replayed(real_run())

        self.assertEqual(found["events"], sum(map(results_in, read)))
        self.assertEqual(sum(one["events"] for one in found["recordings"]), sum(map(events_in, read)))
        self.assertGreater(found["events"], 100)

    def test_there_is_a_recording_of_each_server(self):
        recordings = self.replayed(real_run())["recordings"]

        self.assertEqual([one["name"] for one in recordings], ["server 1", "server 2", "server 3"])
        self.assertEqual([one["damaged_bytes"] for one in recordings], [0, 0, 0])

    def test_each_file_can_be_replayed_alone(self):
        files = files_in(real_run())
        self.assertEqual(len(files), 4)

        alone = sum(self.replayed(file)["events"] for file in files)

        self.assertEqual(alone, self.replayed(real_run())["events"])

    def test_what_a_killed_server_wrote_last_is_read(self):
        first = os.path.join(real_run(), "server-3-000001.trace")
        used = len(MAGIC) + sum(size for _, size, _ in blocks(bytes_of(first)))
        self.assertGreater(os.path.getsize(first), used, "nobody has cut it off")

        self.assert_identical(first)
        texts = " ".join(line["text"] for line in shown(first))
        for text in SAID["ann"]:
            self.assertIn(f'text "{text}"', texts)

    def test_a_ring_is_replayed_while_it_runs(self):
        real_run()

        self.assertEqual(real_run.meanwhile.returncode, 0, real_run.meanwhile.err)
        self.assertIn("identical", real_run.meanwhile.out)

    def test_starts_and_ends_are_told(self):
        told = [(line["machine"], line["event"]) for line in shown(real_run(), "--kind", "start,end")]

        for machine, starts in (("server 1", 1), ("server 2", 1), ("server 3", 2)):
            self.assertEqual(told.count((machine, "start")), starts)
            self.assertEqual(told.count((machine, "end")), 1)
        self.assertEqual(told[-1], ("server 3", "end"))

    def test_what_was_said_is_in_the_files(self):
        for file in (os.path.join(real_run(), f"server-{n}-000001.trace") for n in (1, 2)):
            data = bytes_of(file)
            for texts in SAID.values():
                for text in texts:
                    self.assertIn(text.encode(), data)

    def test_elections_are_counted(self):
        elections = json.loads(ring.ok("trace", "stats", "--json", real_run()))["elections"]

        self.assertIn(("silence", 2), [(one["reason"], one["leader"]) for one in elections])
        self.assertEqual([one["at_s"] for one in elections], sorted(one["at_s"] for one in elections))
        self.assertEqual([one for one in elections if one["took_ms"] < 0], [])

    def test_acknowledged_are_as_many_as_were_said(self):
        stats = json.loads(ring.ok("trace", "stats", "--json", real_run()))

        self.assertEqual(len(stats["acknowledged_us"]), sum(map(len, SAID.values())))

    def test_bytes_are_those_of_the_wire(self):
        stats = json.loads(ring.ok("trace", "stats", "--json", real_run()))

        self.assertEqual(stats["bytes"].keys(), stats["messages"].keys())
        for kind, bytes_of_kind in stats["bytes"].items():
            # The head of a message has the version, the kind and the sender.
            self.assertGreater(bytes_of_kind, 8 * stats["messages"][kind], kind)
        by_kind = run_of_view(real_run())["stats"]["messages_by_kind"]
        self.assertEqual(sum(row[2] for row in by_kind), sum(stats["bytes"].values()))

    def test_the_killed_leader_is_the_one_failover(self):
        stats = json.loads(ring.ok("trace", "stats", "--json", real_run()))

        self.assertEqual(len(stats["failover_us"]), 1)
        self.assertGreater(stats["failover_us"][0], 0)
        self.assertLess(stats["failover_us"][0], PATIENCE * 1_000_000)

    def test_numbers_are_also_told_as_text(self):
        out = ring.ok("trace", "stats", real_run())

        self.assertRegex(out, r"Heartbeat +\d+ +\d+")
        self.assertRegex(out, r"silence +\d+\.\d ms +server 2")
        self.assertIn("from the end of a leader to the next view: 1 time", out)


class RecordLimit(TraceTest):
    """Three servers that may record a MiB each, and get more than that."""

    @classmethod
    def setUpClass(cls):
        cls.ring = Ring()
        cls.addClassCleanup(cls.ring.close)
        cls.place = cls.ring.path("rec")
        servers = [cls.ring.start("--id", str(n), "--record", cls.place, "--record-limit", "1MiB") for n in (1, 2, 3)]
        for server in servers:
            server.wait_ready()
        cls.ring.wait_members(3)
        cls.most = 0  # Bytes on the disk, of one server, while it runs.
        say(cls.ring, "ann", [f"message {i}" for i in range(300)])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as junk:
            # What is no message is an event as well, and makes no history that the next file begins with.
            for _ in range(1_000):
                for server in servers:
                    host, port = server.addr.rsplit(":", 1)
                    for _ in range(400):
                        junk.sendto(b"junk", (host, int(port)))
                cls.most = max([cls.most, *map(cls.disk_bytes, (1, 2, 3))])
                if all(cls.numbers(n)[0] > 2 for n in (1, 2, 3)):
                    break
                time.sleep(0.005)
        say(cls.ring, "bob", ["the last"])
        for server in servers:
            assert server.leave() == 0, server.said()

    @classmethod
    def files(cls, server):
        return [file for file in files_in(cls.place) if f"server-{server}-" in file]

    @classmethod
    def numbers(cls, server):
        return [int(re.search(r"-(\d+)\.trace$", file).group(1)) for file in cls.files(server)]

    @classmethod
    def disk_bytes(cls, server):
        total = 0
        for file in cls.files(server):
            try:
                total += os.stat(file).st_blocks * 512
            except FileNotFoundError:
                pass  # It had to make room just now.
        return total

    def test_the_files_of_one_server_stay_within_it(self):
        for server in (1, 2, 3):
            total = sum(os.path.getsize(file) for file in self.files(server))
            self.assertLessEqual(total, MIB)
            self.assertGreater(total, MIB // 2, "and use it")

    def test_while_a_server_runs_no_more_than_its_latest_file_is_beyond_it(self):
        """That has room before there is something in it; eight files make a ring."""
        self.assertLessEqual(self.most, MIB + MIB // 8)

    def test_the_oldest_files_went_and_several_stayed(self):
        for server in (1, 2, 3):
            numbers = self.numbers(server)
            self.assertGreater(numbers[0], 1)
            self.assertGreaterEqual(len(numbers), 2)
            self.assertEqual(numbers, list(range(numbers[0], numbers[-1] + 1)))

    def test_the_ring_is_still_replayed(self):
        read = [list(blocks(bytes_of(file))) for file in files_in(self.place)]

        found = self.replayed(self.place)

        self.assertIs(found["identical"], True)
        self.assertEqual(found["events"], sum(map(events_in, read)))
        self.assertIn("the last", " ".join(line["text"] for line in shown(self.place, "--kind", "Push")))

    def test_each_file_can_be_replayed_alone(self):
        for file in self.files(1):
            self.assert_identical(file)

    def test_merged_what_is_missing_stays_missing_and_nothing_else_is(self):
        """A file between two others, a block of one, the end of a third."""
        place = self.ring.path("harmed")
        os.mkdir(place)
        for file in self.files(1)[-3:] + self.files(2)[-2:] + self.files(3)[-2:-1]:
            shutil.copy(file, place)
        os.unlink(os.path.join(place, os.path.basename(self.files(1)[-2])))
        for server, harm in ((2, self.flip_a_bit), (3, self.cut_off)):
            file = os.path.join(place, os.path.basename(self.files(server)[-2]))
            data = harm(bytearray(bytes_of(file)))
            with open(file, "wb") as out:
                out.write(data)
        before = self.replayed(place, code=1)

        done = self.trace("merge", place, "-o", self.ring.path("harmed.trace"))
        self.assertEqual(done.returncode, 0, done.err)
        after = self.replayed(self.ring.path("harmed.trace"), code=1)

        self.assertIn(f"{os.path.basename(self.files(1)[-1])}: a part of what was recorded before it is missing\n",
                      done.err)
        self.assertEqual(after["events"], before["events"])
        for what in ("events", "compared", "damaged_bytes", "torn_bytes"):
            self.assertEqual(after["recordings"][0][what], sum(one[what] for one in before["recordings"]), what)
        self.assertGreater(after["recordings"][0]["damaged_bytes"], 0)
        apart, one = (self.trace("show", "--without", "Malformed", which)
                      for which in (place, self.ring.path("harmed.trace")))
        self.assertEqual(one.out, apart.out)
        self.assertEqual(sorted(one.err.splitlines()), sorted(apart.err.splitlines()))
        self.assertEqual(sorted(done.err.splitlines()), sorted(apart.err.splitlines()))

    @staticmethod
    def flip_a_bit(data):
        at, size, _ = list(blocks(bytes(data)))[1]
        data[at + size // 2] ^= 1
        return data

    @staticmethod
    def cut_off(data):
        at, size, _ = list(blocks(bytes(data)))[-1]
        return data[:at + size // 2]

    def test_the_beginning_is_said_to_be_missing(self):
        done = self.trace("show", self.place, "--kind", "start")

        self.assertEqual(done.out.count("the recording begins"), 3)
        self.assertNotIn("its process starts", done.out)
        for server in (1, 2, 3):
            self.assertIn(f"server {server}: what it did before the first of these files is missing", done.err)


class RecordRedacted(TraceTest):
    SAID = ["Zitronenkuchen um acht", "Quittenmus für alle", "https://example.net/geheim?d=1", "Walnuss " * 1000]
    OTHERWISE = ["Pflaumenkompott", "Nirgendwort", "Heimlichkeit", "Abendbrot"]  # Edited, searched, direct, later.

    @classmethod
    def setUpClass(cls):
        cls.ring = Ring()
        cls.addClassCleanup(cls.ring.close)
        cls.place = cls.ring.path("rec")
        servers = [cls.ring.start("--id", str(n), "--data", cls.ring.path(f"data-{n}"), "--record", cls.place,
                                  "--record-redact") for n in (1, 2)]
        for server in servers:
            server.wait_ready()
        cls.ring.wait_members(2)
        say(cls.ring, "ann", cls.SAID)
        posts = [json.loads(line) for line in cls.ring.ok("export", "--room", "lunch").splitlines()]
        edited, searched, direct, later = cls.OTHERWISE
        cls.ring.ok("amend", "--as", "ann", "--room", "lunch", "--post", posts[0]["message"], "--text", edited)
        assert "nothing found" in cls.ring.ok("search", "--as", "ann", "--room", "lunch", searched)
        assert "Quittenmus" in cls.ring.ok("search", "--as", "ann", "--room", "lunch", "Quittenmus")
        say(cls.ring, "bob", ["hello"])
        cls.ring.ok("send", "--as", "ann", "--to", "bob", direct)
        servers[1].kill()  # The next begins with what is on the disk, texts and all.
        servers[1] = cls.ring.restart(servers[1]).wait_ready()
        cls.ring.wait_members(2)
        say(cls.ring, "ann", [later])
        cls.ring.expect_texts("bob", "lunch", servers[1], [edited, *cls.SAID[1:], "hello", later])
        for server in servers:
            assert server.leave() == 0, server.said()

    def words_said(self):
        """Shorter ones are in any file by chance."""
        return re.findall(r"\w{5,}", " ".join(self.SAID[:3] + ["Walnuss"] + self.OTHERWISE))

    def test_nothing_that_was_said_is_in_any_file(self):
        self.assertEqual(len(files_in(self.place)), 3)
        for file in files_in(self.place):
            data = bytes_of(file).lower()
            for word in self.words_said():
                self.assertEqual(data.count(word.lower().encode()), 0, f"{word} in {file}")

    def test_the_other_words_are_kept(self):
        for word in (b"#lunch", b"ann", b"bob"):
            self.assertIn(word, b"".join(map(bytes_of, files_in(self.place))))

    def test_the_same_events_have_the_same_effects(self):
        found = self.replayed(self.place)

        self.assertIs(found["identical"], True)
        self.assertEqual(found["events"], sum(results_in(blocks(bytes_of(file))) for file in files_in(self.place)))

    def test_each_file_can_be_replayed_alone(self):
        for file in files_in(self.place):
            self.assert_identical(file)

    def test_merged_they_are_no_less_secret_and_the_same(self):
        one = merged(self.ring.path("one.trace"), self.place)

        self.assertEqual(self.replayed(one)["events"], self.replayed(self.place)["events"])
        data = bytes_of(one).lower()
        for word in self.words_said():
            self.assertEqual(data.count(word.lower().encode()), 0, word)

    def test_merged_with_what_is_not_redacted_they_are_refused(self):
        place = self.ring.path("other")
        server = self.ring.start("--id", "7", "--record", place).wait_ready()
        self.assertEqual(server.leave(), 0)

        done = self.trace("merge", self.place, place, "-o", self.ring.path("never"))

        self.assert_one_line(done, 2, "leave out what people wrote")

    def test_texts_are_as_long_as_they_were(self):
        submitted = " ".join(line["text"] for line in shown(self.place, "--kind", "Submit"))

        self.assertIn(f'text "{"x" * len(self.SAID[0])}"', submitted)


class RecordClients(TraceTest):
    """Two servers and people whose clients are recorded in the same directory."""
    SAID = ["Apfelstrudel", "mit Sahne", "und Kaffee"]
    DIRECT = "unter uns"

    @classmethod
    def setUpClass(cls):
        cls.ring = Ring()
        cls.addClassCleanup(cls.ring.close)
        cls.place = cls.ring.path("rec")
        servers = [cls.ring.start("--id", str(n), "--record", cls.place) for n in (1, 2)]
        for server in servers:
            server.wait_ready()
        cls.ring.wait_members(2)
        record = ("--record", cls.place)
        lines = "".join(text + "\n" for text in cls.SAID)
        cls.ring.ok("send", "--as", "ann", "--room", "lunch", *record, "-", text=lines)
        cls.ring.ok("chat", "--as", "bob", "--room", "lunch", *record, text="danke\n")
        cls.ring.ok("send", "--as", "ann", "--to", "bob", *record, cls.DIRECT)
        cls.read = cls.ring.ok("read", "--as", "bob", "--room", "lunch", *record)
        cls.clients = [file for file in files_in(cls.place) if "client-" in file]
        cls.ring.ok("send", "--as", "ann", "--room", "lunch", "--record", cls.ring.path("secret"), "--record-redact",
                    cls.SAID[0])
        for server in servers:
            assert server.leave() == 0, server.said()

    def test_each_has_files_of_its_own(self):
        for file in self.clients:
            self.assertRegex(os.path.basename(file), r"^client-[0-9a-f]{16}-000001\.trace$")
            self.assertEqual(os.stat(file).st_mode & 0o777, 0o600)
            self.assert_identical(file)
        self.assertGreaterEqual(len(self.clients), 4)

    def test_the_same_events_have_the_same_effects(self):
        found = self.replayed(self.place)
        names = [one["name"] for one in found["recordings"]]

        self.assertIs(found["identical"], True)
        self.assertEqual(names[:2], ["server 1", "server 2"])
        self.assertEqual(len(names), 2 + len(self.clients))
        for name in names[2:]:
            self.assertRegex(name, r"^client [0-9a-f]{8}$")
        self.assertEqual(found["events"], sum(results_in(blocks(bytes_of(file))) for file in files_in(self.place)))

    def test_what_they_said_is_told(self):
        says = [line["text"] for line in shown(self.place, "--kind", "Say")]

        for text in [*self.SAID, "danke", self.DIRECT]:
            self.assertEqual(len([line for line in says if f'text "{text}"' in line]), 1, text)

    def test_they_come_one_after_the_other(self):
        lines = [line["name"] for line in run_of_view(self.place)["lines"] if line["kind"] == "client"]
        came = []
        for line in shown(self.place):
            if line["machine"].startswith("client") and line["machine"] not in came:
                came.append(line["machine"])

        self.assertEqual(lines, came)
        self.assertEqual([line["text"] for line in shown(self.place, "--kind", "end")
                          if line["machine"].startswith("client")], ["it has left"] * len(self.clients))

    def test_messages_go_from_them_to_servers_and_back(self):
        run = run_of_view(self.place)
        kinds = {"there": set(), "back": set()}
        messages = run["messages"]
        for sender, to, sent, arrived, kind in zip(*(messages[name] for name in
                                                     ("from", "to", "sent", "arrived", "kind"))):
            if min(sender, to, sent, arrived) < 0:
                continue
            way = (run["lines"][sender]["kind"], run["lines"][to]["kind"])
            if way == ("client", "server"):
                kinds["there"].add(run["kinds"][kind])
            if way == ("server", "client"):
                kinds["back"].add(run["kinds"][kind])

        self.assertLessEqual({"Attach", "Submit", "Query"}, kinds["there"])
        self.assertLessEqual({"Attached", "Submitted", "Answer"}, kinds["back"])

    def test_no_answer_comes_before_its_question(self):
        self.assertEqual(list(wrongs_of_order(shown(self.place))), [])
        self.assertEqual(self.trace("show", self.place).err, "")

    def test_acknowledgements_are_those_that_people_had_to_wait_for(self):
        stats = json.loads(ring.ok("trace", "stats", "--json", self.place))
        servers = [file for file in files_in(self.place) if "server-" in file]
        at_home = json.loads(ring.ok("trace", "stats", "--json", *servers))

        self.assertEqual(len(stats["acknowledged_us"]), len(self.SAID) + 2)
        self.assertGreater(sum(stats["acknowledged_us"]), 0)
        self.assertEqual(len(at_home["acknowledged_us"]), len(self.SAID) + 3)

    def test_merged_they_are_the_same(self):
        one = merged(ring.path("with-clients.trace"), self.place)

        self.assert_identical(one)
        self.assertEqual(but_for_pairs(run_of_view(one)), but_for_pairs(run_of_view(self.place)))
        self.assertEqual(ring.ok("trace", "show", "--effects", one), ring.ok("trace", "show", "--effects", self.place))

    def test_redacted_they_have_no_texts(self):
        self.assert_identical(self.ring.path("secret"))
        for file in files_in(self.ring.path("secret")):
            self.assertEqual(bytes_of(file).count(self.SAID[0].encode()), 0)
            self.assertIn(b"lunch", bytes_of(file))

    def test_what_makes_no_sense_is_refused(self):
        with open(self.ring.path("file"), "w") as file:
            file.write("not a directory\n")
        send = ("send", "--as", "ann", "--room", "lunch", "hello")

        self.assert_refused(self.ring.run(*send, "--record-redact"), 2, "--record")
        self.assert_refused(self.ring.run(*send, "--record", ""), 2, "--record")
        self.assert_one_line(self.ring.run(*send, "--record", self.ring.path("file")), 1, self.ring.path("file"))


class RecordRefused(RingTest):
    def serve(self, *arguments, before=()):
        """Of a server that must not serve: how it ended, as ring.run() tells it."""
        server = self.ring.start(*arguments, before=before)
        try:
            server.wait_ready()
        except AssertionError:
            done = subprocess.CompletedProcess(arguments, server.process.wait(PATIENCE))
            done.out, done.err = "", server.said()
            return done
        server.kill()
        self.fail(f"serves with {arguments}")

    def test_a_directory_that_cannot_be_made(self):
        with open(self.ring.path("file"), "w") as file:
            file.write("not a directory\n")

        for place in (self.ring.path("file"), self.ring.path("file", "rec")):
            with self.subTest(place):
                done = self.serve("--record", place)
                self.assert_refused(done, 1, place)
                self.assertEqual(len(done.err.splitlines()), 1, done.err)

    @unittest.skipUnless(mount_namespaces(), "no mounts of one's own are permitted here")
    def test_a_disk_without_room_from_the_beginning(self):
        place = self.ring.path("small")
        os.mkdir(place)
        mount = f'mount -t tmpfs -o size=64k small {place} && exec "$@"'

        done = self.serve("--record", f"{place}/rec", before=["unshare", "-Urm", "sh", "-c", mount, "sh"])

        self.assert_refused(done, 1, f"{place}/rec", "no room")
        self.assertEqual(len(done.err.splitlines()), 1, done.err)

    def test_options_that_make_no_sense(self):
        place = self.ring.path("rec")
        for arguments in (
            ("--record",),
            ("--record", ""),
            ("--record-limit", "2MiB"),
            ("--record-redact",),
            ("--record", place, "--record-limit", "1048575"),
            ("--record", place, "--record-limit", "much"),
            ("--record", place, "--record-limit", "0"),
            ("--record", place, "--record-limit", "-1"),
            ("--record", place, "--record-limit", "99999999999999999999"),
            ("--record", place, "--record-limit", "18446744073709551615EB"),
        ):
            with self.subTest(arguments):
                self.assert_refused(self.serve(*arguments), 2, "--record")


@unittest.skipUnless(mount_namespaces(), "no mounts of one's own are permitted here")
class FullDisk(TraceTest):
    """A server whose recordings have a small disk of their own, which fills up and gets larger then."""

    @classmethod
    def setUpClass(cls):
        cls.ring = Ring()
        cls.addClassCleanup(cls.ring.close)
        place = cls.ring.path("small")
        os.mkdir(place)
        mount = f'mount -t tmpfs -o size=3m small {place} && exec "$@"'
        cls.server = cls.ring.start("--id", "1", "--record", f"{place}/rec",
                                    before=["unshare", "-Urm", "sh", "-c", mount, "sh"]).wait_ready()
        inside = ["nsenter", "-t", str(cls.server.process.pid), "-U", "-m", "--preserve-credentials"]
        cls.lines = [f"{i} " + "x" * 4_000 for i in range(1_000)]
        say(cls.ring, "ann", cls.lines)
        cls.when_full = cls.server.said()
        cls.status = cls.ring.status(cls.server)
        cls.lines.append("while it is full")
        say(cls.ring, "ann", cls.lines[-1:])
        subprocess.run([*inside, "mount", "-o", "remount,size=128m", place], check=True)
        eventually(lambda: "recording goes on" in cls.server.said(), "recording goes on")
        cls.lines.append("with room")
        say(cls.ring, "ann", cls.lines[-1:])
        cls.place = cls.ring.path("copy")
        subprocess.run([*inside, "cp", "-r", f"{place}/rec", cls.place], check=True)
        cls.texts = cls.ring.texts("bob", "lunch")

    def test_recording_stops_and_says_so_once(self):
        said = [line for line in self.when_full.splitlines() if "recording stopped" in line]

        self.assertEqual(len(said), 1, self.when_full)
        self.assertIn("no room", said[0])
        self.assertEqual(self.server.said().count("recording stopped"), 1, self.server.said())

    def test_the_server_goes_on_serving(self):
        self.assertEqual(self.status["role"], "leader")
        self.assertEqual(self.texts, self.lines)

    def test_recording_goes_on_once_there_is_room(self):
        self.assertEqual(self.server.said().count("recording goes on"), 1)
        self.assertIn("with room", shown(self.place, "--kind", "Submit")[-1]["text"])

    def test_what_was_recorded_before_and_afterwards_is_replayed(self):
        self.assertGreaterEqual(len(files_in(self.place)), 2)
        self.assert_identical(self.place)

    def test_a_gap_in_the_recording_is_no_restart_of_the_server(self):
        told = [line["text"] for line in shown(self.place, "--kind", "start,end")]

        self.assertEqual(told.count("its process starts"), 1, told)


def time_namespaces():
    done = subprocess.run(["unshare", "-UrT", "--monotonic", "9", "--fork", "true"], capture_output=True)
    return done.returncode == 0


@unittest.skipUnless(time_namespaces(), "no clocks of one's own are permitted here")
class Clocks(TraceTest):
    """Hosts that run for weeks, each since another day; that of the leader starts again."""

    @classmethod
    def setUpClass(cls):
        cls.ring = Ring()
        cls.addClassCleanup(cls.ring.close)
        cls.place = cls.ring.path("rec")
        for server, seconds in ((1, 1_000_000), (2, 2_000_000), (3, 5_000_000)):
            cls.start(server, seconds)
        cls.ring.wait_members(3)
        say(cls.ring, "ann", ["one", "two"])
        last = next(server for server in cls.ring.servers if server.id == 3)
        last.kill()
        cls.ring.wait_members(2)
        say(cls.ring, "ann", ["three"])
        cls.before = cls.ring.path("before")
        shutil.copytree(cls.place, cls.before)
        cls.ring.servers.remove(last)
        last.close()
        cls.start(3, 100)
        cls.ring.wait_members(3)
        say(cls.ring, "ann", ["four"])
        for server in cls.ring.servers:
            server.kill()

    @classmethod
    def start(cls, server, seconds):
        clock = ["unshare", "-UrT", "--monotonic", str(seconds), "--boottime", str(seconds), "--fork", "--kill-child"]
        cls.ring.start("--id", str(server), "--data", cls.ring.path(f"data-{server}"), "--record", cls.place,
                       before=clock).wait_ready()

    def test_replay_asks_no_clock(self):
        self.assert_identical(self.place)

    def test_servers_whose_clocks_differ_have_one_time(self):
        self.assertLess(run_of_view(self.before)["duration_us"], PATIENCE * 1_000_000)

    def test_messages_between_them_are_in_order(self):
        self.assertEqual(list(wrongs_of_order(shown(self.before))), [])
        self.assertGreater(len({line["machine"] for line in shown(self.before, "--kind", "Push")}), 1)

    def test_a_host_that_starts_again_is_in_the_same_time(self):
        self.assertLess(run_of_view(self.place)["duration_us"], PATIENCE * 1_000_000)


class Damage(TraceTest):
    """What is left of a simulated trace."""

    def setUp(self):
        self.data = bytes_of(simulated(3))
        self.blocks = list(blocks(self.data))
        self.all = events_in(self.blocks)

    def write(self, data, name="x.trace"):
        with open(ring.path(name), "wb") as file:
            file.write(data)
        return ring.path(name)

    def flipped(self, at, bit=0):
        data = bytearray(self.data)
        data[at] ^= 1 << bit
        return self.write(data)

    def test_a_whole_trace_is_replayed(self):
        self.assertGreater(self.all, 1_000)
        self.assertIn(f"identical, {self.all} events\n", ring.ok("trace", "replay", simulated(3)))

    def test_a_seed_has_one_trace_whatever_else_is_written(self):
        lines, again = ring.path("seed-3.txt"), ring.path("seed-3-again.trace")
        ring.ok("sim", "--seed", "3", "--lines", lines, "--trace", again)

        self.assertEqual(bytes_of(again), self.data)
        self.assertGreater(bytes_of(lines).count(b"\n"), 1_000)

    def test_a_run_from_its_decisions_has_the_trace_of_the_run(self):
        decisions, again = ring.path("seed-3.decisions"), ring.path("seed-3-replay.trace")
        ring.ok("sim", "--seed", "3", "--record", decisions)
        ring.ok("sim", "--replay", decisions, "--trace", again)

        self.assertEqual(self.trace("diff", simulated(3), again).returncode, 0)

    def test_a_trace_that_cannot_be_written_is_told(self):
        for place, code in ((ring.path("absent", "x.trace"), 2), (ring.home, 2), ("/dev/full", 1)):
            with self.subTest(place):
                self.assert_refused(ring.run("sim", "--seed", "3", "--trace", place), code, "--trace", place)

    def test_a_flipped_bit_damages_its_block_and_no_more(self):
        at, size, records = self.blocks[len(self.blocks) // 2]
        damaged = self.flipped(at + size // 2)

        done = self.trace("replay", damaged)
        found = self.replayed(damaged, code=1)

        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.out, rf"\b{size} bytes ")
        self.assertNotIn("identical", done.out)
        self.assertIs(found["identical"], False)
        self.assertEqual(found["recordings"][0]["damaged_bytes"], size)
        self.assertEqual(found["recordings"][0]["events"], self.all - events_in([(at, size, records)]))

    def test_a_flipped_bit_in_the_head_of_a_block_leaves_out_nothing_without_a_word(self):
        at, _, _ = self.blocks[len(self.blocks) // 2]
        unnoticed = {}
        for place in range(HEAD):
            done = self.trace("replay", "--json", self.flipped(at + place, 7))
            self.assertIn(done.returncode, (0, 1), done.err)
            missing = self.all - json.loads(done.out)["events"]
            if done.returncode == 0 and missing != 0:
                unnoticed[f"byte {place}"] = f"{missing} events missing"

        self.assertEqual(unnoticed, {})

    def test_a_block_that_is_missing_is_told(self):
        at, size, _ = self.blocks[len(self.blocks) // 2]

        done = self.trace("replay", self.write(self.data[:at] + self.data[at + size:]))

        self.assertEqual(done.returncode, 1, done.out)
        self.assertNotRegex(done.out, r"\b0 bytes ")

    def test_other_commands_say_what_is_missing_and_go_on(self):
        at, size, _ = self.blocks[len(self.blocks) // 2]
        damaged = self.flipped(at + size // 2)

        for command in ("stats", "show"):
            done = self.trace(command, damaged)
            self.assertEqual(done.returncode, 0, done.err)
            self.assertRegex(done.out + done.err, rf"\b{size} bytes .*\bbyte {at}\b")

    def test_of_a_truncated_file_the_whole_blocks_are_read(self):
        at, size, _ = self.blocks[-2]
        rest = size // 2

        found = self.replayed(self.write(self.data[:at + rest]), code=1)["recordings"][0]

        self.assertEqual(found["damaged_bytes"], rest)
        self.assertEqual(found["events"], events_in(self.blocks[:-2]))
        self.assertIsNone(found["mismatch"])

    def test_where_a_block_ends_a_file_may_end(self):
        at, _, _ = self.blocks[-2]

        found = self.replayed(self.write(self.data[:at]))

        self.assertEqual(found["recordings"][0]["events"], events_in(self.blocks[:-2]))

    def test_what_is_no_trace_is_refused(self):
        os.makedirs(ring.path("no-traces"), exist_ok=True)
        for name, place, word in (
            ("empty", self.write(b"", "empty"), "is empty"),
            ("text", self.write(b"hello\nworld\n", "text"), "no trace"),
            ("zeros", self.write(bytes(100_000), "zeros"), "no trace"),
            ("newer", self.write(b"peal trace 002\n", "newer"), "format"),
            ("newer and longer", self.write(b"peal trace 002\n" + self.data[15:], "newer"), "format"),
            ("first line alone", self.write(MAGIC, "magic"), "damaged at its beginning"),
            ("first block torn", self.write(self.data[:1000], "torn"), "damaged at its beginning"),
            ("no traces inside", ring.path("no-traces"), "no file"),
            ("missing", ring.path("missing"), "No such file"),
            ("device", "/dev/null", "/dev/null"),
        ):
            with self.subTest(name):
                self.assert_one_line(self.trace("replay", place), 2, place, word)

    def test_every_command_refuses_what_is_no_trace(self):
        missing = ring.path("missing")
        for words in (("show",), ("stats",), ("shiviz",), ("diff", real_run()), ("view", "-o", ring.path("never")),
                      ("merge", "-o", ring.path("never"))):
            with self.subTest(words[0]):
                self.assert_one_line(self.trace(*words, missing), 2, missing, "No such file")
                self.assertFalse(os.path.exists(ring.path("never")))

    def test_clusters_do_not_mix(self):
        with_clusters = []
        for cluster in ("one", "two"):
            with_clusters.append(ring.path(f"rec-{cluster}"))
            server = ring.start("--cluster", cluster, "--record", with_clusters[-1]).wait_ready()
            self.assertEqual(server.leave(), 0)
            self.assert_identical(with_clusters[-1])

        for words in (("replay",), ("show",), ("stats",), ("merge", "-o", ring.path("never"))):
            self.assert_one_line(self.trace(*words, *with_clusters), 2, "different clusters", "one", "two")
        self.assertFalse(os.path.exists(ring.path("never")))

    def test_a_simulated_run_does_not_mix_with_a_real_one(self):
        self.assert_one_line(self.trace("replay", simulated(3), real_run()), 2)

    def test_a_file_that_is_given_twice_confuses_nobody(self):
        for file in (simulated(3), os.path.join(real_run(), "server-1-000001.trace")):
            for command in ("replay", "stats"):
                with self.subTest(f"{command} {os.path.basename(file)}"):
                    twice = self.trace(command, "--json", file, file)
                    if twice.returncode != 0:
                        self.assert_one_line(twice, 2, file)
                    else:
                        once = self.trace(command, "--json", file)
                        self.assertEqual(json.loads(twice.out)["events"], json.loads(once.out)["events"])


class Merge(TraceTest):
    @classmethod
    def setUpClass(cls):
        cls.one = merged(ring.path("merged.trace"), real_run())

    def test_the_same_events_have_the_same_effects(self):
        found = self.replayed(self.one)

        self.assertIs(found["identical"], True)
        self.assertEqual(found["events"], self.replayed(real_run())["events"])
        self.assertEqual([one["name"] for one in found["recordings"]], ["server 1, server 2, server 3"])

    def test_the_same_is_shown(self):
        for words in (("show", "--effects"), ("show", "--json")):
            with self.subTest(words):
                self.assertEqual(ring.ok("trace", *words, self.one), ring.ok("trace", *words, real_run()))

    def test_the_same_events_are_in_a_log_for_shiviz(self):
        events = [ring.ok("trace", "shiviz", place).splitlines()[::2] for place in (self.one, real_run())]
        self.assertEqual(events[0], events[1])

    def test_the_same_elections_are_counted(self):
        counted = [json.loads(ring.ok("trace", "stats", "--json", place)) for place in (self.one, real_run())]
        self.assertEqual(counted[0]["elections"], counted[1]["elections"])

    def test_the_page_is_the_same(self):
        self.assertEqual(but_for_pairs(run_of_view(self.one)), but_for_pairs(run_of_view(real_run())))

    def test_no_event_is_another(self):
        self.assertIn("the same: ", ring.ok("trace", "diff", self.one, real_run()))

    def test_it_says_how_much_it_is(self):
        out = ring.ok("trace", "merge", real_run(), "-o", ring.path("again.trace"))

        self.assertRegex(out, rf"^{ring.path('again.trace')}: {len(shown(real_run()))} events into 3 machines in "
                              r"\d+\.\d{3} s\n$")

    def test_it_says_what_it_was_made_of(self):
        heading = list(blocks(bytes_of(self.one)))[0][2][0]

        for word in (b"merge", b"peal 0.1.0", b"server-1-000001.trace", b"server-3-000002.trace"):
            self.assertIn(word, heading)

    def test_its_owner_alone_can_read_it(self):
        self.assertEqual(os.stat(self.one).st_mode & 0o777, 0o600)

    def test_merged_again_it_stays_as_it_is(self):
        again = merged(ring.path("twice.trace"), self.one)

        self.assertEqual(ring.ok("trace", "show", "--effects", again), ring.ok("trace", "show", "--effects", self.one))

    def test_a_simulated_run_stays_as_it_is(self):
        again = merged(ring.path("run.trace"), simulated(3))

        self.assert_identical(again)
        self.assertEqual(run_of_view(again), run_of_view(simulated(3)))

    def test_it_stands_alone(self):
        for words in ((self.one, real_run()), (self.one, simulated(3)), (simulated(3), real_run())):
            self.assert_one_line(self.trace("merge", *words, "-o", ring.path("never")), 2, "alone")
        self.assert_one_line(self.trace("replay", self.one, real_run()), 2, "a merged trace stands for itself")
        self.assertFalse(os.path.exists(ring.path("never")))

    def test_what_was_there_is_replaced(self):
        place = ring.path("there.trace")
        with open(place, "w") as file:
            file.write("x" * 1_000_000)

        merged(place, real_run())

        self.assert_identical(place)

    def test_no_recording_is_replaced(self):
        place = ring.path("copies")
        shutil.copytree(real_run(), place)
        file = os.path.join(place, "server-1-000001.trace")

        self.assert_one_line(self.trace("merge", place, "-o", file), 2, file, "is one of the recordings")

        self.assertEqual(bytes_of(file), bytes_of(os.path.join(real_run(), "server-1-000001.trace")))

    def test_where_it_cannot_be_written(self):
        for place in (ring.path("absent", "run.trace"), ring.home, "/dev/full"):
            with self.subTest(place):
                self.assert_one_line(self.trace("merge", simulated(3), "-o", place), 1, "cannot write", place)
        self.assert_one_line(self.trace("merge", simulated(3)), 2, "-o")
        self.assert_one_line(self.trace("merge", simulated(3), "-o", "-"), 2, "-o -")
        self.assertEqual([name for name in os.listdir(ring.home) if name.endswith(".part")], [])


class Show(TraceTest):
    def test_nothing_is_left_out_unasked(self):
        lines = shown(simulated(3))

        self.assertEqual(len([line for line in lines if line["event"] not in ("start", "end")]),
                         events_in(blocks(bytes_of(simulated(3)))))
        self.assertEqual(len(ring.ok("trace", "show", simulated(3)).splitlines()), len(lines))

    def test_a_kind_of_message(self):
        every = [line for line in shown(simulated(3)) if line.get("message") in ("Vote", "VoteAck")]

        self.assertGreater(len(every), 0)
        self.assertEqual(shown(simulated(3), "--kind", "Vote,VoteAck"), every)
        self.assertEqual(shown(simulated(3), "--kind", "Vote", "--kind", "VoteAck"), every)

    def test_a_kind_of_event(self):
        every = [line for line in shown(simulated(3)) if line["event"] == "Written"]

        self.assertGreater(len(every), 0)
        self.assertEqual(shown(simulated(3), "--kind", "Written"), every)

    def test_without_some_kinds(self):
        left = [line for line in shown(simulated(3)) if line["event"] != "Wake" and line.get("message") != "Heartbeat"]

        self.assertGreater(len(left), 0)
        self.assertEqual(shown(simulated(3), "--without", "Heartbeat,Wake"), left)

    def test_a_machine(self):
        servers = sorted({line["machine"] for line in shown(simulated(3)) if line["machine"].startswith("server")})
        for name in (servers[0], servers[0].removeprefix("server ")):
            self.assertEqual(shown(simulated(3), "--machine", name),
                             [line for line in shown(simulated(3)) if line["machine"] == servers[0]])

    def test_a_client_by_the_beginning_of_its_name(self):
        client = next(line["machine"] for line in shown(simulated(3)) if line["machine"].startswith("client"))

        found = shown(simulated(3), "--machine", client.removeprefix("client ")[:4])

        self.assertEqual({line["machine"] for line in found}, {client})

    def test_a_time(self):
        every = shown(simulated(3))
        for words, left in (
            (("--from", "30s"), lambda at: at >= 30),
            (("--to", "1500ms"), lambda at: at <= 1.5),
            (("--from", "0.5m", "--to", "40000000us"), lambda at: 30 <= at <= 40),
            (("--from", "30", "--to", "40"), lambda at: 30 <= at <= 40),
        ):
            expected = [line for line in every if left(line["at_s"])]
            self.assertGreater(len(expected), 10)
            self.assertEqual(shown(simulated(3), *words), expected, words)

    def test_filters_are_all_obeyed(self):
        machine = shown(simulated(3))[0]["machine"]

        found = shown(simulated(3), "--machine", machine, "--kind", "Heartbeat,Ping", "--without", "Ping",
                      "--to", "60s")

        self.assertGreater(len(found), 0)
        self.assertEqual({(line["machine"], line["message"]) for line in found}, {(machine, "Heartbeat")})
        self.assertEqual([line for line in found if line["at_s"] > 60], [])

    def test_what_carries_a_chat_message(self):
        submit = next(line for line in shown(real_run(), "--kind", "Submit") if '"five"' in line["text"])
        every = [line for line in shown(real_run()) if submit["ids"] in line.get("ids", "").split()]
        self.assertGreater(len(every), 1)

        found = shown(real_run(), "--message", submit["ids"])

        # With those by which it went out.
        self.assertEqual([line for line in found if line in every], every)
        self.assertLess(len(found), len(every) * 3)

    def test_a_chat_message_is_called_as_other_commands_call_it(self):
        submit = next(line for line in shown(real_run(), "--kind", "Submit") if '"five"' in line["text"])
        server = ring.start("--data", ring.path("data-1"), "--id", "1").wait_ready()
        posts = [json.loads(line) for line in ring.ok("read", "--as", "bob", "--room", "lunch", "--json").splitlines()]
        server.leave()
        message = next(post["message"] for post in posts if post["text"] == "five")

        self.assertEqual(shown(real_run(), "--message", message), shown(real_run(), "--message", submit["ids"]))

    def test_what_makes_no_sense(self):
        for option, value, word in (
            ("--kind", "Nonsense", "Nonsense"),
            ("--kind", "vote", "vote"),
            ("--kind", "Vote,Nonsense", "Nonsense"),
            ("--kind", "", ""),
            ("--without", "Nonsense", "Nonsense"),
            ("--machine", "12345", "12345"),
            ("--machine", "zebra", "zebra"),
            ("--machine", "", "--machine"),
            ("--message", "1:1", "1:1"),
            ("--message", "nonsense", "nonsense"),
            ("--from", "noon", "noon"),
            ("--from", "nan", "nan"),
            ("--from", "", "--from"),
            ("--to", "-1s", "-1s"),
            ("--to", "5h", "5h"),
            ("--to", "1e999", "1e999"),
        ):
            with self.subTest(f"{option} {value!r}"):
                trace = simulated(3) if value == "" else real_run()  # The latter without clients.
                self.assert_one_line(self.trace("show", trace, option, value), 2, word)

    def test_changes_are_told_when_asked_for(self):
        out = ring.ok("trace", "show", real_run(), "--changes", "--kind", "Vote")
        self.assertRegex(out, r"\n +~  view\.id\.leader: \d+ -> 3\n")
        changed = [line for line in map(json.loads, ring.ok("trace", "show", real_run(), "--changes", "--json").splitlines())
                   if any(change["path"] == "view.id.leader" and change["after"] == "3" for change in line["changes"])]
        self.assertTrue(changed)

    def test_effects_are_told_when_asked_for(self):
        out = ring.ok("trace", "show", real_run(), "--effects", "--kind", "Push")

        self.assertNotIn("=>", ring.ok("trace", "show", real_run(), "--kind", "Push"))
        self.assertRegex(out, r"\n +=>  \w+")

    def test_what_is_received_comes_after_what_passed_it_on(self):
        for trace in (real_run(), simulated(3)):
            with self.subTest(os.path.basename(trace)):
                lines = shown(trace)
                self.assertGreater(len([line for line in lines if line.get("message") == "Push"]), 0)
                self.assertEqual(list(wrongs_of_order(lines)), [])

    def test_events_are_in_the_order_of_the_page(self):
        for trace in (real_run(), simulated(3)):
            run = run_of_view(trace)
            self.assertEqual([line["machine"] for line in shown(trace)],
                             [run["lines"][line]["name"] for line in run["events"]["line"]])

    def test_times_are_in_order(self):
        for trace in (real_run(), simulated(3), simulated(9)):
            with self.subTest(os.path.basename(trace)):
                times = [line["at_s"] for line in shown(trace)]
                self.assertEqual([(a, b) for a, b in zip(times, times[1:]) if b < a], [])

    def test_a_text_that_drives_a_terminal_does_not(self):
        self.assertNotIn("\x1b", ring.ok("trace", "show", real_run(), "--effects"))


class Diff(TraceTest):
    def test_two_runs_of_a_seed_are_the_same(self):
        again = ring.path("again-3.trace")
        ring.ok("sim", "--seed", "3", "--trace", again)

        done = self.trace("diff", simulated(3), again)

        self.assertEqual(done.returncode, 0, done.out + done.err)
        self.assertIn(f"the same: {len(shown(simulated(3)))} events", done.out)
        self.assertEqual(json.loads(ring.ok("trace", "diff", "--json", simulated(3), again)),
                         {"same": True, "partings": []})

    def test_two_seeds_differ(self):
        done = self.trace("diff", simulated(3), simulated(9))

        self.assertEqual(done.returncode, 1, done.err)
        self.assertRegex(done.out.splitlines()[0],
                         r"^(server \d+|client no\. \d+) is the first to differ, at its event \d+:$")

    def test_the_first_event_that_is_another_is_named(self):
        """A run of the same seed in another weather goes the same way for a while."""
        other = simulated(3, "--faults", "network.loss=0.1")
        runs = []
        for trace in (simulated(3), other):
            runs.append({})
            for line in shown(trace):
                if line["machine"].startswith("server"):
                    told = (line["at_s"], line["event"], line["text"], line["effects"])
                    runs[-1].setdefault(line["machine"], []).append(told)
        partings = {}
        for machine in set(runs[0]) & set(runs[1]):
            both = list(zip(runs[0][machine], runs[1][machine]))
            partings[machine] = next((i for i, (a, b) in enumerate(both) if a != b), len(both))

        done = self.trace("diff", "--json", simulated(3), other)

        self.assertEqual(done.returncode, 1, done.err)
        told = json.loads(done.out)["partings"]
        self.assertEqual({one["machine"]: one["event"] for one in told if one["machine"] in partings}, partings)
        first = told[0]
        self.assertEqual(first["before"]["text"], runs[0][first["machine"]][first["event"]][2])
        self.assertEqual(first["after"]["text"], runs[1][first["machine"]][first["event"]][2])
        self.assertGreater(first["event"], 0)
        self.assertIn(f"{first['machine']} is the first to differ, at its event {first['event']}:\n",
                      self.trace("diff", simulated(3), other).out)

    def test_the_earliest_comes_first(self):
        partings = json.loads(self.trace("diff", "--json", simulated(3), simulated(9)).out)["partings"]
        times = [(one["before"] or one["after"])["at_s"] for one in partings]

        self.assertGreater(len(times), 1)
        self.assertEqual(times, sorted(times))


class Shiviz(TraceTest):
    """The rules of ShiViz: github.com/DistributedClocks/shiviz, its default parser and what its graph is made of."""
    PARSER = re.compile(r"(?P<event>[^\n\r\u2028\u2029]*)\n(?P<host>\S*) (?P<clock>{.*})")

    def parsed(self, *words):
        log = ring.ok("trace", "shiviz", *words)
        events = []
        at = 0
        for match in self.PARSER.finditer(log):
            self.assertEqual(log[at:match.start()].strip("\n"), "", "between two events")
            events.append((match["host"], json.loads(match["clock"]), match["event"]))
            at = match.end()
        self.assertEqual(log[at:].strip("\n"), "", "behind the last event")
        return events

    def wrongs(self, events):
        counts = Counter(host for host, _, _ in events)
        clocks = {host: [] for host in counts}
        for host, clock, _ in events:
            clocks[host].append(clock)
        for host, of_host in clocks.items():
            before = {}
            for place, clock in enumerate(of_host, 1):
                if clock.get(host) != place:
                    yield f"{host}: its event {place} says {clock.get(host)}"
                for other, known in before.items():
                    if clock.get(other, 0) < known:
                        yield f"{host}: its event {place} has forgotten {other}"
                for other, known in clock.items():
                    if not 1 <= known <= counts[other]:
                        yield f"{host}: its event {place} knows event {known} of {other}, which has {counts[other]}"
                    elif any(clock.get(third, 0) < n for third, n in clocks[other][known - 1].items()):
                        yield f"{host}: its event {place} knows less than event {known} of {other}, which it knows of"
                before = clock

    def assert_drawn(self, expected, *words):
        """So many events, by the rules, of which some have heard of others."""
        events = self.parsed(*words)
        self.assertEqual(len(events), expected)
        self.assertEqual(list(self.wrongs(events))[:5], [])
        self.assertGreater(len([clock for _, clock, _ in events if len(clock) > 1]), 0)
        return events

    def test_a_real_run(self):
        events = self.assert_drawn(len(shown(real_run())), real_run())

        self.assertEqual({host for host, _, _ in events}, {"server-1", "server-2", "server-3"})

    def test_a_simulated_run(self):
        self.assert_drawn(len(shown(simulated(3))), simulated(3))

    def test_some_kinds_of_it(self):
        for trace in (real_run(), simulated(3)):
            self.assert_drawn(len(shown(trace, "--kind", "Vote")), trace, "--kind", "Vote")

    def test_some_time_of_it(self):
        words = (simulated(3), "--without", "Heartbeat,HeartbeatAck", "--from", "20s", "--to", "40s")

        self.assert_drawn(len(shown(*words)), *words)

    def test_a_file_gets_the_same(self):
        ring.ok("trace", "shiviz", real_run(), "-o", ring.path("run.log"))

        self.assertEqual(bytes_of(ring.path("run.log")).decode(), ring.ok("trace", "shiviz", real_run()))


class View(TraceTest):
    @classmethod
    def setUpClass(cls):
        cls.place = ring.path("run.html")
        ring.ok("trace", "view", real_run(), "-o", cls.place)
        page = bytes_of(cls.place).decode()
        begin = page.index('<script type="application/json" id="run">')
        begin = page.index(">", begin) + 1
        end = page.index("</script>", begin)
        cls.run_in_page = page[begin:end]
        cls.code = page[:begin] + page[end:]

    def each_run(self, check):
        for words in ((real_run(),), (simulated(3),), (simulated(9),), (real_run(), "--kind", "Vote"),
                      (real_run(), "--from", "1000s")):
            with self.subTest(" ".join(map(os.path.basename, words))):
                check(run_of_view(*words))

    def test_the_page_is_one_file(self):
        for pattern in (r"(?i)(src|href|action|data)\s*=\s*[\"'`]?\s*(https?:)?//", r"(?i)url\(\s*[\"']?\s*(https?:)?//",
                        r"\bfetch\s*\(", r"\bimport\b\s*[\w({*\"']", r"@import", r"XMLHttpRequest|WebSocket|EventSource",
                        r"<script[^>]*\bsrc\b", r"<link[^>]*stylesheet"):
            self.assertNotRegex(self.code, pattern)
        self.assertIn("<style", self.code)
        self.assertGreater(self.code.count("<script"), 0)

    def test_its_code_is_small(self):
        self.assertLess(len(self.code.encode()), 2 * MIB)

    def test_the_run_is_in_it(self):
        self.assertEqual(json.loads(gzip.decompress(base64.b64decode(self.run_in_page))), run_of_view(real_run()))

    def test_no_message_can_end_or_swallow_the_script_that_has_it(self):
        self.assertTrue(any("script> two" in text for text in run_of_view(real_run())["texts"]))
        self.assertRegex(self.run_in_page, r"^\s*[A-Za-z0-9+/]+=*\s*$")

    def test_columns_are_of_equal_length(self):
        def check(run):
            self.assertEqual(set(map(len, run["events"].values())), {len(run["events"]["at"])})
            self.assertIn("sent", run["messages"])
            self.assertEqual(set(map(len, run["messages"].values())), {len(run["messages"]["sent"])})

        self.each_run(check)

    def test_indices_are_in_range(self):
        def check(run):
            events, messages, texts = run["events"], run["messages"], len(run["texts"])
            some = run["messages"].get
            for name, column, least, end in (
                ("lines of events", events["line"], 0, len(run["lines"])),
                ("kinds of events", events["what"], 0, len(run["event_kinds"])),
                ("texts of events", events["text"], 0, texts),
                ("changes of events", events["changes"], -1, len(run["changes"])),
                ("texts of changes", [i for rows in run["changes"] for row in rows for i in row], 0, texts),
                ("senders", some("from", []), -1, len(run["lines"])),
                ("receivers", some("to", []), -1, len(run["lines"])),
                ("kinds of messages", some("kind", []), 0, len(run["kinds"])),
                ("texts of messages", some("text", []), 0, texts),
                ("ids of messages", some("ids", []), 0, texts),
                ("reasons of losses", some("lost_why", []), 0, texts),
                ("events that sent", some("send_event", []), -1, len(events["at"])),
                ("events that received", some("arrive_event", []), -1, len(events["at"])),
                ("events of states", [state["event"] for state in run["states"]], 0, len(events["at"])),
                ("lines of states", [state["line"] for state in run["states"]], 0, len(run["lines"])),
                ("texts of states", [i for state in run["states"] for row in state["members"] for i in row], 0, texts),
                ("lines of bands", [band["line"] for band in run["bands"]], -1, len(run["lines"])),
                ("lines of views", [view["line"] for view in run["views"]], 0, len(run["lines"])),
                ("lines of roles", [role["line"] for role in run["roles"]], 0, len(run["lines"])),
                ("kinds in numbers", [row[0] for row in run["stats"]["messages_by_kind"]], 0, len(run["kinds"])),
            ):
                self.assertEqual([i for i in column if not least <= i < end][:5], [], name)

        self.each_run(check)

    def test_times_are_in_the_run(self):
        def check(run):
            for what in ("bands", "views", "roles"):
                for one in run[what]:
                    self.assertTrue(0 <= one["from"] <= one["to"] <= run["duration_us"], f"{what}: {one}")

        self.each_run(check)

    def test_times_of_events_do_not_go_back(self):
        def check(run):
            at = run["events"]["at"]
            self.assertEqual([(a, b) for a, b in zip(at, at[1:]) if b < a][:5], [])

        self.each_run(check)

    def test_no_message_arrives_before_it_was_sent(self):
        def check(run):
            columns = [run["messages"].get(name, [])
                       for name in ("send_event", "arrive_event", "sent", "arrived", "kind")]
            wrong = [(run["kinds"][kind], sent, arrived)
                     for send_event, arrive_event, sent, arrived, kind in zip(*columns)
                     if (-1 < arrive_event <= send_event) or -1 < arrived < sent]
            self.assertEqual(wrong[:5], [], f"{len(wrong)} of {len(columns[0])}")

        self.each_run(check)

    def test_in_a_quiet_network_no_message_takes_long(self):
        """Letters with the same words follow each other: the latest that can have been meant is meant."""
        run = run_of_view(simulated(3, "--faults", "all=off"))
        messages = run["messages"]
        took = {}
        for sent, arrived, kind in zip(messages["sent"], messages["arrived"], messages["kind"]):
            if sent >= 0 and arrived >= 0:
                took[run["kinds"][kind]] = max(took.get(run["kinds"][kind], 0), (arrived - sent) / 1e6)

        self.assertGreater(len(took), 10)
        self.assertEqual({kind: seconds for kind, seconds in took.items() if seconds > 1}, {})

    def test_messages_between_servers_are_arrows(self):
        run = run_of_view(real_run())
        messages = run["messages"]
        columns = (messages["sent"], messages["arrived"], messages["kind"])
        heartbeats = [(sent, arrived) for sent, arrived, kind in zip(*columns)
                      if run["kinds"][kind] == "Heartbeat" and arrived >= 0]

        self.assertGreater(len(heartbeats), 3)
        self.assertEqual([pair for pair in heartbeats if pair[0] < 0], [])

    def test_a_process_that_was_killed_is_a_band(self):
        bands = [band for band in run_of_view(real_run())["bands"] if band["kind"] == "crash"]

        self.assertEqual([run_of_view(real_run())["lines"][band["line"]]["name"] for band in bands], ["server 3"])
        self.assertGreater(bands[0]["to"], bands[0]["from"])

    def test_it_says_how_much_of_the_run_is_in_the_page(self):
        out = ring.ok("trace", "view", simulated(3), "--kind", "Vote", "-o", ring.path("votes.html"))

        self.assertIn(f": {len(shown(simulated(3), '--kind', 'Vote'))} events", out)

    def test_standard_output_gets_the_same(self):
        done = self.trace("view", real_run(), "--json", "-o", "-")

        self.assertEqual(done.returncode, 0)
        self.assertEqual(json.loads(done.out), run_of_view(real_run()))
        self.assertIn("standard output: ", done.err)
        self.assertFalse(os.path.exists("-"))

    def test_where_nothing_can_be_written(self):
        for command in ("view", "shiviz"):
            for place, code in ((ring.path("absent", "run.html"), 2), (ring.home, 2), ("/dev/full", 1)):
                with self.subTest(command=command, place=place):
                    self.assert_one_line(self.trace(command, simulated(3), "-o", place), code, "-o", place)
        self.assert_one_line(self.trace("view", simulated(3)), 2, "-o")


if __name__ == "__main__":
    unittest.main()
