# People who talk, answer and read while the network does what it does.
import json
import subprocess
import threading
import time

from ring import PATIENCE


class Program:
    """A program of a person: its lines of JSON are taken by a thread."""

    def __init__(self, ring, words, at, on_line):
        self.log = ring.log_file(at)
        self.process = ring.command(*words, at=at, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log)
        self.on_line = on_line
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            if not line.endswith(b"\n"):
                return  # It was killed in the middle of it.
            self.on_line(json.loads(line))

    def write(self, text):
        """False: it does not read any more."""
        try:
            self.process.stdin.write((text + "\n").encode())
            self.process.stdin.flush()
        except (OSError, ValueError):
            return False
        return True

    def said(self):
        """What is on its standard error so far."""
        with open(self.log.name, errors="replace") as log:
            return log.read()

    def end_of_input(self):
        try:
            self.process.stdin.close()
        except OSError:
            pass

    def wait(self):
        """Its exit code, when everything that it printed was taken."""
        code = self.process.wait(PATIENCE * 2)
        self.reader.join(PATIENCE)
        return code

    def kill(self):
        self.process.kill()
        self.wait()


class Talker:
    """Says "NAME 1", "NAME 2" and so on with `peal send -`, at a pace; knows what was acknowledged."""

    def __init__(self, ring, name, room, ledger, pause, at):
        self.ring, self.name, self.room, self.ledger, self.pause, self.at = ring, name, room, ledger, pause, at
        self.said = 0
        # Between two acknowledgements: seconds, and when it was over. To be looked at, not to be checked.
        self.longest_wait = (0.0, 0.0)
        self.acknowledged_at = None
        self.lock = threading.Lock()  # Between hanging up and the next line.
        self.done = threading.Event()
        self._call()
        self.thread = threading.Thread(target=self._talk, daemon=True)
        self.thread.start()

    def _call(self):
        """Another program of the same person."""
        texts = {}

        def on_line(verdict):
            if "error" in verdict:
                self.ledger.refused.append({"as": self.name, **verdict})
                return
            self.ledger.acknowledged[verdict["message"]] = texts[verdict["n"]]
            now = time.monotonic()
            self.longest_wait = max(self.longest_wait, (now - (self.acknowledged_at or now), now))
            self.acknowledged_at = now

        self.texts = texts
        words = ["send", "--as", self.name, "--room", self.room, "--timeout", str(PATIENCE), "--json", "-"]
        self.program = Program(self.ring, words, self.at, on_line)

    def _talk(self):
        while not self.done.wait(self.pause):
            with self.lock:
                program, texts = self.program, self.texts
                self.said += 1
                text = f"{self.name} {self.said}"
                self.ledger.written.add(text)
                texts[len(texts) + 1] = text
            # Not under the lock: a program that waits for its servers takes nothing, and may be killed then.
            program.write(text)

    def hang_up(self):
        """Kills the program. What it was told to send may have got out or not."""
        with self.lock:
            old = self.program
            old.process.kill()
            self._call()
        old.wait()

    def finish(self):
        """Its exit code: 0 when every line of the last program was acknowledged."""
        self.done.set()
        self.thread.join(PATIENCE)
        self.program.end_of_input()
        return self.program.wait()


class Listener:
    """Follows a room. What it shows is in posts, in the order of arrival."""

    def __init__(self, ring, words, at, on_post=None):
        self.posts = []
        self.program = Program(ring, words, at, lambda post: self._take(post, on_post))

    def _take(self, post, on_post):
        self.posts.append(post)
        if on_post:
            on_post(post)

    def shows(self, messages):
        """Everything of these that it has not shown."""
        return set(messages) - {post["message"] for post in list(self.posts)}


class Answerer(Listener):
    """Reads along in `peal chat` and answers every so many posts; an answer names what it answers."""

    def __init__(self, ring, name, room, ledger, every, at):
        self.name, self.ledger, self.every = name, ledger, every
        self.heard = 0
        self.quiet = False
        super().__init__(ring, ["chat", "--as", name, "--room", room, "--timeout", str(PATIENCE), "--json"], at,
                         self._answer)

    def _answer(self, post):
        if post["from"] == self.name:
            self.ledger.acknowledged[post["message"]] = post["text"]  # Only what is stable is shown.
            return
        self.heard += 1
        if self.quiet or self.heard % self.every != 0:
            return
        text = f"{self.name} answers {post['message']}"
        if text in self.ledger.written:
            return  # Shown twice: others look for that.
        self.ledger.written.add(text)
        self.ledger.answers[text] = post["message"]
        self.program.write(text)
