# The ring in SimPy as events alone: each hop is one timeout with a callback.
import simpy

import workload


class Ring:
    def __init__(self, servers):
        self.servers = servers
        self.environment = simpy.Environment()

    def elect(self, ids, delays, tally):
        environment, servers = self.environment, self.servers
        began = environment.now
        votes = arrivals = 0

        def send(place, candidate):
            nonlocal votes
            votes += 1
            environment.timeout(delays[place], ((place + 1) % servers, candidate)).callbacks.append(arrive)

        def arrive(event):
            nonlocal arrivals
            at, candidate = event.value
            after = environment.now - began
            arrivals += after
            own = ids[at]
            if candidate > own:
                send(at, candidate)
            elif candidate == own:
                tally.ended(at, after)

        for place, own in enumerate(ids):
            send(place, own)
        environment.run()  # Until nothing is under way.
        tally.votes += votes
        tally.arrivals_us += arrivals


if __name__ == "__main__":
    workload.perform(Ring)
