// Who is on line: homes report to the leader, the leader tells everybody. Soft state, repeated
// while there is any.
#include <algorithm>
#include <set>

#include "core/limits.hpp"
#include "core/server.hpp"

namespace peal {
namespace {

constexpr Duration gather_for = milliseconds(100);  // Many changes at once make one list.
constexpr Duration repeat_every = seconds(1);

}  // namespace

std::vector<UserId> Server::attached_users() const {
  std::set<UserId> users;
  for (const auto& [id, session] : sessions_) users.insert(session.user);
  std::vector<UserId> sorted(users.begin(), users.end());
  if (sorted.size() > limits::presence_max) sorted.resize(limits::presence_max);
  return sorted;
}

void Server::presence_changed(Context& c) {
  presence_dirty_ = false;
  presence_urgent_ = true;
  timers_.no_later(Timer::presence, c.now + gather_for);
}

void Server::presence_timer(Context& c) {
  const bool changed = presence_urgent_;
  presence_urgent_ = false;
  if (leading() != nullptr) {
    publish_presence(c);
    if (!online_.users.empty()) timers_.set(Timer::presence, c.now + repeat_every);
  } else if (following() != nullptr) {
    const std::vector<UserId> users = attached_users();
    if (changed || !users.empty()) send(c, *leader_member(), PresenceReport{users});
    // After a change to nobody one repetition, in case the report is lost.
    if (changed || !users.empty()) timers_.set(Timer::presence, c.now + repeat_every);
  }
}

void Server::on(Context& c, const From& from, const PresenceReport& report) {
  if (leading() == nullptr || !is_member(from.who)) return;
  std::vector<UserId>& known = reported_[from.who.server];
  if (known == report.users) return;
  known = report.users;
  presence_changed(c);
}

void Server::publish_presence(Context& c) {
  PresenceList list;
  const auto add = [&](UserId user, ServerId home) {
    if (list.users.size() < limits::presence_max)
      list.users.push_back({user, home, history_.chat().displayed_name(user)});
  };
  for (const UserId user : attached_users()) add(user, self_.id);
  for (const auto& [home, users] : reported_)
    for (const UserId user : users) add(user, home);
  std::ranges::sort(list.users);
  const bool changed = list != online_;
  if (!changed && list.users.empty()) return;
  for (const Member& member : view_.members)
    if (member.id != self_.id) send(c, member, list);
  if (!changed) return;
  online_ = std::move(list);
  for (const auto& [id, session] : sessions_) c.effects.send(session.at, online_);
}

void Server::on(Context& c, const From& from, const PresenceList& list) {
  if (following() == nullptr || from.who.server != view_.id.leader || list == online_) return;
  online_ = list;
  for (const auto& [id, session] : sessions_) c.effects.send(session.at, online_);
}

}  // namespace peal
