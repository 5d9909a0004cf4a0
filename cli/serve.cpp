// peal serve: one server of the ring, until a stop signal.
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/command_loop.hpp"
#include "cli/joining.hpp"
#include "cli/output.hpp"
#include "cli/reach.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "core/check.hpp"
#include "runtime/address.hpp"
#include "runtime/log.hpp"
#include "runtime/profile.hpp"
#include "runtime/recorder.hpp"
#include "runtime/server_host.hpp"
#include "sim/whole_number.hpp"

namespace peal::cli {
namespace {

struct ServeOptions {
  Reach reach;
  std::uint64_t id = 0;
  bool id_given = false;
  std::string listen;
  std::vector<std::string> peers;
  std::filesystem::path data;
  std::string log = "info";
  std::uint64_t record_bytes_max = runtime::RecorderOptions{}.bytes_max;
  bool json = false;
};

runtime::ServerHostOptions host_options(const ServeOptions& options) {
  runtime::ServerHostOptions host;
  if (options.id_given) host.id = ServerId{options.id};
  host.data = options.data;
  host.cluster = options.reach.cluster;
  host.config.multicast = !options.reach.no_multicast;
  host.network = options.reach.network();
  host.network.server = true;
  if (!options.listen.empty())
    host.network.listen =
        runtime::parse_endpoint(options.listen, runtime::data_port_default, "--listen");
  for (const std::string& peer : options.peers)
    host.network.peers.push_back(
        runtime::parse_endpoint(peer, runtime::data_port_default, "--peer"));
  const runtime::Profile profile(options.reach.profile_directory());
  host.peers_file = profile.peers_file(options.reach.cluster);
  return host;
}

void print_ready(const runtime::ServerHost& host, bool json) {
  const Endpoint address = host.addresses().empty() ? Endpoint{} : host.addresses().front();
  const std::uint64_t id = host.server().id().value;
  if (json) {
    Json ready;
    ready["event"] = "ready";
    ready["id"] = json_of(id);
    ready["addr"] = text_of(address);
    return print_json(ready);
  }
  std::printf("ready id=%s addr=%s\n", std::to_string(id).c_str(), text_of(address).c_str());
  std::fflush(stdout);
}

/// One server from its start to its end.
class Service {
 public:
  explicit Service(const ServeOptions& options)
      : json_(options.json), cluster_(options.reach.cluster) {
    runtime::ServerWatch watch;
    if (!options.reach.record.empty()) record(options, watch);
    watch.on_notice = [this](const Notice& notice) { on_notice(notice); };
    watch.on_end = [this](const std::string& why) {
      ended_ = why;
      if (recorder_)
        recorder_->end(runtime::Loop::now(),
                       why.empty() ? trace::Ending::left : trace::Ending::stopped, why);
    };
    host_.emplace(loop_.loop(), host_options(options), std::move(watch));
    runtime::log(runtime::LogLevel::info, "server started",
                 fmt::format("id={} entries={} data={}", host_->server().id().value,
                             host_->server().held().count_beyond({}), host_->data().string()));
    for (const std::string& line : host_->network().shortcomings())
      runtime::log(runtime::LogLevel::warning, "network", line);
    if (host_->damaged_entries() > 0)
      runtime::log(runtime::LogLevel::warning, "storage damaged",
                   fmt::format("{} entries were unreadable and are fetched from the others",
                               host_->damaged_entries()));
  }

  ExitCode run() {
    const auto ended = [this] { return ended_.has_value(); };
    if (!loop_.run_until(ended, forever) && !ended()) {
      host_->stop();
      // Comes within two seconds, whatever the others say.
      loop_.loop().run_until(ended, seconds(10));
    }
    if (ended_ && !ended_->empty()) throw failure(*ended_);
    return ExitCode::done;
  }

 private:
  void record(const ServeOptions& options, runtime::ServerWatch& watch) {
    recorder_.emplace(
        runtime::RecorderOptions{
            .directory = options.reach.record,
            .bytes_max = options.record_bytes_max,
            .texts = options.reach.record_redact ? trace::Texts::left_out : trace::Texts::kept,
            .program = version,
            .cluster = options.reach.cluster},
        runtime::Recorder::Watch{
            [](const std::string& why) {
              runtime::log(runtime::LogLevel::warning, "recording stopped",
                           why + "; the server goes on, and tries again every ten seconds");
            },
            [] { runtime::log(runtime::LogLevel::info, "recording goes on", ""); }});
    watch.on_start = [this](Instant now, const Server& server) {
      recorder_->start(now, runtime::Loop::wall(), server);
    };
    watch.on_event = [this](Instant now, const Event& event) { recorder_->before(now, event); };
    watch.on_step = [this](Instant now, const Event& event, const Effects& effects,
                           const Server& server) {
      recorder_->after(now, event.wall, effects, server);
    };
  }

  void on_notice(const Notice& notice) {
    if (const auto* catching_up = std::get_if<CatchingUp>(&notice))
      return join_progress_.show(catching_up->progress);
    join_progress_.clear();
    runtime::log(runtime::describe(notice));
    if (const auto* installed = std::get_if<ViewInstalled>(&notice)) say_whether_alone(*installed);
    // The first notice can come from inside the host's constructor, when there is no host to ask
    // yet.
    if (std::holds_alternative<ViewInstalled>(notice) && !ready_) {
      ready_ = true;
      loop_.loop().post([this] { print_ready(*host_, json_); });
    }
  }

  /// Silence would leave people to guess why their servers do not meet.
  void say_whether_alone(const ViewInstalled& installed) {
    const bool was_alone = std::exchange(alone_, installed.view.members.size() == 1);
    if (!alone_ || was_alone) return;
    runtime::log(runtime::LogLevel::info, "alone",
                 fmt::format("no other server of cluster {} answers; it serves on and goes on "
                             "looking; peal doctor says which ways of discovery work here",
                             harmless(cluster_)));
  }

  bool json_;
  std::string cluster_;
  bool ready_ = false;
  bool alone_ = false;
  JoinProgress join_progress_;
  std::optional<std::string> ended_;
  CommandLoop loop_;
  std::optional<runtime::Recorder> recorder_;
  std::optional<runtime::ServerHost> host_;
};

ExitCode serve(const ServeOptions& options) {
  ignore_broken_pipes();  // A log that nobody reads any more is no reason to stop serving.
  const auto level = runtime::parse_log_level(options.log);
  CHECK(level.has_value());  // The option allows no other words.
  runtime::start_log(*level);
  Service service(options);
  return service.run();
}

}  // namespace

Command add_serve(CLI::App& peal) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* app =
      peal.add_subcommand("serve", "Run one server of the ring until Ctrl-C or SIGTERM");
  CLI::Option* id =
      app->add_option("--id", options->id,
                      "Place in the ring; the highest leads (default: remembered, "
                      "or drawn at the first start)")
          ->type_name("N")
          ->check(CLI::Validator(
              [](const std::string& text) {
                const bool digits =
                    !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
                return digits && text != "0" ? "" : "an id is a whole number above 0";
              },
              "", "id"));
  app->add_option("--listen", options->listen,
                  "Address and port for data (default: all addresses, 7401 or the next free port)")
      ->type_name("ADDR:PORT");
  app->add_option("--peer", options->peers,
                  "Look for the cluster here too (may be repeated), where broadcasts do not arrive")
      ->type_name("ADDR:PORT")
      ->allow_extra_args(false);
  app->add_option(
         "--data", options->data,
         "Directory of the history (default: $XDG_DATA_HOME/peal/CLUSTER/NUMBER, the first "
         "that no running server uses)")
      ->type_name("DIR");
  add_network_options(*app, options->reach);
  add_multicast_option(*app, options->reach);
  app->add_option("--profile", options->reach.profile,
                  "Directory of what all programs share (default: $XDG_CONFIG_HOME/peal)")
      ->type_name("DIR");
  app->add_option("--log", options->log, "Least level of what is logged on standard error")
      ->type_name("LEVEL")
      ->capture_default_str()
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
  CLI::Option* record = add_record_options(*app, options->reach.record,
                                           options->reach.record_redact, "this server lately");
  app->add_option("--record-limit", options->record_bytes_max,
                  "How much of the disk its files take, as 64MiB (default: 256MiB); two files are "
                  "kept, however long they are")
      ->type_name("BYTES")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Validator(
          [](const std::string& text) {
            const auto bytes = sim::whole_number(text, runtime::recording_bytes_max);
            return bytes && *bytes >= runtime::recording_bytes_min
                       ? ""
                       : "a recording takes from 1MiB to 1PiB, as 64MiB";
          },
          "", "limit"))
      ->needs(record);
  app->add_flag("--json", options->json, "Print the ready line as JSON");
  app->footer(
      "Prints one line 'ready id=... addr=...' once it is in a view.\n\n"
      "Examples:\n"
      "  peal serve                                   in three shells: a ring of three\n"
      "  peal serve --id 7 --data /var/lib/peal       a server that keeps its id and history "
      "there\n"
      "  peal serve --peer 192.0.2.7:7401             where broadcasts do not arrive");
  return {app, [options, id] {
            options->id_given = id->count() > 0;
            return serve(*options);
          }};
}

}  // namespace peal::cli
