// peal bench fanout: a post to a room until its last member sees it, with and without multicast.
#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "cli/bench.hpp"
#include "cli/connection.hpp"
#include "cli/figures.hpp"
#include "cli/local_ring.hpp"
#include "cli/status.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

struct BenchFanoutOptions {
  std::size_t servers = 3;
  std::size_t members = 100;
  std::size_t posts = 1'000;
  std::size_t bytes = 90;
  double seconds = 3;
  bool json = false;
};

struct FanoutResult {
  Figures latency;  ///< one post at a time
  double datagrams_per_post = 0;
  double by_multicast = 0;  ///< part of the deliveries, of 1
  double delivered_per_s = 0;
};

constexpr Patience post_patience = std::chrono::seconds(30);
/// Enough for every home to learn whether groups reach its clients.
constexpr std::size_t warm_up_posts = 200;
constexpr std::size_t bulk_senders = 4;
/// As many as a client has under way.
constexpr std::size_t bulk_under_way = 64;

/// The members of one room, all in this process.
class FanoutRoom {
 public:
  FanoutRoom(const LocalRing& ring, const BenchFanoutOptions& options, bool multicast)
      : options_(options),
        reach_(reach_of(ring)),
        room_{multicast ? "#by-multicast" : "#by-unicast"},
        text_(options.bytes, 'x') {
    reach_.no_multicast = !multicast;
    for (std::size_t i = 0; i < options.members; ++i) admit(ring, i);
  }
  ~FanoutRoom() {
    for (const auto& member : members_) member->set_handler(nullptr);
  }
  FanoutRoom(const FanoutRoom&) = delete;
  FanoutRoom& operator=(const FanoutRoom&) = delete;

  FanoutResult measure() {
    for (std::size_t i = 0; i < warm_up_posts; ++i) post_and_wait();
    const Wire before = wire();
    std::vector<Duration> times;
    for (std::size_t i = 0; i < options_.posts; ++i) times.push_back(post_and_wait());
    // What clients acknowledge with some delay belongs to these posts.
    pass(Patience(50));
    const Wire after = wire();
    const auto posts = static_cast<double>(options_.posts);
    const auto deliveries = posts * static_cast<double>(members_.size());
    FanoutResult result{Figures(std::move(times))};
    result.datagrams_per_post = static_cast<double>(after.datagrams - before.datagrams) / posts;
    result.by_multicast =
        static_cast<double>(after.by_multicast - before.by_multicast) / deliveries;
    result.delivered_per_s = bulk();
    return result;
  }

 private:
  /// What passed between servers and these clients.
  struct Wire {
    std::uint64_t datagrams = 0;
    std::uint64_t by_multicast = 0;  ///< deliveries
  };

  void admit(const LocalRing& ring, std::size_t number) {
    // Spread over the homes, as people's clients are.
    const auto ids = ring.servers();
    reach_.servers = {ring.address(ids[number % ids.size()])};
    reach_.pin = true;
    const std::string name = fmt::format("{}{}", room_.value.substr(1), number + 1);
    members_.push_back(std::make_unique<Connection>(loop_, reach_, Connection::Kind::person, name));
    Connection& member = *members_.back();
    introduce(member, name);
    member.submit(JoinRoom{room_});
    member.set_handler([this, number](const ClientEffect& effect) { on_effect(number, effect); });
    if (stop_requested()) throw failure("interrupted");
  }

  void on_effect(std::size_t member, const ClientEffect& effect) {
    if (const auto* arrived = std::get_if<Arrived>(&effect)) {
      if (std::holds_alternative<Post>(arrived->delivery.body)) ++seen_;
    } else if (std::holds_alternative<Acknowledged>(effect) && bulk_) {
      post(member);
    }
  }

  void post(std::size_t member) {
    members_[member]->say(Post{room_, text_});
    ++posted_;
  }

  [[nodiscard]] bool all_seen() const { return seen_ == posted_ * members_.size(); }

  Duration post_and_wait() {
    const Instant begin = runtime::Loop::now();
    post(0);
    wait_for_all();
    return runtime::Loop::now() - begin;
  }

  void wait_for_all() {
    if (loop_.run_until([this] { return all_seen(); }, post_patience)) return;
    if (stop_requested()) throw failure("interrupted");
    throw failure(
        fmt::format("of {} deliveries {} did not arrive within {} s", posted_ * members_.size(),
                    posted_ * members_.size() - seen_,
                    std::chrono::duration_cast<std::chrono::seconds>(post_patience).count()));
  }

  void pass(Patience time) {
    loop_.run_until([] { return false; }, time);
    if (stop_requested()) throw failure("interrupted");
  }

  double bulk() {
    bulk_ = true;
    for (std::size_t sender = 0; sender < std::min(bulk_senders, members_.size()); ++sender)
      for (std::size_t i = 0; i < bulk_under_way; ++i) post(sender);
    pass(Patience(500));
    const std::uint64_t before = seen_;
    const Instant begin = runtime::Loop::now();
    pass(Patience(static_cast<std::int64_t>(options_.seconds * 1'000)));
    const Duration took = runtime::Loop::now() - begin;
    const std::uint64_t seen = seen_ - before;
    bulk_ = false;
    wait_for_all();
    return static_cast<double>(seen) * 1e6 / static_cast<double>(took.us);
  }

  Wire wire() {
    Wire wire;
    for (const auto& member : members_) {
      const runtime::NetworkCounters counters = member->network_counters();
      wire.datagrams += counters.sent + counters.received - counters.received_from_groups;
    }
    // A datagram to a group is one, however many hear it.
    for (const auto& [name, value] : counters_of_all()) {
      if (name == "multicast datagrams") wire.datagrams += value;
      if (name == "deliveries by multicast") wire.by_multicast += value;
    }
    return wire;
  }

  std::map<std::string, std::uint64_t> counters_of_all() {
    std::map<std::string, std::uint64_t> sum;
    std::map<ServerId, Endpoint> homes;
    for (const auto& member : members_)
      if (member->home()) homes.emplace(member->home()->home, member->home()->at);
    for (const auto& [id, at] : homes) {
      Reach reach = reach_;
      reach.servers = {text_of(at)};
      Connection asker(loop_, reach, Connection::Kind::asks_only);
      for (const Counter& counter : status_of(asker).counters) sum[counter.name] += counter.value;
    }
    return sum;
  }

  BenchFanoutOptions options_;
  Reach reach_;
  RoomName room_;
  std::string text_;
  CommandLoop loop_;
  std::vector<std::unique_ptr<Connection>> members_;
  std::uint64_t posted_ = 0;
  std::uint64_t seen_ = 0;
  bool bulk_ = false;
};

Json result_json(const FanoutResult& result) {
  Json json;
  json["delivered_per_s"] = static_cast<std::uint64_t>(result.delivered_per_s);
  json["p50_ms"] = ms_of(result.latency.at(0.50));
  json["p99_ms"] = ms_of(result.latency.at(0.99));
  json["max_ms"] = ms_of(result.latency.max());
  json["datagrams_per_post"] = result.datagrams_per_post;
  json["by_multicast"] = result.by_multicast;
  return json;
}

std::string result_text(const char* way, const FanoutResult& result) {
  return fmt::format(
      "{:<10}  {}\n{:<10}  {:.1f} datagrams a post, {:.0f} % by multicast\n{:<10}  "
      "{:.0f} deliveries/s in bulk",
      way, result.latency.summary(), "", result.datagrams_per_post, 100 * result.by_multicast, "",
      result.delivered_per_s);
}

ExitCode fanout(const BenchFanoutOptions& options) {
  ProgressLine progress(stderr);
  progress.show("a room by multicast ...");
  const LocalRing ring(options.servers);
  const FanoutResult multicast = FanoutRoom(ring, options, true).measure();
  progress.show("a room by unicast ...");
  const FanoutResult unicast = FanoutRoom(ring, options, false).measure();
  progress.clear();
  if (options.json) {
    Json json = result_json(multicast);
    json["servers"] = options.servers;
    json["members"] = options.members;
    json["posts"] = options.posts;
    json["unicast"] = result_json(unicast);
    print_json(json);
    return ExitCode::done;
  }
  std::puts(fmt::format("a post of {} bytes to a room of {}, {}, one in flight, until the last "
                        "member has it\n\n{}\n\n{}",
                        options.bytes, options.members, counted(options.servers, "server"),
                        result_text("multicast", multicast), result_text("unicast", unicast))
                .c_str());
  return ExitCode::done;
}

}  // namespace

Command add_bench_fanout(CLI::App& bench) {
  auto options = std::make_shared<BenchFanoutOptions>();
  CLI::App* app = bench.add_subcommand(
      "fanout", "A post to a room until its last member has it, by multicast and by unicast");
  app->add_option("--servers", options->servers, "Servers, real processes on loopback")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 16).description(""));
  app->add_option("--members", options->members, "Members of the room, all in this process")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(2, 1'000).description(""));
  app->add_option("--posts", options->posts, "Posts, one in flight")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000).description(""));
  app->add_option("--bytes", options->bytes, "Bytes of a post's text")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 16'384).description(""));
  app->add_option("--seconds", options->seconds, "How long bulk is measured")
      ->type_name("S")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3'600.0).description(""));
  app->add_flag("--json", options->json,
                R"({"delivered_per_s" in bulk,"p50_ms","p99_ms" one in flight,)"
                R"("datagrams_per_post",...,"unicast":{...}})");
  app->footer(
      "Datagrams: between servers and clients, acknowledgements included; one to a group counts "
      "once.\n\n"
      "Examples:\n"
      "  peal bench fanout\n"
      "  peal bench fanout --members 200 --json");
  return {app, [options] { return fanout(*options); }};
}

}  // namespace peal::cli
