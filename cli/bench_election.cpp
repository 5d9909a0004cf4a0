// peal bench election: how many Vote messages LCR takes, against n*H(n), and how fast it is
// simulated.
#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <time.h>

#include "cli/bench.hpp"
#include "cli/figures.hpp"
#include "cli/output.hpp"
#include "cli/stop.hpp"
#include "sim/first_election.hpp"
#include "sim/lcr_ring.hpp"

namespace peal::cli {
namespace {

struct BenchElectionOptions {
  std::size_t servers = 64;
  std::size_t trials = 1'000;
  double seconds = 0;  // 0: as many as `trials` says.
  std::uint64_t seed = 1;
  bool whole = false;
  bool json = false;
};

/// Seconds of the processor that this process had: neighbours on the machine take none of them.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

bool goes_on(const BenchElectionOptions& options, std::size_t trials, double seconds) {
  if (stop_requested()) throw failure("interrupted");
  return options.seconds > 0 ? seconds < options.seconds : trials < options.trials;
}

double per(double count, double of) { return of > 0 ? count / of : 0; }

// --- The ring of votes alone

/// Many elections. What is added up lets others who ran the same ones compare: tests/bench/peers.
struct Elections {
  std::size_t trials = 0;
  std::uint64_t votes = 0;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t most = 0;
  std::uint64_t winners = 0;  // Their places, each time times 31.
  std::uint64_t end_us = 0;
  std::uint64_t arrivals_us = 0;
  double seconds = 0;

  void add(const sim::LcrOutcome& outcome) {
    ++trials;
    votes += outcome.votes;
    least = std::min(least, outcome.votes);
    most = std::max(most, outcome.votes);
    winners = winners * 31 + outcome.winner;
    end_us += static_cast<std::uint64_t>(outcome.end_us);
    arrivals_us += outcome.arrivals_us;
  }
  [[nodiscard]] double mean() const { return per(static_cast<double>(votes), trials_run()); }
  [[nodiscard]] double elections_per_s() const { return per(trials_run(), seconds); }
  [[nodiscard]] double votes_per_s() const { return per(static_cast<double>(votes), seconds); }

 private:
  [[nodiscard]] double trials_run() const { return static_cast<double>(trials); }
};

/// The clock runs while the ring elects, not while orders are drawn.
Elections elect(const BenchElectionOptions& options, sim::LcrRing& ring) {
  // So many that reading the clock costs nothing, whatever the size.
  const std::size_t batch = 1 + 4'096 / options.servers;
  Prng prng(options.seed);
  Elections elections;
  while (goes_on(options, elections.trials, elections.seconds)) {
    std::vector<sim::LcrOrder> orders;
    while (orders.size() < batch &&
           (options.seconds > 0 || elections.trials + orders.size() < options.trials))
      orders.push_back(sim::draw_lcr_order(options.servers, prng));
    const double began = processor_seconds();
    for (const sim::LcrOrder& order : orders) elections.add(ring.elect(order));
    elections.seconds += processor_seconds() - began;
  }
  return elections;
}

std::uint64_t votes_in_order_of_ids(std::size_t servers) {
  sim::LcrOrder order;
  for (std::size_t i = 1; i <= servers; ++i) order.ids.push_back(ServerId{i});
  order.delays_us.assign(servers, 1);
  return sim::LcrRing(servers).elect(order).votes;
}

double n_h_n(std::size_t servers) {
  double sum = 0;
  for (std::size_t i = 1; i <= servers; ++i)
    sum += static_cast<double>(servers) / static_cast<double>(i);
  return sum;
}

Json json_of(const BenchElectionOptions& options, const Elections& elections, Digest digest) {
  Json json;
  json["servers"] = options.servers;
  json["trials"] = elections.trials;
  json["votes_mean"] = elections.mean();
  json["votes_min"] = elections.least;
  json["votes_max"] = elections.most;
  json["n_h_n"] = n_h_n(options.servers);
  json["votes_in_order_of_ids"] = votes_in_order_of_ids(options.servers);
  json["votes"] = elections.votes;
  json["winners"] = std::to_string(elections.winners);
  json["end_us"] = elections.end_us;
  json["arrivals_us"] = elections.arrivals_us;
  json["seconds"] = elections.seconds;
  json["elections_per_s"] = elections.elections_per_s();
  json["votes_per_s"] = elections.votes_per_s();
  json["digest"] = text_of(digest);
  return json;
}

ExitCode bare(const BenchElectionOptions& options) {
  sim::LcrRing ring(options.servers);
  const Elections elections = elect(options, ring);
  if (options.json) {
    print_json(json_of(options, elections, ring.digest()));
    return ExitCode::done;
  }
  const std::size_t n = options.servers;
  std::puts(fmt::format("Vote messages of an election, {} that all start at once, no faults\n\n"
                        "random orders   mean {:.1f}, least {}, most {} ({})\n"
                        "n*H(n)          {:.1f} ({:+.2f} %)\n"
                        "bounds          2n-1 = {}, n(n+1)/2 = {}\n"
                        "order of ids    {}, as in Peal's own ring\n"
                        "simulated       {:.0f} elections/s, {:.0f} votes/s on one core",
                        counted(n, "server"), elections.mean(), elections.least, elections.most,
                        counted(elections.trials, "trial"), n_h_n(n),
                        (elections.mean() / n_h_n(n) - 1) * 100, 2 * n - 1, n * (n + 1) / 2,
                        votes_in_order_of_ids(n), elections.elections_per_s(),
                        elections.votes_per_s())
                .c_str());
  return ExitCode::done;
}

// --- Complete servers

struct Starts {
  std::vector<Duration> one_view;
  std::uint64_t elections = 0;
  std::uint64_t votes = 0;
  std::uint64_t datagrams = 0;
  std::uint64_t events = 0;
  Hasher digest;
  std::size_t failed = 0;
  double seconds = 0;

  void add(const sim::FirstElection& start) {
    one_view.push_back(Duration{start.one_view_us});
    elections += start.elections;
    votes += start.stats.sent[Message(Vote{}).index()];
    datagrams += start.stats.datagrams;
    events += start.stats.events;
    digest.add(start.digest.high).add(start.digest.low);
  }
  [[nodiscard]] double mean(std::uint64_t sum) const {
    return per(static_cast<double>(sum), static_cast<double>(one_view.size()));
  }
  [[nodiscard]] double per_s(std::uint64_t count) const {
    return per(static_cast<double>(count), seconds);
  }
};

Starts start_servers(const BenchElectionOptions& options) {
  Starts starts;
  for (std::uint64_t i = 0; goes_on(options, i, starts.seconds); ++i) {
    const double began = processor_seconds();
    const sim::FirstElection start = sim::first_election(options.seed + i, options.servers);
    starts.seconds += processor_seconds() - began;
    if (!start.violation && start.one_view_us >= 0) {
      starts.add(start);
      continue;
    }
    ++starts.failed;
    std::fprintf(
        stderr, "peal bench election: seed %s: %s\n", std::to_string(start.seed).c_str(),
        start.violation ? start.violation->what.c_str() : "no single view within a minute");
  }
  return starts;
}

ExitCode whole(const BenchElectionOptions& options) {
  if (options.servers > limits::members_max)
    throw usage_error(fmt::format("complete servers form rings of at most {}: say --servers {}",
                                  limits::members_max, limits::members_max));
  const Starts starts = start_servers(options);
  if (starts.one_view.empty()) return ExitCode::failed;
  const Figures one_view(starts.one_view);
  if (options.json) {
    Json json;
    json["servers"] = options.servers;
    json["trials"] = starts.one_view.size();
    json["one_view_p50_ms"] = ms_of(one_view.at(0.50));
    json["one_view_p99_ms"] = ms_of(one_view.at(0.99));
    json["elections"] = starts.elections;
    json["votes"] = starts.votes;
    json["datagrams"] = starts.datagrams;
    json["events"] = starts.events;
    json["seconds"] = starts.seconds;
    json["trials_per_s"] = starts.per_s(starts.one_view.size());
    json["events_per_s"] = starts.per_s(starts.events);
    json["digest"] = text_of(starts.digest.digest());
    print_json(json);
  } else {
    std::puts(fmt::format("{} that all start at once, complete, oracles and digest on ({})\n\n"
                          "one view     p50 {}, p99 {} after the start, in simulated time\n"
                          "a start      {:.1f} Vote messages, {:.1f} datagrams, {:.0f} events\n"
                          "simulated    {:.1f} starts/s, {:.0f} events/s on one core",
                          counted(options.servers, "server"),
                          counted(starts.one_view.size(), "trial"), text_of(one_view.at(0.50)),
                          text_of(one_view.at(0.99)), starts.mean(starts.votes),
                          starts.mean(starts.datagrams), starts.mean(starts.events),
                          starts.per_s(starts.one_view.size()), starts.per_s(starts.events))
                  .c_str());
  }
  return starts.failed == 0 ? ExitCode::done : ExitCode::failed;
}

}  // namespace

Command add_bench_election(CLI::App& bench) {
  auto options = std::make_shared<BenchElectionOptions>();
  CLI::App* app = bench.add_subcommand("election", "Vote messages of an election, against n*H(n)");
  app->add_option("--servers", options->servers, "Servers of the ring")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 4'096).description(""));
  CLI::Option* trials =
      app->add_option("--trials", options->trials, "Random orders of the ids around the ring")
          ->type_name("N")
          ->capture_default_str()
          ->check(CLI::Range(1, 1'000'000'000).description(""));
  app->add_option("--seconds", options->seconds, "As many as take so long, instead of --trials")
      ->type_name("S")
      ->check(CLI::Range(0.001, 3'600.0).description(""))
      ->excludes(trials);
  app->add_option("--seed", options->seed, "Other orders")->type_name("N")->capture_default_str();
  app->add_flag("--whole", options->whole,
                "Complete servers from their start to one view, not their votes alone");
  app->add_flag("--json", options->json,
                R"({"servers","trials","votes_mean",...,"elections_per_s","votes_per_s",...})");
  app->footer(
      "Runs the voting that the servers run. LCR was made for rings whose ids come in any order: "
      "n*H(n)\n"
      "votes on average. Peal's ring is sorted by id, which is LCR's best case: 2n-1.\n"
      "scripts/bench-sim-peers runs the same elections in other simulators.\n\n"
      "Examples:\n"
      "  peal bench election\n"
      "  peal bench election --servers 256 --trials 100 --json\n"
      "  peal bench election --servers 5 --whole --trials 50");
  return {app, [options] {
            catch_stop_signals();
            return options->whole ? whole(*options) : bare(*options);
          }};
}

}  // namespace peal::cli
