// peal bench failover: from kill -9 of the leader's process to the next acknowledged message.
#include <memory>
#include <random>

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

struct BenchFailoverOptions {
  std::size_t servers = 5;
  std::size_t trials = 20;
  bool json = false;
};

const RoomName bench_room{"#bench"};
constexpr std::size_t load_under_way = 8;
constexpr Patience settle_patience = std::chrono::seconds(30);

/// The ring and a client that posts, at rest or all the time.
class Trials {
 public:
  explicit Trials(std::size_t servers) : ring_(servers), reach_(reach_of(ring_)) {
    asker_ = std::make_unique<Connection>(loop_, reach_, Connection::Kind::asks_only);
  }

  /// Under load the client may have any home; it posts all the time, and the clock runs until the
  /// first message posted after the kill is acknowledged. Idle, its home is not the leader, and
  /// nobody says a word before a new leader is known; the message posted then stops the clock.
  std::vector<Duration> measure(bool load, std::size_t trials, ProgressLine& progress) {
    Reach reach = reach_;
    if (!load) {
      reach.servers = {ring_.address(ServerId{1})};
      reach.pin = true;
    }
    connection_ = std::make_unique<Connection>(loop_, reach, Connection::Kind::person, "bench");
    introduce(*connection_, "bench");
    connection_->submit(JoinRoom{bench_room});
    connection_->set_handler([this](const ClientEffect& effect) { on_effect(effect); });
    std::vector<Duration> times;
    for (std::size_t i = 0; i < trials; ++i) {
      progress.show(fmt::format("{}: {} of {}", load ? "under load" : "idle", i + 1, trials));
      times.push_back(load ? under_load() : idle());
    }
    connection_.reset();
    return times;
  }

 private:
  ServerId settled_leader();
  void wait(const std::function<bool()>& done, const char* what);
  void on_effect(const ClientEffect& effect);
  void post();
  void fill();
  Duration under_load();
  Duration idle();
  void revive(ServerId server);

  LocalRing ring_;
  Reach reach_;
  CommandLoop loop_;
  std::unique_ptr<Connection> asker_;
  std::unique_ptr<Connection> connection_;
  std::mt19937_64 random_{std::random_device{}()};
  std::size_t under_way_ = 0;
  Ticket posted_;        ///< the latest
  Ticket acknowledged_;  ///< the latest
  ViewId view_;
  bool loading_ = false;
};

void Trials::wait(const std::function<bool()>& done, const char* what) {
  if (loop_.run_until(done, settle_patience)) return;
  if (stop_requested()) throw failure("interrupted");
  throw failure(
      fmt::format("{} within {} s", what,
                  std::chrono::duration_cast<std::chrono::seconds>(settle_patience).count()));
}

/// Waits until every server is an up to date member; the leader's id.
ServerId Trials::settled_leader() {
  const Instant end = runtime::Loop::now() + seconds(60);
  while (runtime::Loop::now() < end) {
    const StatusAnswer status = status_of(*asker_);
    bool settled = status.view && status.servers.size() == ring_.servers().size();
    for (const ServerStatus& server : status.servers)
      settled =
          settled && server.alive && (server.role == Role::member || server.role == Role::leader);
    if (settled && ring_.runs(status.view.leader)) return status.view.leader;
    loop_.run_until([] { return false; }, Patience(20));
    if (stop_requested()) throw failure("interrupted");
  }
  throw failure("the ring did not settle within 60 s after a kill");
}

void Trials::on_effect(const ClientEffect& effect) {
  if (const auto* done = std::get_if<Acknowledged>(&effect)) {
    acknowledged_ = done->ticket;
    --under_way_;
    if (loading_) fill();
  } else if (const auto* learned = std::get_if<ViewLearned>(&effect)) {
    view_ = learned->view.id;
  } else if (const auto* connected = std::get_if<Connected>(&effect)) {
    view_ = connected->view.id;
  }
}

void Trials::post() {
  posted_ =
      connection_->say(Post{bench_room, "is anybody there? this is a message of a usual length"});
  ++under_way_;
}

void Trials::fill() {
  while (under_way_ < load_under_way) post();
}

Duration Trials::under_load() {
  const ServerId leader = settled_leader();
  loading_ = true;
  fill();
  // Some while of steady load, so that the kill falls anywhere between two heartbeats.
  loop_.run_until([] { return false; }, Patience(300 + random_() % 100));
  const Instant killed = runtime::Loop::now();
  ring_.kill(leader);
  post();
  const Ticket first = posted_;
  wait([&] { return acknowledged_ >= first; }, "no message was acknowledged after the kill");
  const Duration took = runtime::Loop::now() - killed;
  loading_ = false;
  wait([this] { return under_way_ == 0; }, "messages were not acknowledged");
  revive(leader);
  return took;
}

Duration Trials::idle() {
  const ServerId leader = settled_leader();
  wait([&] { return view_.leader == leader; }, "the client did not learn of the view");
  // As long as it takes to learn how regularly the leader's heartbeats come, and at any phase of
  // them.
  loop_.run_until([] { return false; }, Patience(1'000 + random_() % 100));
  const Instant killed = runtime::Loop::now();
  ring_.kill(leader);
  wait([&] { return view_.leader != leader; }, "no other leader was elected");
  post();
  const Ticket first = posted_;
  wait([&] { return acknowledged_ >= first; }, "no message was acknowledged after the kill");
  const Duration took = runtime::Loop::now() - killed;
  revive(leader);
  return took;
}

void Trials::revive(ServerId server) {
  ring_.start(server);
  ring_.wait_ready(server);
}

Json figures_json(const Figures& figures) {
  Json json;
  json["trials"] = figures.count();
  json["p50_ms"] = ms_of(figures.at(0.50));
  json["p99_ms"] = ms_of(figures.at(0.99));
  json["max_ms"] = ms_of(figures.max());
  json["all_ms"] = Json::array();
  for (const Duration each : figures.sorted()) json["all_ms"].push_back(ms_of(each));
  return json;
}

ExitCode failover(const BenchFailoverOptions& options) {
  ProgressLine progress(stderr);
  Trials trials(options.servers);
  const Figures load(trials.measure(true, options.trials, progress));
  const Figures idle(trials.measure(false, options.trials, progress));
  progress.clear();
  if (options.json) {
    Json json = figures_json(load);
    json["servers"] = options.servers;
    json["idle"] = figures_json(idle);
    print_json(json);
    return ExitCode::done;
  }
  std::puts(fmt::format("kill -9 of the leader to the next acknowledged message, {}, {} each\n\n"
                        "under load  {}\n            {}\n\nidle        {}\n            {}",
                        counted(options.servers, "server"), counted(options.trials, "trial"),
                        load.summary(), load.histogram(), idle.summary(), idle.histogram())
                .c_str());
  return ExitCode::done;
}

}  // namespace

Command add_bench_failover(CLI::App& bench) {
  auto options = std::make_shared<BenchFailoverOptions>();
  CLI::App* app = bench.add_subcommand(
      "failover", "kill -9 of the leader's process to the next acknowledged message");
  app->add_option("--servers", options->servers, "Servers, real processes on loopback")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(3, 16).description(""));
  app->add_option("--trials", options->trials, "Kills under load, and as many while nobody talks")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000).description(""));
  app->add_flag(
      "--json", options->json,
      R"({"trials","p50_ms","p99_ms","max_ms","all_ms"} under load; "idle": the same idle)");
  app->footer(
      "Under load: messages all the time; until the first one posted after the kill is "
      "acknowledged.\n"
      "Idle: nobody says a word for a second before the kill, nor until a new leader is known;\n"
      "until the message posted then is acknowledged.\n\n"
      "Examples:\n"
      "  peal bench failover --trials 100\n"
      "  peal bench failover --json | jq .p99_ms");
  return {app, [options] { return failover(*options); }};
}

}  // namespace peal::cli
