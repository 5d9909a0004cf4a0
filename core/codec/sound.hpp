// What must hold between the fields of a value, beyond what each field's own rules say.
#pragma once

#include <algorithm>

#include "core/codec/defect.hpp"
#include "core/entry.hpp"
#include "core/limits.hpp"
#include "core/message.hpp"

namespace peal::codec {

// --- "None", for fields that must not be ------------------------------------------------------

[[nodiscard]] inline bool is_none(std::uint64_t n) { return n == 0; }
template <class Tag>
[[nodiscard]] bool is_none(Id<Tag> id) {
  return !id;
}
[[nodiscard]] inline bool is_none(Hlc hlc) { return hlc.value == 0; }
[[nodiscard]] inline bool is_none(const UserId& user) { return !user; }
[[nodiscard]] inline bool is_none(EntryId id) { return !id.log || id.seq == 0; }
[[nodiscard]] inline bool is_none(MessageId id) { return !id.session || id.n == 0; }
[[nodiscard]] inline bool is_none(ViewId id) { return id.number == 0; }
[[nodiscard]] inline bool is_none(const View& view) { return is_none(view.id); }
[[nodiscard]] inline bool is_none(const Member& member) {
  return !member.id || !member.incarnation;
}
[[nodiscard]] inline bool is_none(const Endpoint& at) { return at.port == 0; }

// --- Fields that must agree -------------------------------------------------------------------

template <class T>
[[nodiscard]] Defect defect_of(const T&) {
  return Defect::none;
}
[[nodiscard]] inline Defect defect_of(const EntryId& id) {
  return id.seq <= limits::seq_max ? Defect::none : Defect::out_of_range;
}
[[nodiscard]] inline Defect defect_of_stamp(Hlc hlc, std::uint64_t ahead_ms) {
  const auto ms = static_cast<std::uint64_t>(hlc.wall().ms);
  return ahead_ms <= ms ? Defect::none : Defect::inconsistent;
}
[[nodiscard]] inline Defect defect_of(const Entry& entry) {
  return defect_of_stamp(entry.hlc, entry.ahead_ms);
}
[[nodiscard]] inline Defect defect_of(const Delivery& delivery) {
  return defect_of_stamp(delivery.hlc, delivery.ahead_ms);
}
[[nodiscard]] inline Defect defect_of(const ViewId& id) {
  if (id.number > limits::view_number_max) return Defect::out_of_range;
  return (id.number == 0) == !id.leader ? Defect::none : Defect::inconsistent;
}
[[nodiscard]] inline Defect defect_of(const Member& member) {
  return !member.id == !member.incarnation ? Defect::none : Defect::inconsistent;
}
/// No view: no members. A view: members sorted by id, each once, the leader among them.
[[nodiscard]] inline Defect defect_of(const View& view) {
  if (is_none(view)) return view.members.empty() ? Defect::none : Defect::inconsistent;
  bool leader_inside = false;
  ServerId last;
  for (const Member& member : view.members) {
    if (is_none(member)) return Defect::none_id;
    if (member.id <= last) return Defect::not_sorted;
    last = member.id;
    leader_inside |= member.id == view.id.leader;
  }
  return leader_inside ? Defect::none : Defect::inconsistent;
}
[[nodiscard]] inline Defect defect_of(const PushRange& range) {
  return range.first <= range.last ? Defect::none : Defect::inconsistent;
}
[[nodiscard]] inline Defect defect_of(const Push& push) {
  return push.n != 0 || push.entries.empty() ? Defect::none : Defect::inconsistent;
}
[[nodiscard]] inline Defect defect_of_round(std::uint64_t round) {
  return round <= limits::view_number_max ? Defect::none : Defect::out_of_range;
}
[[nodiscard]] inline Defect defect_of(const VoteAck& ack) { return defect_of_round(ack.round); }
[[nodiscard]] inline Defect defect_of(const LeaderAlive& alive) {
  return defect_of_round(alive.round);
}
/// The path starts with the candidate.
[[nodiscard]] inline Defect defect_of(const Vote& vote) {
  if (std::ranges::any_of(vote.path, [](const Member& m) { return is_none(m); }) ||
      std::ranges::any_of(vote.proposal, [](const Member& m) { return is_none(m); }))
    return Defect::none_id;
  if (vote.path.empty() || vote.path.front().id != vote.candidate) return Defect::inconsistent;
  return defect_of_round(vote.round);
}

}  // namespace peal::codec
