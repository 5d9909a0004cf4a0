// The latest part of a run's trace, event by event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "sim/world.hpp"

namespace peal::sim {

/// What one event did, as its trace tells it. What a run does between two events, such as mending
/// everything, is told with the later one.
struct TracedEvent {
  std::uint64_t event = 0;
  std::int64_t at_us = 0;
  Happening happening;
  std::vector<std::string> lines;  ///< without their times
};

/// A trace is written to stream(), and cut into events by happened().
class TraceLines {
 public:
  /// Keeps that many events, the latest.
  explicit TraceLines(std::size_t events_kept = 20'000) : events_kept_(events_kept) {}

  [[nodiscard]] std::ostream* stream() { return &written_; }
  void happened(const World& world, const Happening& happening);
  /// Events without a line are in it, too.
  [[nodiscard]] const std::deque<TracedEvent>& events() const { return events_; }
  void clear();

 private:
  std::size_t events_kept_;
  std::ostringstream written_;
  std::deque<TracedEvent> events_;
};

}  // namespace peal::sim
