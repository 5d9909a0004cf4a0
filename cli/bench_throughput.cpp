// peal bench throughput: acknowledged messages, durable on a majority of three, one at a time and
// in bulk.
#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "cli/bench.hpp"
#include "cli/bench_recording.hpp"
#include "cli/figures.hpp"
#include "cli/load_client.hpp"
#include "cli/local_ring.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "cli/wire_meter.hpp"

namespace peal::cli {
namespace {

struct BenchThroughputOptions {
  std::size_t servers = 3;
  std::size_t clients = 32;
  std::size_t under_way = 128;
  std::size_t bytes = 90;
  double seconds = 5;
  std::size_t record_rounds = 0;  ///< 0: nothing is recorded
  bool json = false;
};

struct ThroughputResult {
  double acked_per_s = 0;
  Figures latency;
  WireCounters wire;        ///< of all servers, in some while of this
  std::uint64_t acked = 0;  ///< in that while
};

/// `clients` with `under_way` messages each, for so long after a second of warming up.
ThroughputResult measure(const LocalRing& ring, const BenchThroughputOptions& options,
                         std::size_t clients, std::size_t under_way) {
  const Reach reach = reach_of(ring);
  CommandLoop loop;
  std::vector<std::unique_ptr<LoadClient>> loads;
  for (std::size_t i = 0; i < clients; ++i)
    loads.push_back(std::make_unique<LoadClient>(
        loop, reach, fmt::format("load{}of{}", i + 1, clients), std::string(options.bytes, 'x')));
  for (const auto& load : loads) load->start(under_way);
  const auto pass = [&](Patience time) {
    loop.run_until([] { return false; }, time);
    if (stop_requested()) throw failure("interrupted");
  };
  WireMeter meter(loop, ring, reach);
  const auto acked = [&] {
    std::uint64_t sum = 0;
    for (const auto& load : loads) sum += load->acked();
    return sum;
  };
  pass(std::chrono::seconds(1));
  const WireCounters wire_before = meter.look();
  const std::uint64_t acked_before = acked();
  for (const auto& load : loads) load->record(true);
  const Instant begin = runtime::Loop::now();
  pass(Patience(static_cast<std::int64_t>(options.seconds * 1'000)));
  const Duration took = runtime::Loop::now() - begin;
  for (const auto& load : loads) load->record(false);
  const WireCounters wire = between(wire_before, meter.look());
  const std::uint64_t acked_meanwhile = acked() - acked_before;
  for (const auto& load : loads) load->stop();
  const auto all_idle = [&] {
    return std::all_of(loads.begin(), loads.end(), [](const auto& load) { return load->idle(); });
  };
  if (!loop.run_until(all_idle, std::chrono::seconds(30)))
    throw failure("messages of the benchmark were refused or lost");
  std::vector<Duration> all;
  for (const auto& load : loads)
    all.insert(all.end(), load->latencies().begin(), load->latencies().end());
  if (all.empty()) throw failure("no message was acknowledged: see the ring's load, or try again");
  return {static_cast<double>(all.size()) * 1e6 / static_cast<double>(took.us),
          Figures(std::move(all)), wire, acked_meanwhile};
}

double per_message(const ThroughputResult& result, const std::string& counter) {
  const auto found = result.wire.find(counter);
  if (found == result.wire.end() || result.acked == 0) return 0;
  const double each = static_cast<double>(found->second) / static_cast<double>(result.acked);
  return std::round(each * 100) / 100;
}

/// What all servers together send and receive for one acknowledged message: among themselves, and
/// to and from the client.
Json wire_json(const ThroughputResult& result) {
  Json json;
  for (const char* what : {"datagrams sent", "bytes sent", "datagrams received", "bytes received"})
    json[what] = per_message(result, what);
  const std::string of_kind = "bytes sent ";
  for (const auto& [name, value] : result.wire)
    if (name.starts_with(of_kind))
      json["by_kind"][name.substr(of_kind.size())] = per_message(result, name);
  return json;
}

Json result_json(const ThroughputResult& result) {
  Json json;
  json["acked_per_s"] = static_cast<std::uint64_t>(result.acked_per_s);
  json["p50_ms"] = ms_of(result.latency.at(0.50));
  json["p99_ms"] = ms_of(result.latency.at(0.99));
  json["per_message"] = wire_json(result);
  return json;
}

ExitCode throughput(const BenchThroughputOptions& options) {
  if (options.record_rounds != 0)
    return recording_cost({.servers = options.servers,
                           .clients = options.clients,
                           .under_way = options.under_way,
                           .bytes = options.bytes,
                           .seconds = options.seconds,
                           .rounds = options.record_rounds,
                           .json = options.json});
  ProgressLine progress(stderr);
  progress.show("one in flight ...");
  const LocalRing ring(options.servers);
  const ThroughputResult single = measure(ring, options, 1, 1);
  progress.show("in bulk ...");
  const ThroughputResult bulk = measure(ring, options, options.clients, options.under_way);
  progress.clear();
  if (options.json) {
    Json json;
    json["acked_per_s"] = static_cast<std::uint64_t>(bulk.acked_per_s);
    json["p50_ms"] = ms_of(single.latency.at(0.50));
    json["p99_ms"] = ms_of(single.latency.at(0.99));
    json["servers"] = options.servers;
    json["one_in_flight"] = result_json(single);
    json["bulk"] = result_json(bulk);
    json["bulk"]["clients"] = options.clients;
    print_json(json);
    return ExitCode::done;
  }
  std::puts(fmt::format("acknowledged messages of {} bytes, durable on a majority of {}\n\n"
                        "one in flight      {:>8.0f}/s   {}\n"
                        "{:>3} clients, bulk  {:>8.0f}/s   {}\n\n"
                        "servers send       {:>8.0f} bytes in {:.1f} datagrams a message, one in "
                        "flight\n"
                        "                   {:>8.0f} bytes in {:.1f} datagrams a message, in bulk",
                        options.bytes, counted(options.servers, "server"), single.acked_per_s,
                        single.latency.summary(), options.clients, bulk.acked_per_s,
                        bulk.latency.summary(), per_message(single, "bytes sent"),
                        per_message(single, "datagrams sent"), per_message(bulk, "bytes sent"),
                        per_message(bulk, "datagrams sent"))
                .c_str());
  return ExitCode::done;
}

}  // namespace

Command add_bench_throughput(CLI::App& bench) {
  auto options = std::make_shared<BenchThroughputOptions>();
  CLI::App* app = bench.add_subcommand("throughput",
                                       "Acknowledged messages per second, and how long one takes");
  app->add_option("--servers", options->servers, "Servers, real processes on loopback")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 16).description(""));
  app->add_option("--clients", options->clients, "Clients in bulk")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000).description(""));
  app->add_option("--bytes", options->bytes, "Bytes of a message's text")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 16'384).description(""));
  app->add_option("--seconds", options->seconds, "How long each is measured")
      ->type_name("S")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3'600.0).description(""));
  app->add_option("--record-rounds", options->record_rounds,
                  "In bulk only, in so many rounds: what recording costs, as processor time and as "
                  "throughput, with and without in turns")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000).description(""));
  app->add_flag("--json", options->json,
                R"({"acked_per_s" in bulk,"p50_ms","p99_ms" one in flight,)"
                R"("one_in_flight":{...},"bulk":{...}})");
  app->footer(
      "Examples:\n"
      "  peal bench throughput\n"
      "  peal bench throughput --record-rounds 10 --seconds 2\n"
      "  peal bench throughput --clients 8 --seconds 20 --json");
  return {app, [options] { return throughput(*options); }};
}

}  // namespace peal::cli
