// Reading and writing moments and events.
#include "cli/inspect_text.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trouble.hpp"
#include "sim/whole_number.hpp"

namespace peal::cli {
namespace {

using sim::Happening;

constexpr std::int64_t year_us = 31'557'600'000'000;

struct Unit {
  std::string_view name;
  std::int64_t us;
};
constexpr Unit units[] = {{"us", 1}, {"ms", 1'000}, {"s", 1'000'000}};

/// Digits, perhaps a point and more of them, and a unit. In whole microseconds; what is finer is
/// cut off.
std::optional<std::int64_t> parse_time(std::string_view text) {
  const auto letters = text.find_first_not_of("0123456789.");
  if (letters == std::string_view::npos) return std::nullopt;
  const auto* unit = std::ranges::find(units, text.substr(letters), &Unit::name);
  if (unit == std::end(units)) return std::nullopt;
  const std::string_view number = text.substr(0, letters);
  const auto point = number.find('.');
  const auto before = sim::whole_number(number.substr(0, point));
  if (!before || *before > static_cast<std::uint64_t>(year_us / unit->us)) return std::nullopt;
  std::int64_t us = static_cast<std::int64_t>(*before) * unit->us;
  if (point == std::string_view::npos) return us;
  const std::string_view fraction = number.substr(point + 1);
  if (!sim::whole_number(fraction)) return std::nullopt;
  std::int64_t worth = unit->us;
  for (const char digit : fraction) us += (digit - '0') * (worth /= 10);
  return us;
}

std::string end_of(const sim::Timeline& timeline) {
  return fmt::format("the run ends at {}, {}", seconds_text(timeline.at_us.back()),
                     event_text(timeline.last()));
}

/// A line that says no more than that the event happened.
bool says_the_same(const std::string& line, const std::string& what) { return line == what; }

}  // namespace

std::string seconds_text(std::int64_t us) {
  return fmt::format("{}.{:06} s", us / 1'000'000, us % 1'000'000);
}

std::string span_text(std::int64_t us) {
  if (us < 1'000) return fmt::format("{} us", us);
  if (us < 1'000'000) return fmt::format("{:.1f} ms", static_cast<double>(us) / 1e3);
  return fmt::format("{:.1f} s", static_cast<double>(us) / 1e6);
}

std::string event_text(std::uint64_t event) { return fmt::format("#{}", event); }

std::uint64_t parse_moment(const std::string& text, const sim::Timeline& timeline) {
  if (text == "violation") {
    if (!timeline.result.violation) throw usage_error("violation: this run breaks no promise");
    return timeline.last();
  }
  if (text.starts_with('#')) {
    const auto event = sim::whole_number(std::string_view(text).substr(1));
    if (!event || *event == 0)
      throw usage_error(fmt::format("{}: events are counted from 1, as in #1234", harmless(text)));
    if (*event > timeline.last()) throw usage_error(fmt::format("{}: {}", text, end_of(timeline)));
    return *event;
  }
  const auto us = parse_time(text);
  if (!us)
    throw usage_error(
        fmt::format("{}: write a time (12.5s, 800ms), the number of an event (#1234), or violation",
                    harmless(text)));
  if (*us > timeline.result.simulated_us)
    throw usage_error(fmt::format("{}: {}", text, end_of(timeline)));
  return timeline.event_at(*us);
}

std::string what_happens(const Happening& happening, const sim::World& world,
                         const sim::Names& names) {
  const std::string to =
      happening.kind == Happening::Kind::call ? std::string() : names.of(happening.to);
  switch (happening.kind) {
    case Happening::Kind::datagram:
      return fmt::format("{} <- {}  {}", to, names.of(happening.from),
                         kind_name(std::size_t{happening.message}));
    case Happening::Kind::wake: return to + " wakes";
    case Happening::Kind::written: return fmt::format("the disk of {} has written", to);
    case Happening::Kind::read: return fmt::format("the disk of {} has read", to);
    case Happening::Kind::refused:
      return fmt::format("{} <- refused by {}", to, names.of(happening.from));
    case Happening::Kind::call: return world.player(happening.to).plan(happening.slot);
  }
  return {};
}

std::string event_lines(const sim::TracedEvent& event, const sim::World& world,
                        const sim::Names& names) {
  const std::string what = what_happens(event.happening, world, names);
  const bool arrives = event.happening.kind == Happening::Kind::datagram;
  bool taken = !arrives;
  std::string below;
  for (const std::string& line : event.lines) {
    const std::string readable = names.readable(line);
    if (says_the_same(readable, what)) {
      taken = true;
      continue;
    }
    below += "\n  " + harmless(readable);
  }
  return fmt::format("{}  {}  {}{}", event_text(event.event), seconds_text(event.at_us), what,
                     taken ? "" : "  (no machine takes it)") +
         below;
}

std::string violation_text(const sim::Violation& violation, std::uint64_t event) {
  return fmt::format("{} at {}, {}: {}\n  {}", oracle_name(violation.oracle),
                     seconds_text(violation.at_us), event_text(event), violation.what,
                     harmless(violation.detail));
}

std::string trace_text(const std::vector<const sim::TracedEvent*>& events, const sim::Names& names,
                       std::size_t lines_max) {
  std::vector<std::string> lines;
  std::size_t total = 0;
  for (const sim::TracedEvent* event : events) total += event->lines.size();
  std::size_t left_out = total > lines_max ? total - lines_max : 0;
  std::string text;
  if (left_out != 0) text = fmt::format("({} before)\n", counted(left_out, "line"));
  for (const sim::TracedEvent* event : events) {
    for (const std::string& line : event->lines) {
      if (left_out != 0) {
        --left_out;
        continue;
      }
      text += fmt::format("{:>8}  {:>5}.{:06}  {}\n", event_text(event->event),
                          event->at_us / 1'000'000, event->at_us % 1'000'000,
                          harmless(names.readable(line)));
    }
  }
  return text;
}

}  // namespace peal::cli
