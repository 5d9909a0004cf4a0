// Words for moments and events of a simulated run, and moments as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/inspect/names.hpp"
#include "sim/inspect/timeline.hpp"
#include "sim/inspect/trace_lines.hpp"

namespace peal::cli {

/// "12.500123 s".
[[nodiscard]] std::string seconds_text(std::int64_t us);
/// How long until then: "250 us", "12.3 ms", "4.2 s".
[[nodiscard]] std::string span_text(std::int64_t us);
/// "#1234".
[[nodiscard]] std::string event_text(std::uint64_t event);

/// The event that somebody names: "12.5s", "800ms", "250us" (the last one until then), "#1234", or
/// "violation" (the last one of a run that breaks a promise). Throws Trouble (usage).
[[nodiscard]] std::uint64_t parse_moment(const std::string& text, const sim::Timeline& timeline);

/// What kind of event it is, and whom it is about: "s1 <- s3  Push", "s0 wakes".
[[nodiscard]] std::string what_happens(const sim::Happening& happening, const sim::World& world,
                                       const sim::Names& names);
/// One line for the event, and below it, indented, what it did.
[[nodiscard]] std::string event_lines(const sim::TracedEvent& event, const sim::World& world,
                                      const sim::Names& names);
/// Which promise is broken, where, and how.
[[nodiscard]] std::string violation_text(const sim::Violation& violation, std::uint64_t event);

/// The last lines of a trace, each with its event and time; so many at most, and above them how
/// many of the trace are left out.
[[nodiscard]] std::string trace_text(const std::vector<const sim::TracedEvent*>& events,
                                     const sim::Names& names, std::size_t lines_max);

}  // namespace peal::cli
