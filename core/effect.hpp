// What a server asks of its driver: the only way anything gets out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/endpoint.hpp"
#include "core/event.hpp"
#include "core/mark.hpp"
#include "core/message.hpp"
#include "core/parts.hpp"

namespace peal {

/// Send one message from the data socket. Drivers encode it with the machine's own Sender.
struct Send {
  Endpoint to;
  Message message;
  PEAL_PARTS(to, message)
};
/// Send one message by all ways of discovery at once, from the data socket.
struct Broadcast {
  Message message;
  PEAL_PARTS(message)
};
/// Send one message to a multicast group by every interface, from the data socket.
struct Multicast {
  Endpoint group;
  Message message;
  PEAL_PARTS(group, message)
};
/// Make these entries durable, then answer with Written{token} or WriteFailed{token}. Writes
/// complete in the order given; an entry that is stored already is left as it is, but for one that
/// was given back as damaged: the new one takes its place. Once one fails, all that were given
/// before its failure was told fail too, so that no log on the disk has a hole.
struct Write {
  Token token;
  std::vector<SharedEntry> entries;
  PEAL_PARTS(token, entries)
};
/// Entries of one log from `first` on, in order, at most `limit` of them and about `bytes` in all.
struct RangeRead {
  LogId log;
  std::uint64_t first = 0;
  std::uint32_t limit = 0;
  std::size_t bytes = 0;
  PEAL_PARTS(log, first, limit, bytes)
};
/// Posts of a room (a set), or between two users (b set as well), latest first, before a key, at
/// most `limit`.
struct TimelineRead {
  RoomName room;
  UserId a;
  UserId b;
  std::optional<EntryKey> before;
  std::uint32_t limit = 0;
  PEAL_PARTS(room, a, b, before, limit)
};
/// Posts and edits that carry what people read now (texts_now()) and have these words
/// (has_words()), latest first, before a key, at most `limit` (a few more when several have the
/// very time of the last). In a room when one is set; else between `self` and `with`, when that is
/// set; else in all rooms but the hidden ones, and the direct posts of and to `self`, when that is
/// set.
struct SearchRead {
  std::vector<std::string> words;
  std::optional<RoomName> room;
  UserId self;
  UserId with;
  std::vector<RoomName> hidden;  ///< sorted
  std::optional<EntryKey> before;
  std::uint32_t limit = 0;
  PEAL_PARTS(words, room, self, with, hidden, before, limit)
};
/// The numbers of all messages of a session, as far as `upto` covers their entries.
struct SessionRead {
  SessionId session;
  VersionVector upto;
  PEAL_PARTS(session, upto)
};
/// Answer with ReadDone{token} or ReadFailed{token}; reads may complete in any order, and see all
/// writes that completed before.
using ReadQuery = std::variant<RangeRead, TimelineRead, SearchRead, SessionRead>;
struct Read {
  Token token;
  ReadQuery query;
  PEAL_PARTS(token, query)
};

/// For people and logs; no protocol meaning, but for IdTaken and Left, after which the driver ends
/// the process.
struct ViewInstalled {
  View view;
  PEAL_PARTS(view)
};
struct VoteStarted {
  std::uint64_t round = 0;
  VoteReason reason = VoteReason::startup;
  PEAL_PARTS(round, reason)
};
struct ServerSuspected {
  ServerId server;
  PEAL_PARTS(server)
};
struct ServerRemoved {
  ServerId server;
  PEAL_PARTS(server)
};
struct MergeProposed {
  ServerId leader;
  PEAL_PARTS(leader)
};
/// Each time that the leader says how much is missing.
struct CatchingUp {
  Joining progress;
  PEAL_PARTS(progress)
};
/// The cluster has limits::members_max servers; this one waits until one of them leaves.
struct ClusterFull {
  PEAL_PARTS()
};
struct IdTaken {
  Endpoint by;
  PEAL_PARTS(by)
};
struct DiskFailed {
  DiskTrouble trouble = DiskTrouble::failing;
  std::string reason;
  PEAL_PARTS(trouble, reason)
};
struct DiskHealed {
  PEAL_PARTS()
};
/// A wall clock is more than a second off what most servers have; in a view of two, off the other.
struct ClockSkewed {
  ServerId server;
  Duration ahead;  ///< negative: behind
  PEAL_PARTS(server, ahead)
};
/// The disk gave this entry back damaged; it is fetched from another server.
struct EntryDamaged {
  EntryId entry;
  PEAL_PARTS(entry)
};
/// It is stored whole again.
struct EntryHealed {
  EntryId entry;
  PEAL_PARTS(entry)
};
struct Left {
  PEAL_PARTS()
};
/// An operator said that this server is no more: its addresses are of no use.
struct ServerForgotten {
  Member member;
  PEAL_PARTS(member)
};
/// Clients are sent away, this many at first; or no more are.
struct DrainBegun {
  std::size_t sessions = 0;
  PEAL_PARTS(sessions)
};
struct DrainEnded {
  PEAL_PARTS()
};
/// No session is left here.
struct Drained {
  PEAL_PARTS()
};
using Notice =
    std::variant<ViewInstalled, VoteStarted, ServerSuspected, ServerRemoved, MergeProposed,
                 CatchingUp, ClusterFull, IdTaken, DiskFailed, DiskHealed, ClockSkewed,
                 EntryDamaged, EntryHealed, Left, ServerForgotten, DrainBegun, DrainEnded, Drained>;

using Effect = std::variant<Send, Broadcast, Multicast, Write, Read, Notice, Mark>;

/// An ordered list that the driver reuses. Effects are to be carried out in order.
/// Out of line, as whoever includes this would otherwise make all of it anew: seconds of compiling.
class Effects {
 public:
  Effects();
  Effects(const Effects&);
  Effects(Effects&&) noexcept;
  Effects& operator=(const Effects&);
  Effects& operator=(Effects&&) noexcept;
  ~Effects();

  void send(Endpoint to, Message message);
  void broadcast(Message message);
  void add(Effect effect);
  void note(Notice notice);
  void mark(Mark mark);
  void clear();
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] std::vector<Effect>& list() { return list_; }
  [[nodiscard]] const std::vector<Effect>& list() const { return list_; }

 private:
  std::vector<Effect> list_;
};

}  // namespace peal
