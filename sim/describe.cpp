// One overload for each thing that a trace shows.
#include "sim/describe.hpp"

#include <fmt/format.h>

#include "core/overloaded.hpp"

namespace peal::sim {
namespace {

// Identities of 64 random bits are told apart by their last digits.
std::uint64_t brief(std::uint64_t id) { return id % 10'000; }

std::string text(ViewId id) { return fmt::format("{}/{}", id.number, id.leader.value); }
std::string text(EntryId id) { return fmt::format("{}:{}", brief(id.log.value), id.seq); }
std::string text(MessageId id) { return fmt::format("m{}:{}", brief(id.session.value), id.n); }

std::string text(std::span<const EntryId> pairs) {
  std::string out = "{";
  for (const EntryId pair : pairs) out += (out.size() > 1 ? " " : "") + text(pair);
  return out + "}";
}
std::string text(const VersionVector& vector) { return text(vector.pairs()); }

std::string text(const Member& member) {
  return fmt::format("{}.{}", member.id.value, brief(member.incarnation.value));
}
std::string text(const std::vector<Member>& members) {
  std::string out = "[";
  for (const Member& member : members) out += (out.size() > 1 ? " " : "") + text(member);
  return out + "]";
}
std::string text(const Destination& to) {
  if (const auto* room = std::get_if<RoomName>(&to)) return room->value;
  return fmt::format("user {}", std::get<UserId>(to).bytes[0]);
}
std::string text(const std::vector<Submission>& items) {
  std::string out;
  for (const Submission& item : items) out += fmt::format(" {}={}", item.n, describe(item.body));
  return out;
}
std::string text(const Verdict& verdict) {
  return std::visit(Overloaded{[](const Accepted& a) {
                                 return fmt::format("accepted {} copies {} view {}", text(a.entry),
                                                    a.copies, text(a.view));
                               },
                               [](const Refusal& r) {
                                 return fmt::format("refused {} {}", static_cast<int>(r.reason),
                                                    r.detail);
                               },
                               [](const Later&) { return std::string("later"); }},
                    verdict);
}
std::string text(const std::vector<Receipt>& receipts) {
  std::string out;
  for (const Receipt& receipt : receipts)
    out += fmt::format(" {}={}", receipt.n, text(receipt.verdict));
  return out;
}
std::string text(const std::vector<SharedEntry>& entries) {
  std::string out;
  for (const SharedEntry& entry : entries)
    out += fmt::format(" {}={}{}", text(entry->id), text(entry->message),
                       entry->deps.empty() ? "" : text(entry->deps));
  return out;
}
std::string text(const Delivery& delivery) {
  return fmt::format("{}={} {}{}", text(delivery.id), text(delivery.message),
                     describe(delivery.body),
                     delivery.gap == 0 ? "" : fmt::format(" gap {}", delivery.gap));
}

std::string fields(const ViewChange& m) { return describe(m.view); }
std::string fields(const Merge& m) { return describe(m.view); }
std::string fields(const Servers& m) { return describe(m.view); }
std::string fields(const Announce& m) {
  return fmt::format("view {} self {} members {}", text(m.view), text(m.self), m.members);
}
std::string fields(const Join& m) { return text(m.self) + " held " + text(m.held); }
std::string fields(const JoinAnswer& m) {
  return fmt::format("outcome {} other {} lag {}", static_cast<int>(m.outcome), text(m.other),
                     m.lag);
}
std::string fields(const Leave& m) { return text(m.view); }
std::string fields(const NotAMember& m) { return text(m.view); }
std::string fields(const ViewAck& m) {
  return fmt::format("{} held {} durable {}", text(m.view), text(m.held), text(m.durable));
}
std::string fields(const Heartbeat& m) {
  return fmt::format("{} n {} stable {}", text(m.view), m.n, text(m.stable));
}
std::string fields(const HeartbeatAck& m) {
  return fmt::format("{} n {} durable {}", text(m.view), m.n, text(m.durable));
}
std::string fields(const Pong& m) { return text(m.view); }
std::string fields(const Suspect& m) {
  return fmt::format("{} of {}", m.server.value, text(m.view));
}
std::string fields(const LeaderAlive& m) {
  return fmt::format("{} round {}", text(m.view), m.round);
}
std::string fields(const Vote& m) {
  return fmt::format("round {} reason {} candidate {} path {} proposal {}", m.round,
                     static_cast<int>(m.reason), m.candidate.value, text(m.path), text(m.proposal));
}
std::string fields(const VoteAck& m) {
  return fmt::format("round {} candidate {}", m.round, m.candidate.value);
}
std::string fields(const Push& m) {
  return fmt::format("n {} stable {}{}", m.n, text(m.stable), text(m.entries));
}
std::string fields(const PushAck& m) {
  std::string out = "received";
  for (const PushRange& range : m.received) out += fmt::format(" {}..{}", range.first, range.last);
  return out + " durable " + text(m.durable);
}
std::string fields(const Have& m) {
  return fmt::format("{}held {} durable {} stable {} settled {}", m.answer ? "answer " : "",
                     text(m.held), text(m.durable), text(m.stable), m.settled.count);
}
std::string fields(const Submit& m) { return fmt::format("oldest {}{}", m.oldest, text(m.items)); }
std::string fields(const Submitted& m) { return text(m.receipts); }
std::string fields(const Forward& m) {
  return fmt::format("session {} oldest {} seen {}{}", brief(m.session.value), m.oldest,
                     text(m.seen), text(m.items));
}
std::string fields(const Forwarded& m) {
  return fmt::format("session {}{}", brief(m.session.value), text(m.receipts));
}
std::string fields(const Attach& m) {
  return fmt::format("{} {}cursor {}", m.attachment, m.resume ? "resume " : "", text(m.cursor));
}
std::string fields(const Attached& m) {
  return fmt::format("{} home {} name '{}' view {} cursor {}", m.attachment, m.home.value, m.name,
                     text(m.view.id), text(m.cursor));
}
std::string fields(const Detached& m) {
  return fmt::format("reason {}", static_cast<int>(m.reason));
}
std::string fields(const Deliver& m) {
  std::string out = fmt::format("{} n {} cursor {}{}", m.attachment, m.n, text(m.cursor),
                                m.direct ? " direct" : "");
  for (const Delivery& item : m.items) out += " " + text(item);
  return out;
}
std::string fields(const DeliverAck& m) { return fmt::format("{} n {}", m.attachment, m.n); }
std::string fields(const Query& m) {
  return fmt::format("n {} question {}", m.n, m.question.index());
}
std::string fields(const Answer& m) { return fmt::format("n {} body {}", m.n, m.body.index()); }
std::string fields(const PresenceReport& m) { return fmt::format("{} users", m.users.size()); }
std::string fields(const PresenceList& m) { return fmt::format("{} users", m.users.size()); }
std::string fields(const Groups& m) {
  std::string out = fmt::format("{} n {}", m.attachment, m.n);
  for (const RoomName& room : m.rooms) out += " " + room.value;
  return out;
}
std::string fields(const GroupPosts& m) {
  std::string out;
  for (const GroupPost& post : m.posts)
    out += (out.empty() ? "" : " ") + text(post.delivery) + text(post.deps);
  return out;
}
std::string fields(const GroupAck& m) {
  return fmt::format("{} groups {} {}arrived {} shown {}", m.attachment, m.groups,
                     m.listening ? "" : "not listening ", m.arrived, text(m.shown));
}
std::string fields(const Want& m) { return text(m.entries); }
std::string fields(const Found& m) {
  std::string out = fmt::format("{} entries", m.entries.size());
  for (const SharedEntry& entry : m.entries) out += " " + text(entry->id);
  return out;
}
std::string fields(const Unsupported& m) {
  return fmt::format("version {} kind {}", m.version, m.kind);
}
std::string fields(const Probe& m) { return fmt::format("{} addresses", m.addresses.size()); }
std::string fields(const Ping&) { return {}; }
std::string fields(const Detach&) { return {}; }

}  // namespace

std::string describe(const Message& message) {
  const std::string tail = std::visit([](const auto& m) { return fields(m); }, message);
  return tail.empty() ? kind_name(message) : fmt::format("{} {}", kind_name(message), tail);
}

std::string describe(const View& view) {
  return fmt::format("view {} {}", text(view.id), text(view.members));
}

std::string describe(const Body& body) {
  return std::visit(
      Overloaded{
          [](const RegisterUser& b) { return "register " + b.name; },
          [](const Rename& b) { return "rename " + b.name; },
          [](const CreateRoom& b) { return "create " + b.room.value; },
          [](const JoinRoom& b) { return "join " + b.room.value; },
          [](const LeaveRoom& b) { return "leave " + b.room.value; },
          [](const SetTopic& b) { return "topic " + b.room.value; },
          [](const Post& b) {
            return fmt::format("post {} '{}'", text(b.to), b.text.substr(0, 24));
          },
          [](const EditPost& b) { return "edit " + text(b.post); },
          [](const DeletePost& b) { return "delete " + text(b.post); },
          [](const React& b) { return fmt::format("react {} {} {}", b.on, b.sign, text(b.post)); },
          [](const MarkRead& b) { return "read " + text(b.conversation); },
          [](const SetPrivacy& b) {
            return fmt::format("private {} {}", b.only_invited, b.room.value);
          },
          [](const Invite& b) { return fmt::format("invite {} {}", text(b.user), b.room.value); },
          [](const RemoveMember& b) {
            return fmt::format("remove {} {}", text(b.user), b.room.value);
          }},
      body);
}

std::string describe(const Notice& notice) {
  return std::visit(
      Overloaded{
          [](const ViewInstalled& n) { return "installed " + describe(n.view); },
          [](const VoteStarted& n) {
            return fmt::format("vote started round {} reason {}", n.round,
                               static_cast<int>(n.reason));
          },
          [](const ServerSuspected& n) { return fmt::format("suspects {}", n.server.value); },
          [](const ServerRemoved& n) { return fmt::format("removes {}", n.server.value); },
          [](const MergeProposed& n) {
            return fmt::format("proposes a merge to {}", n.leader.value);
          },
          [](const CatchingUp& n) {
            return fmt::format("catching up, {} of {}", n.progress.held, n.progress.of);
          },
          [](const ClusterFull&) { return std::string("finds the cluster full"); },
          [](const IdTaken&) { return std::string("id taken"); },
          [](const DiskFailed& n) { return "disk failed: " + n.reason; },
          [](const DiskHealed&) { return std::string("disk healed"); },
          [](const ClockSkewed& n) {
            return fmt::format("finds the clock of {} {} ms ahead", n.server.value,
                               n.ahead.us / 1'000);
          },
          [](const EntryDamaged& n) { return "finds damaged " + text(n.entry); },
          [](const EntryHealed& n) { return "healed " + text(n.entry); },
          [](const Left&) { return std::string("left"); },
          [](const ServerForgotten& n) { return fmt::format("forgets {}", n.member.id.value); },
          [](const DrainBegun& n) { return fmt::format("drains {} sessions", n.sessions); },
          [](const DrainEnded&) { return std::string("drains no longer"); },
          [](const Drained&) { return std::string("drained"); }},
      notice);
}

const char* describe(DiskState state) {
  switch (state) {
    case DiskState::works: return "works";
    case DiskState::full: return "is full";
    case DiskState::failing: return "fails to write";
    case DiskState::unreadable: return "fails to read";
    case DiskState::slow: return "is slow";
    case DiskState::hanging: return "hangs";
  }
  return "";
}

std::string describe(const ClientEffect& effect) {
  return std::visit(
      Overloaded{
          [](const Send&) { return std::string(); }, [](const Broadcast&) { return std::string(); },
          [](const Mark& mark) { return fmt::format("mark {}", mark_name(mark)); },
          [](const Connected& e) {
            return fmt::format("connected to {} view {}", e.home.value, text(e.view.id));
          },
          [](const Disconnected& e) { return "disconnected: " + e.why; },
          [](const ViewLearned& e) { return "learned " + describe(e.view); },
          [](const Acknowledged& e) {
            return fmt::format("acknowledged {} as {} copies {} view {}", text(e.message),
                               text(e.accepted.entry), e.accepted.copies, text(e.accepted.view));
          },
          [](const Rejected& e) {
            return fmt::format("rejected {} reason {} {}", text(e.message),
                               static_cast<int>(e.reason), e.detail);
          },
          [](const QueueFull&) { return std::string("queue full"); },
          [](const Waiting&) { return std::string("waiting"); },
          [](const Arrived& e) { return "shown " + text(e.delivery); },
          [](const OnlineChanged& e) { return fmt::format("{} on line", e.users.size()); },
          [](const Answered& e) { return fmt::format("answered, body {}", e.body.index()); },
          [](const Closed&) { return std::string("closed"); },
          [](const JoinGroups& e) { return fmt::format("hears {} groups", e.groups.size()); }},
      effect);
}

}  // namespace peal::sim
