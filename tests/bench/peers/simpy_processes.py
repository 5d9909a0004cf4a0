# The ring in SimPy as its users write it: a process and a store for each server, a process for each vote under way.
import simpy

import workload


class Ring:
    def __init__(self, servers):
        self.servers = servers
        self.environment = simpy.Environment()
        self.inboxes = [simpy.Store(self.environment) for _ in range(servers)]

    def elect(self, ids, delays, tally):
        began = self.environment.now
        for place in range(self.servers):
            self.environment.process(self.serve(place, ids[place], delays[place], began, tally))
        self.environment.run()  # Until nothing is under way.

    def serve(self, place, own, delay, began, tally):
        environment, inbox, successor = self.environment, self.inboxes[place], self.inboxes[(place + 1) % self.servers]

        def carry(candidate):
            yield environment.timeout(delay)
            successor.put(candidate)

        environment.process(carry(own))
        tally.votes += 1
        # The highest id's vote is the last one that a server sees: links keep the order of votes.
        while True:
            candidate = yield inbox.get()
            after = environment.now - began
            tally.arrivals_us += after
            if candidate > own:
                tally.votes += 1
                environment.process(carry(candidate))
            elif candidate == own:
                tally.ended(place, after)
            if candidate == self.servers:
                return


if __name__ == "__main__":
    workload.perform(Ring)
