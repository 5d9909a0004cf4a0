# Real servers and commands of the program under test, kept apart from everything else on this machine.
"""What every test of the command line starts from.

A Ring is a temporary home, a discovery port and a loopback interface of its own; servers and commands that it
starts see nothing else. Deadlines are there so that a test ends, never to measure.
"""
import json
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

PEAL = os.path.abspath(os.environ.get("PEAL_PROGRAM", "build/debug/peal"))
PATIENCE = 120  # Seconds; far beyond anything that works, sanitizers and a busy machine included.


def unused_port():
    """A UDP port that nobody uses, below the range that the kernel gives to clients."""
    while True:
        port = random.randint(12000, 31999)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port


def eventually(condition, what):
    """Waits until condition() is true and returns its value."""
    end = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.05)


class Server:
    """One `peal serve`. id and addr are known once it is ready."""

    def __init__(self, ring, arguments, at=None, before=(), env=None):
        self.arguments = list(arguments)
        self.at = at
        self.log = ring.log_file(at)
        how = ring.program(["serve", *self.arguments], at)
        how["args"] = [*before, *how["args"]]
        how["env"] = {**how["env"], **(env or {})}
        self.process = subprocess.Popen(
            **how,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
        )
        self.id = None
        self.addr = None

    def wait_ready(self):
        end = time.monotonic() + PATIENCE
        line = b""
        while not line.endswith(b"\n"):
            readable, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            if not readable:
                raise AssertionError("no ready line; the server says: " + self.said())
            byte = os.read(self.process.stdout.fileno(), 1)
            if not byte:
                raise AssertionError("ended before it was ready: " + self.said())
            line += byte
        words = line.decode().split()
        assert words[0] == "ready" and len(words) == 3, line
        self.id = int(words[1].removeprefix("id="))
        self.addr = words[2].removeprefix("addr=")
        return self

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def leave(self):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def close(self):
        if self.alive():
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()


class Ring:
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="peal-test-")
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": self.home,
            "XDG_CONFIG_HOME": os.path.join(self.home, "config"),
            "XDG_DATA_HOME": os.path.join(self.home, "data"),
            "TMPDIR": self.home,
            "PEAL_DISCOVERY_PORT": str(unused_port()),
            "PEAL_INTERFACE": "lo",
            # Data ports are shared with whatever else runs here, and those of the dead are taken again: what
            # comes late for them from another ring must be of another cluster.
            "PEAL_CLUSTER": f"test-{random.randrange(1 << 32):08x}",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "ASAN_SYMBOLIZER_PATH", "TSAN_OPTIONS", "LLVM_PROFILE_FILE"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.servers = []
        self.commands = []
        self.remove_home = True

    def path(self, *parts):
        return os.path.join(self.home, *parts)

    def program(self, words, at=None):
        """What subprocess needs to run the program. at: where, for those that have several places (Lan)."""
        return {"args": [PEAL, *words], "env": self.env, "cwd": self.home}

    def log_file(self, at=None):
        """Where a server writes to."""
        return tempfile.TemporaryFile(dir=self.home)

    def start(self, *arguments, at=None, before=(), env=None):
        """One more server, not ready yet. before: a command that runs the server's; env: more of its environment."""
        server = Server(self, arguments, at, before, env)
        self.servers.append(server)
        return server

    def start_all(self, count):
        servers = [self.start() for _ in range(count)]
        for server in servers:
            server.wait_ready()
        self.wait_members(count)
        return servers

    def restart(self, server):
        """Another process with the same arguments."""
        self.servers.remove(server)
        server.close()
        return self.start(*server.arguments, at=server.at)

    def command(self, *arguments, at=None, **options):
        """A command that runs beside the test; ended by close()."""
        process = subprocess.Popen(**self.program(arguments, at), **options)
        self.commands.append(process)
        return process

    def run(self, *arguments, text=None, data=None, at=None):
        """Runs a command to its end. Standard input: text, or bytes, or nothing."""
        stdin = data if data is not None else (text or "").encode()
        done = subprocess.run(**self.program(arguments, at), input=stdin, capture_output=True, timeout=PATIENCE * 3)
        done.out = done.stdout.decode(errors="replace")
        done.err = done.stderr.decode(errors="replace")
        return done

    def ok(self, *arguments, **options):
        """Runs a command that must succeed; its standard output."""
        done = self.run(*arguments, **options)
        assert done.returncode == 0, f"peal {' '.join(arguments)}: {done.returncode}\n{done.out}\n{done.err}"
        return done.out

    def status(self, server=None):
        """The status as a server tells it; None when nobody answers."""
        pinned = ["--server", server.addr, "--pin"] if server else []
        done = self.run("status", "--json", "--timeout", "5", *pinned, at=server.at if server else None)
        return json.loads(done.out) if done.returncode == 0 else None

    def leader(self):
        """The live server that leads, as the ring says."""

        def find():
            status = self.status()
            if not status:
                return None
            return next((s for s in self.servers if s.id == status["view"][1] and s.alive()), None)

        return eventually(find, "a live leader")

    def wait_members(self, count):
        def complete():
            live = [server for server in self.servers if server.alive() and server.addr]
            for server in live:
                status = self.status(server)
                if not status or len(status["servers"]) != count or not all(s["alive"] for s in status["servers"]):
                    return False
            return True

        eventually(complete, f"a view of {count} at every server")

    def wait_equal(self):
        """Until every live server holds the same history."""

        def equal():
            seen = {(status["digest"] if (status := self.status(server)) else None)
                    for server in self.servers if server.alive()}
            return len(seen) == 1 and None not in seen

        eventually(equal, "equal histories")

    def texts(self, name, room, server=None):
        """The texts of a room, oldest first."""
        pinned = ["--server", server.addr, "--pin"] if server else []
        out = self.ok("read", "--as", name, "--room", room, "--json", *pinned)
        return [json.loads(line)["text"] for line in out.splitlines()]

    def expect_texts(self, name, room, server, lines):
        """Until a room at this server holds exactly these texts: others than the leader learn a moment later."""

        def complete():
            try:
                return len(self.texts(name, room, server)) >= len(lines)
            except AssertionError:  # It may not have heard of the room.
                return False

        eventually(complete, f"{len(lines)} messages at s{server.id}")
        assert self.texts(name, room, server) == lines, f"other messages than were sent at s{server.id}"

    def close(self):
        for process in self.commands:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe:
                    pipe.close()
        for server in self.servers:
            server.close()
        if self.remove_home:
            shutil.rmtree(self.home, ignore_errors=True)


class RingTest(unittest.TestCase):
    """A test with a Ring of its own."""

    def setUp(self):
        self.ring = Ring()
        self.addCleanup(self.ring.close)

    def assert_refused(self, done, code, *words):
        """The command ended with that code and one clear line that has all the words."""
        self.assertEqual(done.returncode, code, done.out + done.err)
        lines = [line for line in done.err.splitlines() if line.startswith("peal")]
        self.assertEqual(len(lines), 1, done.err)
        for word in words:
            self.assertIn(word, lines[0])
