// peal trace diff: where two runs part.
#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trace_input.hpp"
#include "cli/trace_show.hpp"

namespace peal::cli {
namespace {

/// What a machine was told and asked for, event by event, whatever the others did meanwhile.
using Telling = std::vector<const trace::Step*>;
using Tellings = std::map<std::string, Telling>;

Tellings by_machine(const trace::Story& story) {
  Tellings tellings;
  // Sessions are drawn at random, so that a client is known by when it came.
  std::map<trace::Index, std::string> names;
  std::size_t clients = 0;
  for (const trace::Step& step : story.steps) {
    const trace::Line& line = story.lines[step.line];
    const auto [name, fresh] = names.try_emplace(step.line, line.name);
    if (fresh && !line.server) name->second = fmt::format("client no. {}", ++clients);
    tellings[name->second].push_back(&step);
  }
  return tellings;
}

bool same(const trace::Step& a, const trace::Step& b) {
  return a.kind == b.kind && a.text == b.text && a.effects == b.effects && a.clock == b.clock;
}

/// The first place where they are not the same.
std::optional<std::size_t> parts_at(const Telling& a, const Telling& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
    if (i >= a.size() || i >= b.size() || !same(*a[i], *b[i])) return i;
  return std::nullopt;
}

struct Parting {
  std::string machine;
  std::size_t event = 0;
  const trace::Step* before = nullptr;  ///< null: it has no such event
  const trace::Step* after = nullptr;
  [[nodiscard]] std::int64_t at_us() const { return (before ? before : after)->at_us; }
};

std::vector<Parting> partings_of(const Tellings& before, const Tellings& after) {
  std::vector<Parting> partings;
  const Telling nothing;
  std::map<std::string, bool> names;
  for (const auto& [name, telling] : before) names[name] = true;
  for (const auto& [name, telling] : after) names[name] = true;
  for (const auto& [name, known] : names) {
    const Telling& a = before.contains(name) ? before.at(name) : nothing;
    const Telling& b = after.contains(name) ? after.at(name) : nothing;
    const auto at = parts_at(a, b);
    if (!at) continue;
    partings.push_back(
        {name, *at, *at < a.size() ? a[*at] : nullptr, *at < b.size() ? b[*at] : nullptr});
  }
  std::ranges::sort(partings, {}, [](const Parting& parting) {
    return std::pair(parting.at_us(), parting.machine);
  });
  return partings;
}

void print_step(const char* sign, Colour colour, const trace::Step* step, std::size_t event) {
  if (step == nullptr) {
    std::puts(paint(colour,
                    fmt::format("{} {}", sign, event == 0 ? "no such machine" : "nothing more"),
                    stdout)
                  .c_str());
    return;
  }
  std::puts(paint(colour,
                  fmt::format("{} {:.6f} s  {}  {}", sign, static_cast<double>(step->at_us) / 1e6,
                              step->kind, harmless(step->text)),
                  stdout)
                .c_str());
  for (const std::string& effect : step->effects)
    std::puts(paint(colour, fmt::format("{}   => {}", sign, harmless(effect)), stdout).c_str());
}

Json side_json(const trace::Step* step) {
  if (step == nullptr) return nullptr;
  return {{"at_s", static_cast<double>(step->at_us) / 1e6},
          {"event", std::string(step->kind)},
          {"text", step->text},
          {"effects", step->effects}};
}

}  // namespace

ExitCode compare_traces(const std::string& before, const std::string& after, bool json) {
  const trace::Draft a = tell_story(open_traces({before}), {});
  const trace::Draft b = tell_story(open_traces({after}), {});
  const std::vector<Parting> partings = partings_of(by_machine(a.story), by_machine(b.story));
  if (json) {
    Json all = Json::array();
    for (const Parting& parting : partings)
      all.push_back({{"machine", parting.machine},
                     {"event", parting.event},
                     {"before", side_json(parting.before)},
                     {"after", side_json(parting.after)}});
    print_json({{"same", partings.empty()}, {"partings", std::move(all)}});
  } else if (partings.empty()) {
    std::puts(fmt::format("the same: {} into {}", counted(a.story.steps.size(), "event"),
                          counted(a.story.lines.size(), "machine"))
                  .c_str());
  } else {
    const Parting& first = partings.front();
    std::puts(fmt::format("{} is the first to differ, at its event {}:", first.machine, first.event)
                  .c_str());
    print_step("-", Colour::red, first.before, first.event);
    print_step("+", Colour::green, first.after, first.event);
    for (std::size_t i = 1; i < partings.size(); ++i)
      std::puts(fmt::format("{} differs from its event {} on, at {:.6f} s", partings[i].machine,
                            partings[i].event, static_cast<double>(partings[i].at_us()) / 1e6)
                    .c_str());
  }
  return partings.empty() ? ExitCode::done : ExitCode::failed;
}

}  // namespace peal::cli
