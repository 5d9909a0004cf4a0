# What goes wrong, and when: drawn from a seed before anything starts.
"""A storm is a list of (seconds, deed). A deed is a line for the switch (`cut 1 2 | 3 4 5`, `loss 0.1`) or one of
these about a server or a person: kill 3, restart 3, pause 3, resume 3, hang-up ann.

Faults overlap as they please; at the end of a storm everything lives and the network is whole again.
"""
import random

SERVERS_DOWN_MAX = 3  # At once: the others must have somebody to talk to.


class Storm:
    """servers: their ports, which are their names here too. people: the ports of theirs. talkers: names."""

    def __init__(self, seed, length, servers, people, talkers):
        self.dice = random.Random(seed)
        self.length = length
        self.servers = servers
        self.people = people
        self.talkers = talkers
        self.busy_until = dict.fromkeys(servers, 0.0)  # Killed or paused until then.
        self.deeds = []
        self._draw()
        self.deeds.append((length, "heal"))
        self.deeds.sort(key=lambda item: item[0])

    def _draw(self):
        kinds = [self._kill, self._kill, self._kill_several, self._pause, self._halves, self._isolate,
                 self._one_way, self._loss, self._delay, self._duplicate, self._weather, self._hang_up]
        now = 0.5
        deck = []
        while now < self.length - 1:
            if not deck:  # Each kind comes once before any comes again.
                deck = self.dice.sample(kinds, len(kinds))
            deck.pop()(now)
            now += self.dice.uniform(0.4, 2.8)

    def _add(self, when, deed):
        """What begins in a storm ends in it."""
        self.deeds.append((round(min(when, self.length - 0.1), 3), deed))

    def _until(self, now, least, most):
        return now + self.dice.uniform(least, most)

    def _server(self, now):
        """One that runs. The highest id leads a whole network, so it is hit most."""
        down = [s for s in self.servers if self.busy_until[s] > now]
        up = [s for s in self.servers if s not in down]
        if len(down) >= SERVERS_DOWN_MAX:
            return None
        return max(up) if self.dice.random() < 0.4 else self.dice.choice(up)

    def _stop(self, now, stop, go, least, most):
        server = self._server(now)
        if server is None:
            return
        end = self._until(now, least, most)
        self.busy_until[server] = end + 0.5
        self._add(now, f"{stop} {server}")
        self._add(end, f"{go} {server}")

    def _kill(self, now):
        self._stop(now, "kill", "restart", 0.1, 4)

    def _kill_several(self, now):
        for _ in range(SERVERS_DOWN_MAX):
            self._stop(now, "kill", "restart", 0.5, 4)

    def _pause(self, now):
        self._stop(now, "pause", "resume", 0.1, 3)

    def _hang_up(self, now):
        self._add(now, f"hang-up {self.dice.choice(self.talkers)}")

    def _cut(self, now, sides):
        """People are on some side each, or on none and then reach all."""
        sides = [list(side) for side in sides]
        for port in self.people:
            side = self.dice.choice([*sides, None])
            if side is not None:
                side.append(port)
        self._add(now, "cut " + " | ".join(" ".join(map(str, side)) for side in sides))
        self._add(self._until(now, 1, 6), "mend")

    def _halves(self, now):
        servers = self.dice.sample(self.servers, len(self.servers))
        at = self.dice.randrange(1, len(servers))
        sides = [servers[:at], servers[at:]]
        if len(sides[1]) > 2 and self.dice.random() < 0.3:
            sides = [sides[0], sides[1][:1], sides[1][1:]]
        self._cut(now, sides)

    def _isolate(self, now):
        alone = self._server(now) or self.servers[0]
        self._cut(now, [[alone], [s for s in self.servers if s != alone]])

    def _one_way(self, now):
        ports = [*self.servers, *self.people]
        for _ in range(self.dice.randrange(1, 5)):
            source, destination = self.dice.sample(ports, 2)
            self._add(now, f"oneway {source} {destination}")
        self._add(self._until(now, 1, 5), "mend")

    def _loss(self, now):
        self._add(now, "loss 0.1")
        self._add(self._until(now, 2, 6), "loss 0")

    def _delay(self, now):
        most = self.dice.choice([5, 20, 60])
        self._add(now, f"delay {self.dice.randrange(0, 3)}ms {most}ms")
        self._add(self._until(now, 2, 6), "delay 0ms 0ms")

    def _duplicate(self, now):
        self._add(now, "duplicate 0.05")
        self._add(self._until(now, 2, 6), "duplicate 0")

    def _weather(self, now):
        self._loss(now)
        self._delay(now)
        self._duplicate(now)
