# What every simulator here is given, in Python: rings of ids with delays, and what it must tell of them.
"""The same as workload.hpp and sim/lcr_ring.hpp. Also what must come of an election by the definition of LCR, without any
simulator: expected()."""
import json
import sys
import time

MASK = (1 << 64) - 1


class Prng:
    """SplitMix64 (Steele, Lea, Flood, 2014)."""

    def __init__(self, seed):
        self.state = seed & MASK

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % n


def draw_order(servers, prng):
    """Ids 1 to n by place, and how long a vote takes from each place to the next one, in microseconds."""
    ids = list(range(1, servers + 1))
    for i in range(servers, 1, -1):
        j = prng.below(i)
        ids[i - 1], ids[j] = ids[j], ids[i - 1]
    return ids, [100 + prng.below(900) for _ in range(servers)]


class Tally:
    """What came of elections: the same for everybody who ran the same ones."""

    def __init__(self):
        self.elections = self.votes = self.winners = self.end_us = self.arrivals_us = 0

    def ended(self, winner, after_us):
        self.elections += 1
        self.winners = (self.winners * 31 + winner) & MASK
        self.end_us += after_us

    def words(self):
        return {"elections": self.elections, "votes": self.votes, "winners": str(self.winners), "end_us": self.end_us,
                "arrivals_us": self.arrivals_us}


def expected(servers, seed, elections):
    """A vote goes on until it meets its own id or a higher one, and arrives when the links behind it add up to that."""
    prng, tally = Prng(seed), Tally()
    for _ in range(elections):
        ids, delays = draw_order(servers, prng)
        for start, candidate in enumerate(ids):
            at, after = start, 0
            while True:
                after += delays[at]
                at = (at + 1) % servers
                tally.votes += 1
                tally.arrivals_us += after
                if ids[at] >= candidate:
                    break
            if candidate == servers:
                tally.ended(at, after)
    return tally.words()


def perform(make_ring):
    """Has a ring elect until the task of the command line is done, and prints what came of it. The clock runs while it
    elects, not while orders are drawn, and counts seconds of the processor: neighbours on the machine take none."""
    words = sys.argv[1:]
    if len(words) != 4 or words[2] not in ("elections", "seconds"):
        sys.exit(f"usage: {sys.argv[0]} SERVERS SEED (elections N | seconds S)")
    servers, seed, limit = int(words[0]), int(words[1]), float(words[3])
    by_count = words[2] == "elections"
    prng, tally, ring, seconds = Prng(seed), Tally(), make_ring(servers), 0.0
    batch = 1 + 4096 // servers // 16  # Python is slower: time is looked at as often.
    while (tally.elections if by_count else seconds) < limit:
        size = min(batch, int(limit) - tally.elections) if by_count else batch
        orders = [draw_order(servers, prng) for _ in range(size)]
        began = time.process_time()
        for ids, delays in orders:
            ring.elect(ids, delays, tally)
        seconds += time.process_time() - began
    print(json.dumps({**tally.words(), "seconds": seconds}))
