// What a run looks like to who reads it: machines as lines, events on them, messages between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/member.hpp"
#include "core/message.hpp"
#include "core/trace/member_change.hpp"
#include "core/trace/record.hpp"

namespace peal::trace {

/// Of lists in a story: counted from 0.
using Index = std::uint32_t;
inline constexpr Index none = std::numeric_limits<Index>::max();

/// One server, through all its processes, or one client.
struct Line {
  std::string name;       ///< "server 3", "client 4f2a..."
  ServerId server;        ///< none: a client
  std::uint64_t run = 0;  ///< of the latest process
};

/// One event into a machine.
struct Step {
  Index line = 0;
  std::uint32_t clock_number = 0;  ///< steps with the same were recorded by one clock
  std::int64_t at_us = 0;          ///< of the story, once it is in order
  Instant clock;
  WallTime wall;
  std::string_view kind;              ///< as the type of the event is called; or start, end
  std::uint64_t number = 0;           ///< of the events into this machine, from 1
  std::string text;                   ///< in one line
  std::vector<std::string> effects;   ///< what the machine asked for, but for messages it sent
  std::vector<MemberChange> changes;  ///< in the draft's strings
  Index arrow = none;                 ///< received: by which it came
};

/// One message on its way. from or to none: somebody of whom nothing is recorded.
struct Arrow {
  Index from = none;     ///< line
  Index to = none;       ///< line
  Index sent = none;     ///< step
  Index arrived = none;  ///< step; none: it did not, as far as is known
  std::uint8_t kind = 0;
  std::uint32_t bytes = 0;  ///< of its datagrams
  std::string text;
  std::string ids;       ///< of chat messages inside, with spaces between
  std::string lost_why;  ///< empty: not lost, or nobody knows why
};

/// A time on a line, as what the server thought of itself then.
struct InView {
  Index line = 0;
  Index from = 0;   ///< step
  Index to = none;  ///< step; none: to the end
  View view;
  Role role = Role::looking;
};

/// How a line's process began or ended there.
struct Life {
  Index line = 0;
  Index from = 0;   ///< its start
  Index to = none;  ///< its end; none: it runs, or the recording ends first
  bool clean = false;
};

/// In order: a step never comes before one that it depends on.
struct Story {
  std::string title;
  std::string program;
  std::vector<Line> lines;
  std::vector<Step> steps;
  std::vector<Arrow> arrows;  ///< by when they were sent
  std::vector<InView> views;
  std::vector<Life> lives;
  struct Happened {
    std::int64_t at_us = 0;
    Fact fact;
    std::vector<Index> lines;
  };
  std::vector<Happened> facts;
  std::vector<std::string> notes;  ///< what is missing or does not fit
  std::optional<std::int64_t> start_wall_ms;
  std::int64_t duration_us = 0;
};

/// The line's process ended with this step, and so did its view.
void end_life(Story& story, Index line, Index step, bool clean);

}  // namespace peal::trace
