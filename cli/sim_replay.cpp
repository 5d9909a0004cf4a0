// What is told about a recording that was made, and about one that was run again.
#include "cli/sim_replay.hpp"

#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "cli/whole_file.hpp"
#include "sim/decisions/replay.hpp"
#include "sim/summary.hpp"

namespace peal::cli {
namespace {

sim::Recording read_recording(const std::string& file) {
  const std::string text = read_whole(file, "--replay");
  try {
    return sim::parse_recording(text);
  } catch (const sim::Damaged& damage) {
    throw usage_error(
        fmt::format("--replay: {} is no recording: {}", harmless(file), harmless(damage.what())));
  }
}

std::string command_of(const ReplayRequest& request) {
  return fmt::format("peal sim --replay {}{}", harmless(request.file),
                     request.lenient ? " --lenient" : "");
}

/// What does not fit, in one line; empty: all of it does.
std::string difference(const sim::Replayed& replayed, const sim::Recording& recording,
                       const std::string& mutant) {
  std::string text;
  if (replayed.divergence) {
    text = to_text(*replayed.divergence, recording);
  } else if (replayed.result.digest != recording.digest) {
    text = fmt::format("all {} decisions fit, but another run came of them: digest {}, recorded {}",
                       replayed.asked, sim::to_hex(replayed.result.digest),
                       sim::to_hex(recording.digest));
  } else {
    return "";
  }
  if (recording.program != version)
    text += fmt::format(" (recorded by {}, this is {})", recording.program, version);
  if (recording.mutant != mutant)
    text += fmt::format(" (recorded with {})",
                        recording.mutant.empty() ? "no mutant" : "the mutant " + recording.mutant);
  return harmless(text);
}

std::string counts_text(const sim::Replayed& replayed) {
  return fmt::format(
      "{}: {} as recorded, {} not recorded and {} out of range, both answered so that "
      "little happens; "
      "{} of the recording not asked for",
      counted(replayed.asked, "decision"), replayed.asked - replayed.missing - replayed.too_large,
      replayed.missing, replayed.too_large, replayed.left_over);
}

void tell_json(const sim::Replayed& replayed, const ReplayRequest& request,
               const std::string& difference) {
  auto json = to_json(replayed.result, command_of(request));
  if (!request.lenient && replayed.divergence) json["result"] = "diverged";
  json["recording"] = request.file;
  json["identical"] = difference.empty();
  json["difference"] = difference.empty() ? Json(nullptr) : Json(difference);
  json["decisions"] = {{"asked", replayed.asked},
                       {"not_recorded", replayed.missing},
                       {"out_of_range", replayed.too_large},
                       {"not_asked", replayed.left_over}};
  print_json(json);
}

void tell(const sim::Replayed& replayed, const ReplayRequest& request,
          const std::string& difference) {
  std::puts(to_text(replayed.result, command_of(request)).c_str());
  if (difference.empty()) {
    std::puts(fmt::format("identical, {}", counted(replayed.asked, "decision")).c_str());
    return;
  }
  std::puts(counts_text(replayed).c_str());
  std::puts(difference.c_str());
}

}  // namespace

ExitCode record_run(const RecordRequest& request) {
  std::vector<sim::Decision> decisions;
  sim::RunOptions run = request.run;
  run.record = &decisions;
  const sim::RunResult result = sim::run(request.seed, run);
  sim::Recording recording = sim::recording_of(result, request.run, std::move(decisions));
  recording.program = version;
  recording.mutant = request.mutant;
  write_whole(request.file, to_text(recording), "--record");
  if (request.json) {
    auto json = to_json(result);
    json["recording"] = {{"file", request.file}, {"decisions", recording.decisions.size()}};
    print_json(json);
  } else {
    std::puts(to_text(result).c_str());
    std::puts(fmt::format("{} recorded in {}", counted(recording.decisions.size(), "decision"),
                          harmless(request.file))
                  .c_str());
  }
  return result.violation ? ExitCode::failed : ExitCode::done;
}

ExitCode replay_run(const ReplayRequest& request) {
  const sim::Recording recording = read_recording(request.file);
  const sim::Replayed replayed =
      replay(recording, request.lenient ? sim::Replay::Rule::by_key : sim::Replay::Rule::in_order,
             request.run);
  const std::string different = difference(replayed, recording, request.mutant);
  const bool wanted = different.empty() || request.lenient;
  if (request.json) {
    tell_json(replayed, request, different);
    return wanted && !replayed.result.violation ? ExitCode::done : ExitCode::failed;
  }
  if (!wanted)
    throw failure(fmt::format("{}: {}{}", harmless(request.file), different,
                              replayed.divergence ? "; --lenient goes on with what fits" : ""));
  tell(replayed, request, different);
  return replayed.result.violation ? ExitCode::failed : ExitCode::done;
}

}  // namespace peal::cli
