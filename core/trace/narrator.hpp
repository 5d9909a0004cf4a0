// Turns records into steps and letters, machine by machine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/codec/encoder.hpp"
#include "core/trace/letter.hpp"
#include "core/trace/members.hpp"
#include "core/trace/replay.hpp"
#include "core/trace/story.hpp"

namespace peal::trace {

/// Steps of all lines, each line's in its own order; times are those of the traces that they came
/// from.
struct Draft {
  Story story;
  std::vector<Letter> sent;
  std::vector<Letter> received;
  std::uint32_t clocks = 0;             ///< that were met so far
  std::map<std::uint64_t, Index> runs;  ///< incarnations and sessions: whose line
  struct State {
    Index step = 0;
    std::vector<NamedMember> members;
  };
  Strings strings;            ///< paths and values of members
  std::vector<State> states;  ///< with changes: what each process began with
  struct VoteBegun {
    Index step = 0;
    std::uint64_t round = 0;
    VoteReason reason = VoteReason::startup;
  };
  std::vector<VoteBegun> votes;
  /// A message was said, and acknowledged; at a client, or as its home saw it.
  struct Acknowledgement {
    Index said = 0;
    Index told = 0;
  };
  std::vector<Acknowledgement> acknowledgements;
  /// With people: a client says this to a server.
  struct Asked {
    Index step = 0;
    SessionId session;
    Message message;
  };
  std::vector<Asked> asked;
  /// A machine is told that nobody listens at an address.
  struct Refused {
    Index step = 0;
    Endpoint at;
  };
  std::vector<Refused> refused;
  std::vector<std::int64_t> wakes_late_us;  ///< of servers: how long after the deadline each was
  std::vector<Index> with_history;          ///< starts of servers that had entries already
};

struct Detail {
  bool changes = false;  ///< what each event changed in its machine
  bool people = false;   ///< what clients said to servers, as messages
};

/// Tells of one trace, or of the files of one server one after the other.
class Narrator {
 public:
  /// one_clock: all processes were recorded by one, as in a simulated world; else each has its own.
  Narrator(Draft& draft, Detail detail, Texts texts, bool one_clock)
      : draft_(draft),
        detail_(detail),
        replay_(texts),
        one_clock_(one_clock),
        clock_(draft.clocks++) {}

  /// Where the machine did something else than what was recorded, it is told, and not followed any
  /// further.
  void take(const Record& record);

 private:
  [[nodiscard]] Index line_of(const Sender& machine, std::uint32_t track);
  void began(const Record& record, const Began& began);
  void ended(const Record& record, const Ended& ended);
  template <class Stepped>
  void stepped(const Record& record, const Stepped& stepped);
  template <class List>
  void tell_effects(Index step, const Actor& actor, const List& effects);
  void tell_effect(Index step, const Effect& effect);
  void tell_effect(Index step, const ClientEffect& effect);
  void tell_view(Index line, Index step, const Server& server);
  void arrived(Index step, const Received& received);
  void acknowledged(Index step, const Submitted& submitted, const Endpoint& to);
  void send(Index step, const Sender& sender, const Message& message,
            const std::optional<Endpoint>& to);
  void lost(const Record& record, const Damaged& damaged);
  void note(const Mismatch& mismatch);
  Index add_step(Index line, const Record& record, std::string_view kind, std::string text);
  [[nodiscard]] const Life* life_of(Index line) const;
  [[nodiscard]] std::uint32_t bytes_of(const Sender& sender, const Message& message);

  Draft& draft_;
  Detail detail_;
  Replay replay_;
  bool one_clock_;
  std::set<std::uint32_t> lost_;  ///< tracks of which records are missing since the machine began
  std::uint32_t clock_;
  codec::Encoder encoder_;
  std::map<std::uint32_t, Index> lines_;            ///< by track
  std::map<std::uint32_t, Members> known_;          ///< by track: its state after the last event
  std::map<Index, Index> last_;                     ///< step of each line
  std::map<Index, std::size_t> latest_life_;        ///< of each line, in the story's lives
  std::map<Index, std::size_t> latest_view_;        ///< of each line, in the story's views
  std::map<std::pair<Index, Ticket>, Index> said_;  ///< at clients
  std::map<std::pair<Index, MessageId>, Index> submitted_;    ///< at homes
  std::map<std::pair<Index, Endpoint>, SessionId> sessions_;  ///< at homes
};

}  // namespace peal::trace
