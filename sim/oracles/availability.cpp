// Waiting for verdicts, and looking for posts that never came.
#include "sim/oracles/availability.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace peal::sim {
namespace {

constexpr std::int64_t not_yet = std::numeric_limits<std::int64_t>::max();

const RoomName* joined_room(const Body& body) {
  if (const auto* join = std::get_if<JoinRoom>(&body)) return &join->room;
  if (const auto* create = std::get_if<CreateRoom>(&body)) return &create->room;
  return nullptr;
}

// Acknowledged, and not lost with every disk that held it.
bool in_history(const Ledger& ledger, MessageIndex message) {
  return ledger.messages()[message].outcome == Outcome::acknowledged && !ledger.gone(message);
}

std::int64_t known_everywhere(const Ledger& ledger, MessageIndex message) {
  const std::int64_t since = ledger.everywhere_since_us(message);
  if (since >= 0) return std::max(since, ledger.messages()[message].settled_at_us);
  // Nothing had to be written: it was so already, but since when is not known.
  return not_yet;
}

// Whether anything but the session's own words may decide if its user is in the room: then homes on
// different sides of a split may rightly differ.
bool admission_was_touched(const Ledger& ledger, UserId user, const RoomName& room) {
  return std::ranges::any_of(ledger.messages(), [&](const MessageFacts& facts) {
    if (const auto* privacy = std::get_if<SetPrivacy>(&facts.body)) return privacy->room == room;
    const auto* removal = std::get_if<RemoveMember>(&facts.body);
    return removal != nullptr && removal->room == room && removal->user == user;
  });
}

// Since when every server knows that the session's user is a member, by this session's own join;
// not_yet when the user may have left since. A home that does not know of a join, on the other side
// of a split, passes over posts of the room; the history of the room has them.
std::int64_t member_since(const Ledger& ledger, SessionIndex session, const RoomName& room) {
  std::int64_t since = not_yet;
  if (admission_was_touched(ledger, ledger.sessions()[session].user, room)) return not_yet;
  for (const SessionFacts& other : ledger.sessions()) {
    if (other.user != ledger.sessions()[session].user) continue;
    const bool own = other.id == ledger.sessions()[session].id;
    for (const MessageIndex index : other.said) {
      const MessageFacts& facts = ledger.messages()[index];
      const auto* leave = std::get_if<LeaveRoom>(&facts.body);
      if (leave != nullptr && leave->room == room) {
        // Another session's leave may win over this one's join, whichever was said first.
        if (!own) return not_yet;
        since = not_yet;
      }
      const RoomName* joined = own ? joined_room(facts.body) : nullptr;
      if (joined != nullptr && *joined == room && in_history(ledger, index))
        since = std::min(since, known_everywhere(ledger, index));
    }
  }
  return since;
}

// Since when the session receives what is said to its user: its own first acknowledged message.
std::int64_t reachable_since(const Ledger& ledger, SessionIndex session) {
  for (const MessageIndex index : ledger.sessions()[session].said) {
    if (in_history(ledger, index)) return ledger.messages()[index].settled_at_us;
  }
  return not_yet;
}

}  // namespace

void Availability::look(const Ledger& ledger, const std::vector<std::uint8_t>& can_work,
                        std::int64_t calm_since_us, std::int64_t patience_us, Judge& judge) {
  std::erase_if(pending_, [&](MessageIndex index) {
    const MessageFacts& facts = ledger.messages()[index];
    return facts.outcome != Outcome::pending || ledger.sessions()[facts.session].ended;
  });
  for (const MessageIndex index : pending_) {
    const MessageFacts& facts = ledger.messages()[index];
    if (can_work[facts.session] == 0) continue;
    const std::int64_t waited = judge.now_us() - std::max(calm_since_us, facts.said_at_us);
    judge.check(Oracle::availability, waited <= patience_us,
                "a client in reach of a working server gets no verdict", [&] {
                  return fmt::format("waiting for {} us: {}", waited, ledger.describe(index));
                });
  }
}

bool Availability::waiting(const Ledger& ledger) const {
  return std::ranges::any_of(pending_, [&](MessageIndex index) {
    const MessageFacts& facts = ledger.messages()[index];
    return facts.outcome == Outcome::pending && !ledger.sessions()[facts.session].ended;
  });
}

Availability::Missing Availability::first_missing(const Ledger& ledger, Judge* judge) const {
  for (SessionIndex session = 0; session < ledger.sessions().size(); ++session) {
    const SessionFacts& reader = ledger.sessions()[session];
    if (reader.ended) continue;
    const std::int64_t direct_since = reachable_since(ledger, session);
    std::vector<std::pair<RoomName, std::int64_t>> rooms;
    for (MessageIndex index = 0; index < ledger.messages().size(); ++index) {
      const MessageFacts& facts = ledger.messages()[index];
      const Destination* to = timeline_of(facts.body);
      if (to == nullptr || !in_history(ledger, index)) continue;
      std::int64_t since = direct_since;
      if (const auto* room = std::get_if<RoomName>(to)) {
        auto known = std::ranges::find(rooms, *room, &std::pair<RoomName, std::int64_t>::first);
        if (known == rooms.end())
          known = rooms.emplace(rooms.end(), *room, member_since(ledger, session, *room));
        since = known->second;
      } else if (std::get<UserId>(*to) != reader.user) {
        continue;
      }
      if (since == not_yet || facts.said_at_us <= since) continue;
      if (ledger.was_skipped(session, index)) continue;
      const bool shown = ledger.was_shown(session, index);
      if (judge != nullptr)
        judge->check(Oracle::availability, shown, "a post never reached one of its addressees",
                     [&] {
                       return fmt::format("person {}, session {}: {}", reader.person,
                                          reader.id.value, ledger.describe(index));
                     });
      if (!shown) return {true, session, index};
    }
  }
  return {};
}

void Availability::finish(const Ledger& ledger, Judge& judge) const {
  for (MessageIndex index = 0; index < ledger.messages().size(); ++index) {
    const MessageFacts& facts = ledger.messages()[index];
    if (ledger.sessions()[facts.session].ended) continue;
    judge.check(Oracle::availability, facts.outcome != Outcome::pending,
                "a message has no verdict in the end", [&] { return ledger.describe(index); });
  }
  (void)first_missing(ledger, &judge);
}

bool Availability::all_delivered(const Ledger& ledger) const {
  return !first_missing(ledger, nullptr).any;
}

}  // namespace peal::sim
