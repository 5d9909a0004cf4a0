// Shrinking under a budget of time, with progress, and where the result goes.
#include "cli/sim_shrink.hpp"

#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "cli/figures.hpp"
#include "cli/output.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "runtime/loop.hpp"
#include "sim/shrink/shrink.hpp"
#include "sim/summary.hpp"

namespace peal::cli {
namespace {

std::string with_origin(const sim::Scenario& scenario, std::uint64_t seed) {
  return fmt::format("# Shrunk from: {}\n{}", sim::replay_command(seed),
                     sim::print_scenario(scenario));
}

void write_to(const std::string& file, const std::string& text) {
  if (file.empty()) {
    std::fputs(text.c_str(), stdout);
    return;
  }
  std::ofstream stream(file, std::ios::binary);
  if (!(stream << text).flush())
    throw failure(fmt::format("--out {}: cannot be written", harmless(file)));
}

std::string how_it_ended(const ShrinkRequest& request, const sim::Shrunk& shrunk) {
  if (shrunk.scenario.script.actions.size() > request.actions_max)
    return fmt::format(": too long to read here, see peal sim --shrink {}", request.seed);
  return shrunk.finished ? "" : ": stopped, it may become shorter";
}

}  // namespace

ExitCode run_shrink(const ShrinkRequest& request) {
  const auto failed = sim::broken_run_of(request.seed, request.run);
  if (!failed) {
    std::fputs(fmt::format("seed {} breaks no promise: there is nothing to shrink\n", request.seed)
                   .c_str(),
               stderr);
    return ExitCode::done;
  }
  catch_stop_signals();
  const Instant begin = runtime::Loop::now();
  ProgressLine progress(stderr);
  sim::ShrinkOptions options;
  options.jobs = request.jobs;
  options.run = request.run;
  options.stop = [&] { return stop_requested() || seconds_since(begin) >= request.seconds; };
  options.progress = [&](std::uint64_t trials, std::size_t actions) {
    progress.show(fmt::format("{} trials, {} actions left", trials, actions));
  };
  const auto shrunk = sim::shrink(*failed, options);
  progress.clear();
  if (!shrunk)
    throw failure(
        fmt::format("seed {} breaks a promise ({}: {}), but not as a list of actions alone",
                    request.seed, oracle_name(failed->violation.oracle), failed->violation.what));
  const std::size_t left = shrunk->scenario.script.actions.size();
  if (left <= request.actions_max)
    write_to(request.out, with_origin(shrunk->scenario, request.seed));
  std::fputs(fmt::format("{} actions of {} left after {} trials in {:.1f} s{}\n", left,
                         failed->script.actions.size(), shrunk->trials, seconds_since(begin),
                         how_it_ended(request, *shrunk))
                 .c_str(),
             stderr);
  return ExitCode::failed;
}

}  // namespace peal::cli
