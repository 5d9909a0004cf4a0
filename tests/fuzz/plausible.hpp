// Messages that fit to what a server is doing right now, so that a fuzzer gets beyond its guards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/message.hpp"
#include "core/server.hpp"
#include "core/settled.hpp"
#include "tests/fuzz/byte_source.hpp"
#include "tests/support/filler.hpp"

namespace peal::fuzz {

// The small world of these messages: servers, incarnations, logs, sessions and users are 1 to 7.
inline constexpr ServerId self{5};

[[nodiscard]] inline Endpoint address_of(std::uint64_t id) {
  return ipv4_endpoint(192, 0, 2, static_cast<std::uint8_t>(id), 7401);
}
[[nodiscard]] inline Member member_of(std::uint64_t id) {
  return {ServerId{id}, Incarnation{id}, {address_of(id)}};
}
[[nodiscard]] inline UserId user_of(std::uint64_t id) {
  UserId user;
  user.bytes[15] = static_cast<std::uint8_t>(id);
  return user;
}

/// Builds one message after the other from a fuzzer's decisions.
class Plausible {
 public:
  Plausible(const Server& server, ByteSource& source) : server_(server), source_(source) {}

  /// From another server or from a client, most often something that its receiver expects.
  [[nodiscard]] Packet next() {
    const std::uint64_t peer = pick({1, 3, 7});
    const std::uint64_t session = 1 + source_.below(3);
    const Sender from_server{ServerId{peer}, peer};
    const Sender from_client{{}, session};
    switch (source_.below(8)) {
      case 0: return {from_server, membership(peer)};
      case 1: return {from_server, watch(peer)};
      case 2: return {from_server, voting(peer)};
      case 3: return {from_server, replication(peer)};
      case 4: return {from_server, routing(session)};
      case 5: return {from_client, client(session)};
      case 6: return {from_client, query()};
      default: return {source_.below(2) == 0 ? from_server : from_client, anything()};
    }
  }

 private:
  std::uint64_t pick(std::initializer_list<std::uint64_t> choices) {
    return choices.begin()[source_.below(choices.size())];
  }
  /// A view number around the server's own.
  std::uint64_t number() { return server_.view().id.number + source_.below(3); }
  ViewId view_id() {
    const ViewId current = server_.view().id;
    if (current.number != 0 && source_.below(4) != 0) return current;
    return {1 + number(), ServerId{pick({1, 3, 5, 7})}};
  }
  View view_led_by(std::uint64_t leader) {
    View view{{1 + number(), ServerId{leader}}, {}};
    const unsigned mask = source_.byte();
    for (const std::uint64_t id : {1, 3, 5, 7})
      if (id == leader || (mask >> id & 1U) != 0) view.members.push_back(member_of(id));
    return view;
  }
  /// Of any log, near what the server holds of it.
  EntryId pair() {
    const LogId log{1 + source_.below(7)};
    return {log, server_.held().at(log) + source_.below(3) + (server_.held().at(log) == 0 ? 1 : 0)};
  }
  std::vector<EntryId> pairs() {
    std::vector<EntryId> some(source_.below(4));
    for (EntryId& one : some) one = pair();
    return some;
  }
  VersionVector vector() {
    VersionVector some = server_.held();
    for (const EntryId one : pairs()) some.advance(one);
    return source_.below(4) == 0 ? VersionVector() : some;
  }
  Body body() {
    static const std::vector<std::string> rooms = {"#a", "#b", "bad", "#lunch"};
    const RoomName room{rooms[source_.below(rooms.size())]};
    const MessageId post{SessionId{1 + source_.below(3)}, 1 + source_.below(8)};
    switch (source_.below(15)) {
      case 0: return RegisterUser{std::string(1 + source_.below(40), 'n')};
      case 1: return CreateRoom{room};
      case 2: return JoinRoom{room};
      case 3: return LeaveRoom{room};
      case 4: return SetTopic{room, "t"};
      case 5: return Post{user_of(1 + source_.below(3)), "direct"};
      case 6: return Rename{"m"};
      case 7: return EditPost{room, post, "better"};
      case 8: return DeletePost{room, post};
      case 9: return React{room, post, "+1", source_.below(2) == 0};
      case 10: return MarkRead{room, {Hlc{source_.word()}, pair()}};
      case 11: return SetPrivacy{room, source_.below(2) == 0};
      case 12: return Invite{room, user_of(1 + source_.below(3))};
      case 13: return RemoveMember{room, user_of(1 + source_.below(3))};
      default: return Post{room, std::string(source_.word() % 2'000, 'x')};
    }
  }

  Message membership(std::uint64_t peer) {
    switch (source_.below(8)) {
      case 0:
        return Announce{
            "peal", {1 + number(), ServerId{peer}}, member_of(peer), member_of(peer), 2};
      case 1: return ViewChange{view_led_by(peer)};
      case 2:
        return ViewAck{server_.view().id.number == 0 ? view_id() : server_.view().id, vector(),
                       vector()};
      case 3: return Join{"peal", member_of(peer), vector()};
      case 4:
        return JoinAnswer{static_cast<JoinOutcome>(source_.below(4)), member_of(peer),
                          source_.byte()};
      case 5: return Leave{view_id()};
      case 6: return Merge{view_led_by(peer)};
      default: return NotAMember{view_id()};
    }
  }
  Message watch(std::uint64_t peer) {
    const Instant sent{source_.word()};
    switch (source_.below(6)) {
      case 0: return Heartbeat{view_id(), source_.byte(), sent, pairs()};
      case 1: return HeartbeatAck{view_id(), source_.byte(), sent, pairs()};
      case 2: return Ping{sent};
      case 3: return Pong{sent, view_id()};
      case 4: return Suspect{ServerId{pick({peer, 1, 3, 5, 7})}, view_id()};
      default: return LeaderAlive{view_id(), 1 + number()};
    }
  }
  Message voting(std::uint64_t peer) {
    const std::uint64_t candidate = pick({peer, 5, 7});
    const std::uint64_t round = 1 + number();
    if (source_.below(4) == 0) return VoteAck{round, ServerId{candidate}, source_.below(4) == 0};
    Vote vote{round,
              static_cast<VoteReason>(source_.below(4)),
              ServerId{candidate},
              {member_of(candidate)},
              {}};
    if (candidate != peer) vote.path.push_back(member_of(peer));
    if (source_.below(2) == 0) vote.proposal = {member_of(5), member_of(peer)};
    return vote;
  }
  SharedEntry entry(EntryId id) {
    Entry one{.id = id,
              .hlc = {std::uint64_t{1} + source_.word()},
              .deps = {},
              .message = {},
              .author = {},
              .body = body()};
    one.message = {SessionId{1 + source_.below(4)}, 1 + source_.below(8)};
    one.author = user_of(one.message.session.value);
    if (source_.below(4) == 0) one.deps = pairs();
    return SharedEntry(std::move(one));
  }
  /// Now and then of logs that are settled: of none, which is right where nothing is.
  Message have() {
    Have have{"peal", source_.below(2) == 0, vector(), vector(), vector(), {}};
    if (source_.below(4) != 0) return have;
    have.settled = settled(vector(), Hlc{source_.word()});
    return have;
  }
  Message replication(std::uint64_t peer) {
    switch (source_.below(4)) {
      case 0: return PushAck{{{1, 1U + source_.below(20)}}, pairs()};
      case 1: return have();
      default: {
        Push push{1U + source_.below(20), pairs(), {}};
        EntryId id = pair();
        for (std::size_t i = source_.below(6); i > 0; --i, ++id.seq)
          push.entries.push_back(entry(id));
        static_cast<void>(peer);
        return push;
      }
    }
  }
  std::vector<Submission> submissions() {
    std::vector<Submission> some;
    std::uint64_t n = 1 + source_.below(8);
    for (std::size_t i = source_.below(4); i > 0; --i) some.push_back({n++, body()});
    return some;
  }
  std::vector<Receipt> receipts() {
    std::vector<Receipt> some(source_.below(4));
    for (Receipt& one : some) {
      one.n = 1 + source_.below(8);
      if (source_.below(2) == 0) one.verdict = Later{};
    }
    return some;
  }
  Message routing(std::uint64_t session) {
    switch (source_.below(4)) {
      case 0: return Forwarded{SessionId{session}, receipts()};
      case 1: return PresenceReport{{user_of(1 + source_.below(7))}};
      case 2: return PresenceList{{{user_of(1), ServerId{3}, "n"}}};
      default:
        return Forward{SessionId{session}, user_of(session), source_.below(8),
                       {source_.word()},   pairs(),          submissions()};
    }
  }
  Message client(std::uint64_t session) {
    switch (source_.below(9)) {
      case 0:
      case 1:
        return Attach{1U + source_.below(4), "peal", user_of(session), source_.below(2) == 0,
                      vector()};
      case 2: return DeliverAck{1U + source_.below(4), source_.byte()};
      case 3: return Detach{};
      case 4: return Suspect{ServerId{pick({1, 3, 5, 7})}, {}};
      case 5: return Probe{"peal", {}};
      case 6:
        return GroupAck{1U + source_.below(4), source_.below(3), source_.below(4) != 0,
                        source_.byte(), pairs()};
      default: return Submit{source_.below(8), {source_.word()}, pairs(), submissions()};
    }
  }
  Message query() {
    switch (source_.below(9)) {
      case 0: return Query{source_.byte(), StatusQuery{}, {}};
      case 1: return Query{source_.byte(), RoomsQuery{""}, {}};
      case 2: return Query{source_.byte(), WhoQuery{""}, {}};
      case 3: return Query{source_.byte(), FindUserQuery{"n"}, {}};
      case 4: return Query{source_.byte(), DrainCommand{source_.below(2) == 0}, {}};
      case 5: return Query{source_.byte(), RemoveCommand{ServerId{pick({1, 3, 5, 7})}}, {}};
      case 6: return Query{source_.byte(), LeaveCommand{}, {}};
      case 7: {
        SearchQuery search{"a b", {}, {}, source_.byte()};
        if (source_.below(2) == 0) search.in = user_of(2);
        if (source_.below(2) == 0) search.before = EntryKey{{source_.word()}, pair()};
        return Query{source_.byte(), search, {}};
      }
      default: {
        HistoryQuery history{RoomName{"#a"}, {}, source_.byte()};
        if (source_.below(2) == 0) history.with = user_of(2);
        if (source_.below(2) == 0) history.before = EntryKey{{source_.word()}, pair()};
        return Query{source_.byte(), history, pairs()};
      }
    }
  }
  /// Of any kind, with small numbers.
  Message anything() {
    const std::size_t kind = source_.below(message_kinds);
    test::Filler filler(source_.word(), 16, test::Magnitude::small);
    Message message;
    filler.fill_alternative(message, kind, std::make_index_sequence<message_kinds>{});
    return message;
  }

  const Server& server_;
  ByteSource& source_;
};

}  // namespace peal::fuzz
