// The table of options and what they go with.
#include "cli/sim_asked.hpp"

#include <array>
#include <bit>
#include <string>

#include <fmt/format.h>

#include "cli/trouble.hpp"

namespace peal::cli {
namespace {

constexpr unsigned operator|(Asked a, Asked b) {
  return static_cast<unsigned>(a) | static_cast<unsigned>(b);
}
constexpr unsigned operator|(unsigned a, Asked b) { return a | static_cast<unsigned>(b); }

// By their bits.
constexpr std::array asked_words = {"--seed N",        "--seed N --stop-at TIME",
                                    "--seed N --why",  "--seed N --enumerate WHAT:KIND",
                                    "--scenario FILE", "--shrink N",
                                    "--seeds A..B",    "--minutes M",
                                    "--resume FILE",   "--corpus DIR alone",
                                    "--explore",       "--replay FILE",
                                    "--list-faults"};

struct Fit {
  const char* option;
  unsigned asked;
};

constexpr unsigned campaign = Asked::seeds | Asked::minutes | Asked::resume;

// What belongs to --explore alone is in its own group.
constexpr std::array fits = {
    Fit{"--jobs", campaign | Asked::corpus | Asked::shrink | Asked::why},
    Fit{"--shard", Asked::seeds | Asked::nothing},
    Fit{"--report", campaign},
    Fit{"--corpus", campaign | Asked::corpus},
    Fit{"--run-seconds", campaign | Asked::corpus},
    Fit{"--fail-fast", campaign},
    Fit{"--faults",
        campaign | Asked::seed | Asked::look | Asked::why | Asked::enumerate | Asked::shrink},
    Fit{"--shrink-seconds", Asked::shrink | Asked::nothing},
    Fit{"--out", Asked::shrink | Asked::nothing},
    Fit{"--lines", Asked::seed | Asked::enumerate | Asked::scenario | Asked::replay},
    Fit{"--trace", Asked::seed | Asked::enumerate | Asked::scenario | Asked::replay},
    Fit{"--view", Asked::seed | Asked::enumerate | Asked::scenario | Asked::replay},
    Fit{"--record", Asked::seed | Asked::nothing},
    Fit{"--lenient", Asked::replay | Asked::nothing},
    Fit{"--stop-at", Asked::look | Asked::nothing},
    Fit{"--why", Asked::why | Asked::nothing},
    Fit{"--why-runs", Asked::why | Asked::nothing},
    Fit{"--enumerate", Asked::enumerate | Asked::nothing},
    Fit{"--first", Asked::enumerate | Asked::nothing},
    Fit{"--runs-max", Asked::enumerate | Asked::nothing},
    Fit{"--answers", Asked::enumerate | Asked::nothing},
    Fit{"--json", campaign | Asked::seed | Asked::why | Asked::enumerate | Asked::scenario |
                      Asked::corpus | Asked::explore | Asked::replay | Asked::fault_list},
};

constexpr std::array runs = {"--seed",   "--seeds",  "--scenario", "--shrink", "--minutes",
                             "--resume", "--corpus", "--explore",  "--replay", "--list-faults"};

bool given(const CLI::App& app, const char* option) {
  const CLI::Option* found = app.get_option_no_throw(option);
  return found != nullptr && found->count() != 0;
}

std::string words_of(unsigned asked) {
  std::string words;
  for (unsigned bit = 0; bit < asked_words.size(); ++bit) {
    if ((asked >> bit & 1U) == 0) continue;
    const bool last = asked >> (bit + 1) == 0;
    words += fmt::format("{}{}", words.empty() ? "" : last ? " or " : ", ", asked_words.at(bit));
  }
  return words;
}

Asked asked_of_seed(const SimOptions& options) {
  if (options.why) return Asked::why;
  if (!options.stop_at.empty()) return Asked::look;
  return options.enumerate.enumerate() ? Asked::enumerate : Asked::seed;
}

}  // namespace

Asked asked_of(const SimOptions& options) {
  if (options.list_faults) return Asked::fault_list;
  if (options.explore.explore) return Asked::explore;
  if (!options.seed.empty()) return asked_of_seed(options);
  if (!options.replay.empty()) return Asked::replay;
  if (!options.scenario.empty()) return Asked::scenario;
  if (!options.shrink.empty()) return Asked::shrink;
  if (!options.seeds.empty()) return Asked::seeds;
  if (!options.resume.empty()) return Asked::resume;
  if (options.minutes > 0) return Asked::minutes;
  return options.corpus.empty() ? Asked::nothing : Asked::corpus;
}

void refuse_idle_options(const CLI::App& app, Asked asked) {
  for (const Fit& fit : fits) {
    if ((fit.asked & static_cast<unsigned>(asked)) != 0 || !given(app, fit.option)) continue;
    // What makes a look at a seed, goes with a seed.
    std::string with = words_of(fit.asked);
    if (std::has_single_bit(fit.asked) && with.find(fit.option) != std::string::npos)
      with = words_of(Asked::seed | Asked::nothing);
    if (asked == Asked::nothing)
      throw usage_error(fmt::format("{} goes with {}", fit.option, with));
    throw usage_error(fmt::format("{} says nothing to {}: it goes with {}", fit.option,
                                  words_of(static_cast<unsigned>(asked)), with));
  }
}

void refuse_all_options(const CLI::App& app) {
  const auto refuse = [&](const char* option) {
    if (given(app, option))
      throw usage_error(
          fmt::format("{} does not go with merge: what is for that, stands behind it", option));
  };
  for (const char* option : runs) refuse(option);
  for (const Fit& fit : fits) refuse(fit.option);
}

}  // namespace peal::cli
