// What a client does with each kind of message.
#include <algorithm>

#include "core/chat_state.hpp"
#include "core/client.hpp"
#include "core/ring.hpp"

namespace peal {
namespace {

/// A server that refused is left alone for so long.
constexpr Duration avoided_for = milliseconds(250);
/// After so many tries of one server, another one that announces itself is taken instead.
constexpr std::uint32_t tries_before_switch = 2;

/// Of what a home says, that which it would not say had it not heard us.
bool is_answer(const Message& message) {
  return std::holds_alternative<Pong>(message) || std::holds_alternative<Submitted>(message) ||
         std::holds_alternative<Answer>(message) || std::holds_alternative<Attached>(message);
}

}  // namespace

struct Client::Listen {
  Client& client;
  Instant now;
  const Received& from;
  ClientEffects& effects;

  void operator()(const Announce& m) const { client.announced(now, from, m, effects); }
  void operator()(const Attached& m) const { client.attached_to(now, from, m, effects); }
  void operator()(const Pong& m) const { client.pong(now, from, m, effects); }
  void operator()(const Detached& m) const { client.detached(now, from, m, effects); }
  void operator()(const Submitted& m) const { client.submitted(now, from, m, effects); }
  void operator()(const Deliver& m) const { client.delivered(from, m, effects); }
  void operator()(const Groups& m) const { client.told_groups(now, from, m, effects); }
  void operator()(const GroupPosts& m) const { client.heard_from_group(now, from, m, effects); }
  void operator()(const Servers& m) const { client.view_changed(from, m, effects); }
  void operator()(const PresenceList& m) const {
    if (client.from_home(from.packet.sender)) effects.add(OnlineChanged{m.users});
  }
  void operator()(const Answer& m) const { client.questions_.take(now, m, effects); }
  void operator()(const Ping& m) const { effects.send(from.from, Pong{m.sent, ViewId{}}); }

  // Between servers, or from clients to servers: nothing to a client.
  void operator()(const Probe&) const {}
  void operator()(const Join&) const {}
  void operator()(const JoinAnswer&) const {}
  void operator()(const Leave&) const {}
  void operator()(const ViewChange&) const {}
  void operator()(const ViewAck&) const {}
  void operator()(const NotAMember&) const {}
  void operator()(const Merge&) const {}
  void operator()(const Heartbeat&) const {}
  void operator()(const HeartbeatAck&) const {}
  void operator()(const Suspect&) const {}
  void operator()(const LeaderAlive&) const {}
  void operator()(const Vote&) const {}
  void operator()(const VoteAck&) const {}
  void operator()(const Push&) const {}
  void operator()(const PushAck&) const {}
  void operator()(const Have&) const {}
  void operator()(const Submit&) const {}
  void operator()(const Forward&) const {}
  void operator()(const Forwarded&) const {}
  void operator()(const PresenceReport&) const {}
  void operator()(const Attach&) const {}
  void operator()(const Detach&) const {}
  void operator()(const DeliverAck&) const {}
  void operator()(const GroupAck&) const {}
  void operator()(const Query&) const {}
  void operator()(const Unsupported&) const {}
  void operator()(const Want&) const {}
  void operator()(const Found&) const {}
};

void Client::received(Instant now, const Received& received, ClientEffects& effects) {
  if (closed() || !received.packet.sender.is_server()) return;
  if (from_home(received.packet.sender)) {
    ClientWatch& watch = std::get<AtHome>(state_).watch;
    if (is_answer(received.packet.message))
      watch.answered(now);
    else
      watch.heard();
  }
  std::visit(Listen{*this, now, received, effects}, received.packet.message);
}

bool Client::from_home(const Sender& sender) const {
  const auto* home = std::get_if<AtHome>(&state_);
  return home != nullptr && home->home == sender;
}

void Client::announced(Instant now, const Received& from, const Announce& announce,
                       ClientEffects& effects) {
  if (announce.cluster != config_.cluster) return;
  if (!candidates_.acceptable(announce.self, from.from, now)) return;
  const auto* trial = std::get_if<Attaching>(&state_);
  const bool tired =
      trial != nullptr && trial->tries >= tries_before_switch && from.from != trial->at;
  if (std::holds_alternative<Looking>(state_) || tired) try_server(now, from.from, true, effects);
}

void Client::attached_to(Instant now, const Received& from, const Attached& attached,
                         ClientEffects& effects) {
  const auto* trial = std::get_if<Attaching>(&state_);
  // The number tells whether it is the server asked last that answers, from whatever address.
  if (trial == nullptr || !config_.attach || attached.attachment != attachment_) return;
  if (trial->tries == 1) trip_.sample(now - trial->sent);
  candidates_.learn(attached.view);
  const bool skipped = inbox_.start(attached.attachment, attached.cursor);
  groups_.start(attached.attachment);
  const bool sent_on =
      last_refusal_ == DetachReason::leaving || last_refusal_ == DetachReason::draining;
  const bool failed_over = settle(now, from.packet.sender, from.from);
  if (failed_over) effects.add(Mark::client_failover);
  effects.add(Connected{from.packet.sender.server, from.from, attached.view, attached.name,
                        failed_over, skipped, failed_over && sent_on});
  report_suspicion(now, std::get<AtHome>(state_), effects);
}

void Client::pong(Instant now, const Received& from, const Pong& pong, ClientEffects& effects) {
  const Sender sender = from.packet.sender;
  if (const auto* home = std::get_if<AtHome>(&state_)) {
    if (home->home == sender && pong.sent <= now) trip_.sample(now - pong.sent);
    // Our home was started again and knows nothing of us.
    if (home->home.server == sender.server && home->home.run != sender.run)
      attach_again(now, effects);
    return;
  }
  const auto* trial = std::get_if<Attaching>(&state_);
  if (trial == nullptr || config_.attach) return;
  if (from.from != trial->at && pong.sent != trial->sent) return;
  if (pong.sent <= now) trip_.sample(now - pong.sent);
  settle(now, sender, from.from);
}

void Client::detached(Instant now, const Received& from, const Detached& detached,
                      ClientEffects& effects) {
  if (!config_.attach) return;  // Never was, so this says nothing about questions.
  const bool forgotten = detached.reason == DetachReason::unknown_session;
  if (const auto* home = std::get_if<AtHome>(&state_)) {
    if (home->home.server != from.packet.sender.server) return;
    if (forgotten) return attach_again(now, effects);
    last_refusal_ = detached.reason;
    candidates_.avoid(home->at, now + avoided_for);
    return lose_home(now, false, effects);
  }
  const auto* trial = std::get_if<Attaching>(&state_);
  // "Unknown" answers something sent before this Attach.
  if (trial == nullptr || trial->at != from.from || forgotten) return;
  last_refusal_ = detached.reason;
  candidates_.avoid(trial->at, now + avoided_for);
  try_next(now, effects);
}

void Client::submitted(Instant now, const Received& from, const Submitted& submitted,
                       ClientEffects& effects) {
  for (const Receipt& receipt : submitted.receipts) {
    if (const auto* accepted = std::get_if<Accepted>(&receipt.verdict)) {
      acknowledged_ = std::max(acknowledged_, accepted->hlc);
      written_.advance(accepted->entry);
    }
    // A verdict holds whoever tells it; only the home knows when to come again.
    const bool later = std::holds_alternative<Later>(receipt.verdict);
    if (later && !from_home(from.packet.sender)) continue;
    outbox_.take(now, receipt, effects);
  }
}

void Client::delivered(const Received& from, const Deliver& deliver, ClientEffects& effects) {
  if (!from_home(from.packet.sender)) {
    // A former home that was silent and is back still thinks that we are there.
    const auto* trial = std::get_if<Attaching>(&state_);
    const bool asked = trial != nullptr && trial->at == from.from;
    if (deliver.attachment < attachment_ && !asked) effects.send(from.from, Detach{});
    return;
  }
  if (std::holds_alternative<AtHome>(state_) && deliver.attachment < inbox_.attachment()) {
    // A straggler; or the home took a late copy of an earlier Attach for a new one.
    effects.send(std::get<AtHome>(state_).at, DeliverAck{inbox_.attachment(), inbox_.taken()});
    return;
  }
  if (deliver.n > inbox_.taken()) leave_groups(deliver);
  if (!inbox_.take(deliver, effects)) return;
  groups_.show(inbox_, effects);
  effects.send(std::get<AtHome>(state_).at, DeliverAck{inbox_.attachment(), inbox_.taken()});
}

/// Before its home says so.
void Client::leave_groups(const Deliver& deliver) {
  for (const Delivery& item : deliver.items)
    if (const auto* leave = std::get_if<LeaveRoom>(&item.body);
        leave != nullptr && item.author == config_.user)
      groups_.leave(leave->room);
}

void Client::told_groups(Instant now, const Received& from, const Groups& groups,
                         ClientEffects& effects) {
  if (!from_home(from.packet.sender) || groups.attachment != inbox_.attachment()) return;
  if (config_.multicast) {
    groups_.learn(groups, effects);
  } else {
    groups_.decline(groups);
  }
  groups_.acknowledge_now(now);
}

/// Only the leader of the home's view counts: what is stable elsewhere, the home may lack for long.
void Client::heard_from_group(Instant now, const Received& from, const GroupPosts& posts,
                              ClientEffects& effects) {
  if (!config_.multicast || !attached() || posts.cluster != config_.cluster) return;
  const Sender& sender = from.packet.sender;
  const View& view = candidates_.view();
  const Member* leader = find_member(view.members, view.id.leader);
  if (leader == nullptr || sender.server != leader->id ||
      sender.incarnation() != leader->incarnation)
    return;
  for (const GroupPost& post : posts.posts) {
    const RoomName* room = room_of(post.delivery.body);
    if (room == nullptr || !groups_.hears(*room) || post.delivery.id.log.value != sender.run)
      continue;
    groups_.take(now, config_.group_ack_after, post);
  }
  const std::size_t waiting = groups_.held();
  groups_.show(inbox_, effects);
  if (waiting != 0 && groups_.held() != 0) effects.add(Mark::group_post_held);
}

void Client::view_changed(const Received& from, const Servers& servers, ClientEffects& effects) {
  if (!from_home(from.packet.sender) || servers.view == candidates_.view()) return;
  candidates_.learn(servers.view);
  effects.add(ViewLearned{servers.view});
}

}  // namespace peal
