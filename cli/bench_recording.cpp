// What a flight recorder costs a ring of servers: processor time for a message, and throughput.
#include "cli/bench_recording.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/figures.hpp"
#include "cli/load_client.hpp"
#include "cli/local_ring.hpp"
#include "cli/output.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

constexpr Patience warm_up(1'000);

/// What the servers of a ring did for some messages.
struct Work {
  double messages = 0;
  double processor_us = 0;  ///< of all servers
  [[nodiscard]] double us_per_message() const { return processor_us / messages; }
};

/// A ring and the clients that load it, when they are told to.
class LoadedRing {
 public:
  LoadedRing(CommandLoop& loop, const RecordingCostOptions& options, bool records)
      : loop_(loop),
        options_(options),
        ring_(options.servers, {},
              records ? std::vector<std::string>{"--record", "{}"} : std::vector<std::string>{}) {
    for (std::size_t i = 0; i < options.clients; ++i)
      clients_.push_back(std::make_unique<LoadClient>(
          loop, reach_of(ring_), fmt::format("load{}", i + 1), std::string(options.bytes, 'x')));
  }

  void start() {
    for (const auto& client : clients_) client->start(options_.under_way);
  }
  void stop() {
    for (const auto& client : clients_) client->stop();
  }
  [[nodiscard]] bool idle() const {
    return std::ranges::all_of(clients_, [](const auto& client) { return client->idle(); });
  }
  [[nodiscard]] std::uint64_t acked() const {
    std::uint64_t sum = 0;
    for (const auto& client : clients_) sum += client->acked();
    return sum;
  }
  [[nodiscard]] Duration processor_time() const { return ring_.processor_time(); }

 private:
  CommandLoop& loop_;
  const RecordingCostOptions& options_;
  LocalRing ring_;
  std::vector<std::unique_ptr<LoadClient>> clients_;
};

/// Of a round: the second that does not record shows what is due to chance.
enum RingOf : std::size_t { plain, recording, plain_too, rings_of_a_round };

/// What each of the rings did in the same time.
struct RoundOfRings {
  std::array<Work, rings_of_a_round> work;
  double seconds = 0;

  /// The processor time of a message, in parts of that of the ring that does not record.
  [[nodiscard]] double processor(RingOf ring) const {
    return work.at(ring).us_per_message() / work[plain].us_per_message();
  }
  [[nodiscard]] double throughput(RingOf ring) const {
    return work.at(ring).messages / work[plain].messages;
  }
};

/// All at once, as weather changes faster than rings can take turns. A ring that needs more of the
/// processor gets as much of it as the others, and so says less.
class Race {
 public:
  Race(const RecordingCostOptions& options, std::size_t first) : options_(options) {
    for (std::size_t i = 0; i < rings_of_a_round; ++i) {
      const std::size_t ring = (first + i) % rings_of_a_round;
      rings_.at(ring) = std::make_unique<LoadedRing>(loop_, options, ring == recording);
    }
  }

  RoundOfRings run() {
    for (const auto& ring : rings_) ring->start();
    pass(warm_up);
    RoundOfRings round;
    const auto look = [&](double sign) {
      for (std::size_t i = 0; i < rings_of_a_round; ++i) {
        round.work.at(i).messages += sign * static_cast<double>(rings_.at(i)->acked());
        round.work.at(i).processor_us +=
            sign * static_cast<double>(rings_.at(i)->processor_time().us);
      }
      round.seconds += sign * seconds_since(Instant{});
    };
    look(-1);
    pass(Patience(static_cast<std::int64_t>(options_.seconds * 1'000)));
    look(1);
    finish();
    return round;
  }

 private:
  void finish() {
    for (const auto& ring : rings_) ring->stop();
    const auto all_idle = [&] {
      return std::ranges::all_of(rings_, [](const auto& ring) { return ring->idle(); });
    };
    if (!loop_.run_until(all_idle, std::chrono::seconds(60)))
      throw failure("messages of the benchmark were refused or lost");
  }
  void pass(Patience time) {
    loop_.run_until([] { return false; }, time);
    if (stop_requested()) throw failure("interrupted");
  }

  const RecordingCostOptions& options_;
  CommandLoop loop_;
  std::array<std::unique_ptr<LoadedRing>, rings_of_a_round> rings_;
};

/// Half of all are between the quartiles.
struct Spread {
  double lower = 0;
  double median = 0;
  double upper = 0;
};

template <class Of>
Spread spread(const std::vector<RoundOfRings>& rounds, const Of& of) {
  std::vector<double> values;
  for (const RoundOfRings& round : rounds) values.push_back(of(round));
  std::ranges::sort(values);
  const auto at = [&](double part) {
    const double place = part * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (values[above] - values[below]) * (place - static_cast<double>(below));
  };
  return {at(0.25), at(0.5), at(0.75)};
}

Json spread_json(const Spread& spread) {
  return {{"median", spread.median}, {"quartiles", {spread.lower, spread.upper}}};
}

struct Costs {
  Spread plain_us;
  Spread recording_us;
  Spread processor;
  Spread throughput;
  Spread noise;  ///< of a second ring that does not record
};

Costs costs_of(const std::vector<RoundOfRings>& rounds) {
  return {spread(rounds, [](const auto& round) { return round.work[plain].us_per_message(); }),
          spread(rounds, [](const auto& round) { return round.work[recording].us_per_message(); }),
          spread(rounds, [](const auto& round) { return round.processor(recording); }),
          spread(rounds, [](const auto& round) { return round.throughput(recording); }),
          spread(rounds, [](const auto& round) { return round.processor(plain_too); })};
}

Json costs_json(const RecordingCostOptions& options, const std::vector<RoundOfRings>& rounds) {
  const Costs costs = costs_of(rounds);
  Json json{{"servers", options.servers},
            {"rounds", rounds.size()},
            {"processor_us_per_message", spread_json(costs.plain_us)},
            {"processor_us_per_message_recording", spread_json(costs.recording_us)},
            {"processor_ratio", spread_json(costs.processor)},
            {"throughput_ratio", spread_json(costs.throughput)},
            {"noise_ratio", spread_json(costs.noise)},
            {"each", Json::array()}};
  for (const RoundOfRings& round : rounds)
    json["each"].push_back({{"processor_us_per_message", round.work[plain].us_per_message()},
                            {"processor_ratio", round.processor(recording)},
                            {"acked_per_s", round.work[plain].messages / round.seconds},
                            {"throughput_ratio", round.throughput(recording)},
                            {"noise_ratio", round.processor(plain_too)}});
  return json;
}

void print_costs(const std::vector<RoundOfRings>& rounds) {
  Table table({{"round", Table::Align::right},
               {"without", Table::Align::right},
               {"recording", Table::Align::right},
               {"ratio", Table::Align::right},
               {"acknowledged", Table::Align::right},
               {"ratio", Table::Align::right},
               {"noise", Table::Align::right}});
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    const RoundOfRings& round = rounds[i];
    table.add({fmt::format("{}", i + 1),
               fmt::format("{:.2f} us", round.work[plain].us_per_message()),
               fmt::format("{:.2f} us", round.work[recording].us_per_message()),
               fmt::format("{:.3f}", round.processor(recording)),
               fmt::format("{:.0f}/s", round.work[plain].messages / round.seconds),
               fmt::format("{:.3f}", round.throughput(recording)),
               fmt::format("{:.3f}", round.processor(plain_too))});
  }
  table.print(stdout);
  const Costs costs = costs_of(rounds);
  const auto tell = [](const char* what, const Spread& spread) {
    std::puts(fmt::format("{:<48} {:.3f} in the median, half of them from {:.3f} to {:.3f}", what,
                          spread.median, spread.lower, spread.upper)
                  .c_str());
  };
  std::puts("");
  tell("processor time of a message, recording by without", costs.processor);
  tell("messages acknowledged, recording by without", costs.throughput);
  tell("processor time, a second ring without (noise)", costs.noise);
}

}  // namespace

ExitCode recording_cost(const RecordingCostOptions& options) {
  ProgressLine progress(stderr);
  std::vector<RoundOfRings> rounds;
  for (std::size_t i = 0; i < options.rounds; ++i) {
    progress.show(fmt::format("round {} of {} ...", i + 1, options.rounds));
    rounds.push_back(Race(options, i).run());
  }
  progress.clear();
  if (options.json)
    print_json(costs_json(options, rounds));
  else
    print_costs(rounds);
  return ExitCode::done;
}

}  // namespace peal::cli
