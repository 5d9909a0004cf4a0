// Recordings of several machines as the records of one trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/trace/narrator.hpp"
#include "core/trace/record.hpp"
#include "core/trace/redaction.hpp"

namespace peal::trace {

/// Takes recordings one after the other, each in its order, and then says all of their records in
/// the order of their story. The clocks of the machines stay what they were; what stands beside
/// them is the time of the story.
class Merger {
 public:
  /// What is taken from now on was written by another recorder, whose tracks are its own.
  /// one_clock: as a Narrator takes it.
  void next_recording(Texts texts, bool one_clock);
  void take(Record record);

  struct Merged {
    std::vector<Record> records;
    Story story;
    /// Notes that nothing in the records says.
    std::vector<std::string> uncertain;
  };
  [[nodiscard]] Merged finish() &&;

 private:
  struct Taken {
    Record record;
    Index step = none;  ///< that it made, or comes behind; none: it comes before all
    std::optional<std::size_t> fact;
  };
  /// Where the machine of a track of this recording is in the merged trace.
  struct Place {
    std::optional<Sender> machine;
    std::uint32_t track = 0;
  };
  [[nodiscard]] Place& place_of(std::uint32_t track);
  void began(std::uint32_t track, const Sender& machine);

  Draft draft_;
  std::optional<Narrator> narrator_;
  bool one_clock_ = false;
  Index step_ = none;
  std::uint32_t tracks_ = 0;
  std::map<std::uint32_t, Place> places_;  ///< of this recording, by its tracks
  std::vector<Taken> taken_;
};

}  // namespace peal::trace
