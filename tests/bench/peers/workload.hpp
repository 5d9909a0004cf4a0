// What every simulator here is given: rings of ids with delays, and what it must tell of them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <time.h>

namespace peers {

/// SplitMix64 (Steele, Lea, Flood, 2014), as in core/prng.hpp and workload.py.
class Prng {
 public:
  explicit Prng(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t n) { return next() % n; }

 private:
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  std::uint64_t state_;
};

/// Who sits where, and how long a vote takes from each place to the next one.
struct Order {
  std::vector<std::uint32_t> ids;  // 1 to n, by place.
  std::vector<std::int64_t> delays_us;
};

inline Order draw_order(std::uint32_t servers, Prng& prng) {
  Order order;
  for (std::uint32_t id = 1; id <= servers; ++id) order.ids.push_back(id);
  for (std::uint32_t i = servers; i > 1; --i) std::swap(order.ids[i - 1], order.ids[prng.below(i)]);
  for (std::uint32_t i = 0; i < servers; ++i)
    order.delays_us.push_back(static_cast<std::int64_t>(100 + prng.below(900)));
  return order;
}

/// What came of elections: the same for everybody who ran the same ones.
struct Tally {
  std::uint64_t elections = 0;
  std::uint64_t votes = 0;
  std::uint64_t winners = 0;      // Places of the winners, each times 31 and the next one added.
  std::uint64_t end_us = 0;       // When winners' votes were home, added up.
  std::uint64_t arrivals_us = 0;  // When votes arrived, since their election began, added up.

  /// A vote has arrived at a place, which votes for `own`, so long after the beginning. True: it is
  /// for a higher id, and goes on.
  bool arrived(std::uint64_t at, std::uint32_t own, std::uint32_t candidate,
               std::int64_t after_us) {
    arrivals_us += static_cast<std::uint64_t>(after_us);
    if (candidate == own) {
      ++elections;
      winners = winners * 31 + at;
      end_us += static_cast<std::uint64_t>(after_us);
    }
    return candidate > own;
  }
};

struct Task {
  std::uint32_t servers = 64;
  std::uint64_t seed = 1;
  std::uint64_t elections = 0;  // 0: for so many seconds.
  double seconds = 0;
};

[[noreturn]] inline void refuse(const char* program) {
  std::fprintf(stderr, "usage: %s SERVERS SEED (elections N | seconds S)\n", program);
  std::exit(2);
}

inline Task task_from(int count, char** words) {
  if (count != 5) refuse(words[0]);
  Task task;
  task.servers = static_cast<std::uint32_t>(std::strtoul(words[1], nullptr, 10));
  task.seed = std::strtoull(words[2], nullptr, 10);
  const std::string unit = words[3];
  if (unit == "elections") task.elections = std::strtoull(words[4], nullptr, 10);
  if (unit == "seconds") task.seconds = std::strtod(words[4], nullptr);
  if (task.servers < 2 || (task.elections == 0 && !(task.seconds > 0))) refuse(words[0]);
  return task;
}

/// Seconds of the processor that this process had: neighbours on the machine take none of them.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Has `ring` elect (`elect(orders, tally)`, one after the other) until the task is done, and
/// prints what came of it. The clock runs while it elects, not while orders are drawn.
template <class Ring>
void perform(const Task& task, Ring& ring) {
  // Enough that reading the clock costs nothing, whatever the size.
  const std::uint64_t batch = 1 + 4096 / task.servers;
  Prng prng(task.seed);
  Tally tally;
  double seconds = 0;
  while (task.elections != 0 ? tally.elections < task.elections : seconds < task.seconds) {
    std::vector<Order> orders;
    while (orders.size() < batch &&
           (task.elections == 0 || tally.elections + orders.size() < task.elections))
      orders.push_back(draw_order(task.servers, prng));
    const double began = processor_seconds();
    ring.elect(orders, tally);
    seconds += processor_seconds() - began;
  }
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      "{\"elections\":%llu,\"votes\":%llu,\"winners\":\"%llu\",\"end_us\":%llu,"
      "\"arrivals_us\":%llu,\"seconds\":%.9f}\n",
      number(tally.elections), number(tally.votes), number(tally.winners), number(tally.end_us),
      number(tally.arrivals_us), seconds);
}

}  // namespace peers
