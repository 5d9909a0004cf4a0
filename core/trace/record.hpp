// What a trace consists of: who began, what happened to whom, who ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/client_io.hpp"
#include "core/digest.hpp"
#include "core/event.hpp"
#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/time.hpp"

namespace peal::trace {

/// What the file says of itself: names and values, such as program 0.4.0, source serve.
struct Heading {
  std::vector<std::pair<std::string, std::string>> facts;
  PEAL_PARTS(facts)
  /// Empty when it says nothing of that.
  [[nodiscard]] std::string fact(const std::string& name) const {
    for (const auto& [key, value] : facts)
      if (key == name) return value;
    return {};
  }
};

/// process: it starts. next_file: it ran before, and the file before this one tells how. gap: it
/// ran before, and nobody wrote down what happened to it.
enum class Beginning : std::uint8_t { process, next_file, gap };
/// A machine is in this state now.
struct Began {
  Sender machine;
  Beginning beginning = Beginning::process;
  Instant clock;
  WallTime wall;
  std::vector<std::uint8_t> state;  ///< as load_server() or load_client() take it
  PEAL_PARTS(machine, beginning, clock, wall, state)
};

/// One event into a machine, when its clock said so.
struct Stepped {
  Instant clock;
  Event event;
};
struct ClientStepped {
  Instant clock;
  ClientEvent event;
};
/// What came of the event before, as check_of() says. An event without one ended the process.
struct Checked {
  std::uint32_t check = 0;
};

/// The machine's digest after all events so far.
struct Digested {
  Instant clock;
  Digest digest;
};

enum class Ending : std::uint8_t { left, stopped, killed };
/// left: as it wanted. stopped: it could not go on. killed: without a word (a simulated crash; a
/// real one leaves no record).
struct Ended {
  Ending how = Ending::left;
  std::string why;
  PEAL_PARTS(how, why)
};

/// Something that was done to the world, which no machine is told. tracks: whom it concerns; none:
/// all of them.
struct Fact {
  static constexpr std::int64_t until_mended = -1;
  std::string kind;  ///< "crash", "pause", "cut", ...
  std::string text;  ///< for people
  std::vector<std::uint32_t> tracks;
  std::int64_t for_us = 0;  ///< how long it lasts; until_mended: until something mends it
  PEAL_PARTS(kind, text, tracks, for_us)
};

/// Instead of records that cannot be read any more, or are missing.
struct Damaged {
  std::size_t offset = 0;  ///< bytes from the beginning of the file; 0: what was before the file
  std::size_t bytes = 0;   ///< 0: a part is missing there
  /// Nothing comes behind it: the process ended while it wrote this, or the file was cut off.
  bool torn = false;
  std::string file{};  ///< its name; empty: the one that is read
  /// They were of the record's track alone, as a merged trace knows; else nobody knows of whom.
  bool of_track = false;
  PEAL_PARTS(offset, bytes, torn, file, of_track)
};

/// at_us: of the whole trace, never going back; of a recording the machine's own clock. track:
/// which machine, as its Began named it.
struct Record {
  std::int64_t at_us = 0;
  std::uint32_t track = 0;
  std::variant<Heading, Began, Stepped, ClientStepped, Checked, Digested, Ended, Fact, Damaged>
      what;
};

}  // namespace peal::trace
