// peal bench join: an empty server joins a ring that has much to tell, while people talk.
#include <array>
#include <fstream>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "cli/bench.hpp"
#include "cli/connection.hpp"
#include "cli/figures.hpp"
#include "cli/local_ring.hpp"
#include "cli/made_history.hpp"
#include "cli/status.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

struct BenchJoinOptions {
  std::size_t servers = 1;
  std::uint64_t entries = 1'000'000;
  std::size_t bytes = 90;
  std::size_t posts_per_s = 200;
  double seconds = 5;
  bool json = false;
};

constexpr Patience join_patience = std::chrono::minutes(30);
const std::array<std::string, 4> talkers = {"ann", "bob", "eve", "joe"};

/// A client that posts when told to, in a room of its own.
class Talker {
 public:
  Talker(CommandLoop& loop, const Reach& reach, const std::string& name)
      : connection_(loop, reach, Connection::Kind::person, name), room_{"#bench-" + name} {
    introduce(connection_, name);
    connection_.submit(JoinRoom{room_});
    connection_.set_handler([this](const ClientEffect& effect) { on_effect(effect); });
  }
  ~Talker() { connection_.set_handler(nullptr); }
  Talker(const Talker&) = delete;
  Talker& operator=(const Talker&) = delete;

  void post() {
    sent_[connection_.say(Post{room_, "this is a message of a usual length, and one of many"})] =
        runtime::Loop::now();
  }
  [[nodiscard]] bool idle() const { return sent_.empty(); }
  /// What was acknowledged since the last call.
  [[nodiscard]] std::vector<Duration> take() { return std::exchange(latencies_, {}); }

 private:
  void on_effect(const ClientEffect& effect) {
    const auto* done = std::get_if<Acknowledged>(&effect);
    if (done == nullptr) return;
    const auto found = sent_.extract(done->ticket);
    if (!found.empty()) latencies_.push_back(runtime::Loop::now() - found.mapped());
  }

  Connection connection_;
  RoomName room_;
  std::map<Ticket, Instant> sent_;  ///< a refused message stays here
  std::vector<Duration> latencies_;
};

/// Posts at a steady rate, whatever is acknowledged: whoever is slow is not asked less.
class Talk {
 public:
  Talk(CommandLoop& loop, const Reach& reach, std::size_t posts_per_s)
      : loop_(loop), every_(microseconds(1'000'000 / static_cast<std::int64_t>(posts_per_s))) {
    for (const std::string& name : talkers)
      talkers_.push_back(std::make_unique<Talker>(loop, reach, name));
  }

  /// Goes on until done() holds or the time is over; what was acknowledged meanwhile.
  std::vector<Duration> until(const std::function<bool()>& done, Patience patience) {
    const Instant end =
        runtime::Loop::now() + microseconds(std::chrono::microseconds(patience).count());
    std::vector<Duration> latencies;
    Instant next = runtime::Loop::now();
    while (runtime::Loop::now() < end && !done()) {
      if (stop_requested()) throw failure("interrupted");
      for (; next <= runtime::Loop::now(); next = next + every_)
        talkers_[turn_++ % talkers_.size()]->post();
      loop_.run_until([&] { return runtime::Loop::now() >= next; }, Patience(1));
    }
    for (const auto& talker : talkers_)
      for (const Duration latency : talker->take()) latencies.push_back(latency);
    if (latencies.empty()) throw failure("no message was acknowledged: is the machine overloaded?");
    return latencies;
  }

  [[nodiscard]] bool all_answered() {
    return loop_.run_until(
        [&] {
          return std::ranges::all_of(talkers_, [](const auto& each) { return each->idle(); });
        },
        std::chrono::seconds(30));
  }

 private:
  CommandLoop& loop_;
  Duration every_;
  std::size_t turn_ = 0;
  std::vector<std::unique_ptr<Talker>> talkers_;
};

/// The most memory that a process has had in RAM, in bytes.
std::uint64_t peak_memory(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  std::string word;
  while (status >> word)
    if (std::uint64_t kib = 0; word == "VmHWM:" && status >> kib) return kib * 1'024;
  return 0;
}

struct JoinResult {
  Duration start_up;  ///< of a server with that history, until it is in a view
  Duration took;
  std::uint64_t bytes = 0;  ///< of the history on the joining server's disk, without its index
  Figures before;
  Figures during;
  Figures after;
  std::uint64_t source_memory = 0;
  std::uint64_t joiner_memory = 0;
};

std::uint64_t size_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

JoinResult measure(const BenchJoinOptions& options, ProgressLine& progress) {
  const auto prepare = [&](const LocalRing& ring, ServerId server, const auto& data) {
    make_history(data, {server, ring.cluster(), options.entries, options.bytes},
                 [&](std::uint64_t made) {
                   progress.show(fmt::format("writing a history: {} of {}", made, options.entries));
                   if (stop_requested()) throw failure("interrupted");
                 });
  };
  LocalRing ring(options.servers, prepare);
  progress.show("starting again ...");
  // Once more, one alone, to see how long that takes.
  const ServerId first{1};
  ring.kill(first);
  const Instant begin = runtime::Loop::now();
  ring.start(first);
  ring.wait_ready(first);
  const Duration start_up = runtime::Loop::now() - begin;

  Reach reach = reach_of(ring);
  reach.timeout_seconds = 60;
  CommandLoop loop;
  Talk talk(loop, reach, options.posts_per_s);
  const auto never_done = [] { return false; };
  const Patience while_quiet(static_cast<std::int64_t>(options.seconds * 1'000));
  talk.until(never_done, Patience(1'000));  // Warms up.
  progress.show("people talk ...");
  const Figures before(talk.until(never_done, while_quiet));

  const ServerId joiner{options.servers + 1};
  const Instant joined_at = runtime::Loop::now();
  ring.start(joiner);
  const Figures during(talk.until(
      [&] {
        progress.show(fmt::format("joining: {}", text_of(runtime::Loop::now() - joined_at)));
        return ring.is_ready(joiner);
      },
      join_patience));
  if (ring.address(joiner).empty()) throw failure("the new server did not become a member");
  const Duration took = runtime::Loop::now() - joined_at;
  const std::filesystem::path file = ring.data_of(joiner) / "history.db";
  const std::uint64_t bytes = size_of(file) + size_of(file.string() + "-wal");
  const Figures after(talk.until(never_done, while_quiet));
  if (!talk.all_answered()) throw failure("messages were refused or lost while a server joined");
  return {start_up,
          took,
          bytes,
          before,
          during,
          after,
          peak_memory(ring.process(first)),
          peak_memory(ring.process(joiner))};
}

double per_second(std::uint64_t amount, Duration took) {
  return static_cast<double>(amount) * 1e6 /
         static_cast<double>(std::max<std::int64_t>(1, took.us));
}

double ratio(const Figures& over, const Figures& under, double part) {
  return static_cast<double>(over.at(part).us) /
         static_cast<double>(std::max<std::int64_t>(1, under.at(part).us));
}

Json latency_json(const Figures& figures) {
  Json json;
  json["acked"] = figures.count();
  json["p50_ms"] = ms_of(figures.at(0.50));
  json["p99_ms"] = ms_of(figures.at(0.99));
  json["max_ms"] = ms_of(figures.max());
  return json;
}

void print(const BenchJoinOptions& options, const JoinResult& result) {
  const double entries_per_s = per_second(options.entries, result.took);
  const double mb_per_s = per_second(result.bytes, result.took) / 1e6;
  if (options.json) {
    Json json;
    json["entries"] = options.entries;
    json["servers"] = options.servers;
    json["start_up_ms"] = ms_of(result.start_up);
    json["join_ms"] = ms_of(result.took);
    json["entries_per_s"] = static_cast<std::uint64_t>(entries_per_s);
    json["mb_per_s"] = static_cast<double>(static_cast<std::uint64_t>(mb_per_s * 100)) / 100;
    json["posts_per_s"] = options.posts_per_s;
    json["before"] = latency_json(result.before);
    json["during"] = latency_json(result.during);
    json["after"] = latency_json(result.after);
    json["p50_ratio"] = ratio(result.during, result.before, 0.50);
    json["p99_ratio"] = ratio(result.during, result.before, 0.99);
    json["source_peak_bytes"] = result.source_memory;
    json["joiner_peak_bytes"] = result.joiner_memory;
    return print_json(json);
  }
  std::puts(fmt::format("an empty server joins {} with {}, {} messages a second meanwhile\n\n"
                        "joined in       {} ({:.0f} entries/s, {:.1f} MB/s)\n"
                        "start-up        {} of a server with that history\n"
                        "latency before  {}\n"
                        "        during  {} ({:.2f} and {:.2f} times as long)\n"
                        "        after   {}\n"
                        "memory          {} MiB at the source, {} MiB at the new server, at most",
                        counted(options.servers, "server"),
                        fmt::format("{} entries", options.entries), options.posts_per_s,
                        text_of(result.took), entries_per_s, mb_per_s, text_of(result.start_up),
                        result.before.summary(), result.during.summary(),
                        ratio(result.during, result.before, 0.50),
                        ratio(result.during, result.before, 0.99), result.after.summary(),
                        result.source_memory >> 20U, result.joiner_memory >> 20U)
                .c_str());
}

ExitCode join(const BenchJoinOptions& options) {
  ProgressLine progress(stderr);
  const JoinResult result = measure(options, progress);
  progress.clear();
  print(options, result);
  return ExitCode::done;
}

struct HistoryOptions {
  std::filesystem::path data;
  MadeHistory made{ServerId{}, "peal", 1'000'000, 90};
};

}  // namespace

Command add_bench_join(CLI::App& bench) {
  auto options = std::make_shared<BenchJoinOptions>();
  CLI::App* app =
      bench.add_subcommand("join", "An empty server joins while people talk: how long, how fast");
  app->add_option("--entries", options->entries, "Entries of the history that it fetches")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1'000, 100'000'000).description(""));
  app->add_option("--servers", options->servers, "Servers that have the history already")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 8).description(""));
  app->add_option("--bytes", options->bytes, "Bytes of a message's text")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 16'384).description(""));
  app->add_option("--posts", options->posts_per_s, "Messages per second meanwhile")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000).description(""));
  app->add_option("--seconds", options->seconds, "How long the time before and after is measured")
      ->type_name("S")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3'600.0).description(""));
  app->add_flag("--json", options->json,
                R"({"join_ms","entries_per_s","mb_per_s","start_up_ms","before":{...},)"
                R"("during":{...},"p50_ratio","p99_ratio",...})");
  app->footer(
      "Examples:\n"
      "  peal bench join\n"
      "  peal bench join --entries 50000 --servers 3 --json | jq .p99_ratio");
  return {app, [options] { return join(*options); }};
}

Command add_bench_history(CLI::App& bench) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App* app = bench.add_subcommand(
      "history", "Write a data directory with a long history that nobody wrote, for trials");
  app->add_option("DIR", options->data, "A new directory, for peal serve --data DIR")->required();
  app->add_option("--id", options->made.server.value, "The server that it belongs to")
      ->type_name("N")
      ->required()
      ->check(CLI::PositiveNumber.description(""));
  app->add_option("--cluster", options->made.cluster, "The cluster that it belongs to")
      ->envname("PEAL_CLUSTER")
      ->type_name("NAME")
      ->capture_default_str();
  app->add_option("--entries", options->made.entries, "Entries")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000'000).description(""));
  app->add_option("--bytes", options->made.text_bytes, "Bytes of a message's text")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 16'384).description(""));
  app->footer(
      "The same options make the same entries, whatever the id.\n\n"
      "Example:\n"
      "  peal bench history /tmp/long --id 7 && peal serve --data /tmp/long");
  return {app, [options] {
            make_history(options->data, options->made);
            return ExitCode::done;
          }};
}

}  // namespace peal::cli
