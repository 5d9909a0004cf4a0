// peal bench election: how many Vote messages LCR takes, against n*H(n).
#include <algorithm>
#include <deque>
#include <memory>
#include <numeric>
#include <random>

#include <fmt/format.h>

#include "cli/bench.hpp"
#include "cli/output.hpp"
#include "core/check.hpp"
#include "core/voting.hpp"

namespace peal::cli {
namespace {

struct BenchElectionOptions {
  std::size_t servers = 64;
  std::size_t trials = 1'000;
  std::uint64_t seed = 1;
  bool json = false;
};

/// A ring of votes alone: the servers' own voting, each server's successor being the next of
/// `order`, without faults, and all starting at once. How many Vote messages are sent until the
/// highest id's vote is home.
std::uint64_t votes_of(const std::vector<ServerId>& order) {
  struct Arrival {
    std::size_t at;
    Vote vote;
  };
  constexpr std::uint64_t round = 1;
  std::vector<Voting> parts(order.size());
  std::deque<Arrival> under_way;
  std::uint64_t votes = 0;
  const auto send = [&](std::size_t from, Vote vote) {
    ++votes;
    under_way.push_back({(from + 1) % order.size(), std::move(vote)});
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    CHECK(parts[i].enter(round, VoteReason::startup, never));
    auto own = parts[i].own_vote(Member{order[i], Incarnation{i + 1}, {}}, {});
    CHECK(own.has_value());
    send(i, *std::move(own));
  }
  while (true) {
    CHECK(!under_way.empty());  // The highest id's vote always comes home.
    Arrival next = std::move(under_way.front());
    under_way.pop_front();
    const auto verdict = parts[next.at].judge(next.vote, order[next.at]);
    if (verdict == Voting::Verdict::home) {
      CHECK(order[next.at] == *std::max_element(order.begin(), order.end()));
      // Votes that are still under way were sent all the same; none of them goes on from here.
      return votes;
    }
    if (verdict == Voting::Verdict::pass_on) send(next.at, std::move(next.vote));
  }
}

ExitCode election(const BenchElectionOptions& options) {
  std::vector<ServerId> order;
  for (std::size_t i = 1; i <= options.servers; ++i) order.push_back(ServerId{i});
  const std::uint64_t in_order = votes_of(order);
  std::mt19937_64 random(options.seed);
  std::vector<std::uint64_t> votes;
  for (std::size_t trial = 0; trial < options.trials; ++trial) {
    std::shuffle(order.begin(), order.end(), random);
    votes.push_back(votes_of(order));
  }
  const double mean =
      std::accumulate(votes.begin(), votes.end(), 0.0) / static_cast<double>(votes.size());
  double n_h_n = 0;
  for (std::size_t i = 1; i <= options.servers; ++i)
    n_h_n += static_cast<double>(options.servers) / static_cast<double>(i);
  const auto [least, most] = std::minmax_element(votes.begin(), votes.end());
  if (options.json) {
    Json json;
    json["servers"] = options.servers;
    json["trials"] = options.trials;
    json["votes_mean"] = mean;
    json["votes_min"] = *least;
    json["votes_max"] = *most;
    json["n_h_n"] = n_h_n;
    json["votes_in_order_of_ids"] = in_order;
    print_json(json);
    return ExitCode::done;
  }
  std::puts(fmt::format("Vote messages of an election, {} that all start at once, no faults\n\n"
                        "random orders   mean {:.1f}, least {}, most {} ({})\n"
                        "n*H(n)          {:.1f} ({:+.2f} %)\n"
                        "bounds          2n-1 = {}, n(n+1)/2 = {}\n"
                        "order of ids    {}, as in Peal's own ring",
                        counted(options.servers, "server"), mean, *least, *most,
                        counted(options.trials, "trial"), n_h_n, (mean / n_h_n - 1) * 100,
                        2 * options.servers - 1, options.servers * (options.servers + 1) / 2,
                        in_order)
                .c_str());
  return ExitCode::done;
}

}  // namespace

Command add_bench_election(CLI::App& bench) {
  auto options = std::make_shared<BenchElectionOptions>();
  CLI::App* app = bench.add_subcommand("election", "Vote messages of an election, against n*H(n)");
  app->add_option("--servers", options->servers, "Servers of the ring")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 4'096).description(""));
  app->add_option("--trials", options->trials, "Random orders of the ids around the ring")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000).description(""));
  app->add_option("--seed", options->seed, "Other orders")->type_name("N")->capture_default_str();
  app->add_flag("--json", options->json,
                R"({"servers","trials","votes_mean","votes_min","votes_max","n_h_n"})");
  app->footer(
      "Runs the voting that the servers run. LCR was made for rings whose ids come in any order: "
      "n*H(n)\n"
      "votes on average. Peal's ring is sorted by id, which is LCR's best case: 2n-1.\n\n"
      "Examples:\n"
      "  peal bench election\n"
      "  peal bench election --servers 256 --trials 100 --json");
  return {app, [options] { return election(*options); }};
}

}  // namespace peal::cli
