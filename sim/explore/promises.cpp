// Promises as plain questions about hosts; no code is shared with the core that they are about.
#include "sim/explore/promises.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

namespace peal::sim::explore {
namespace {

ServerId id_of(std::size_t place) { return ServerId{place + 1}; }

std::size_t disks_with(HostList hosts, EntryId entry) {
  return static_cast<std::size_t>(std::ranges::count_if(
      hosts, [&](const Host* host) { return host->disk.entries().contains(entry); }));
}

/// Are more than half of the view's servers among those whose disks have it?
bool majority_has(HostList hosts, const View& view, EntryId entry) {
  std::size_t with = 0;
  for (const Member& member : view.members) {
    const std::size_t place = member.id.value - 1;
    if (place < hosts.size() && hosts[place]->disk.entries().contains(entry)) ++with;
  }
  return with * 2 > view.members.size();
}

/// Does it hold for one of the views that were ever installed?
template <class Holds>
bool of_some_view(HostList hosts, const Holds& holds) {
  return std::ranges::any_of(
      hosts, [&](const Host* host) { return std::ranges::any_of(host->seen.installed, holds); });
}

bool is_post(HostList hosts, EntryId id) {
  for (const Host* host : hosts) {
    const auto entry = host->disk.entries().find(id);
    if (entry != host->disk.entries().end())
      return std::holds_alternative<Post>(entry->second->body);
  }
  return false;
}

const Member* leader_of(const View& view) {
  const auto it = std::ranges::find(view.members, view.id.leader, &Member::id);
  return it == view.members.end() ? nullptr : &*it;
}

bool same_where_both_have_it(const Host& a, const Host& b) {
  for (const auto& [id, entry] : a.disk.entries()) {
    const auto other = b.disk.entries().find(id);
    if (other != b.disk.entries().end() && !(other->second == entry)) return false;
    const SharedEntry* held = b.server ? b.server->history().find(id) : nullptr;
    if (held != nullptr && !(*held == entry)) return false;
  }
  return true;
}

}  // namespace

bool contradict(const View& a, const View& b) {
  if (a.id != b.id) return false;
  const Member* leader_a = leader_of(a);
  const Member* leader_b = leader_of(b);
  if (leader_a == nullptr || leader_b == nullptr) return true;  // A view without its leader.
  return leader_a->incarnation == leader_b->incarnation && a.members != b.members;
}

bool views_agree(HostList hosts) {
  for (const Host* host : hosts)
    for (const View& view : host->seen.installed)
      if (of_some_view(hosts, [&](const View& other) { return contradict(view, other); }))
        return false;
  return true;
}

bool entries_agree(HostList hosts) {
  return std::ranges::all_of(hosts, [&](const Host* a) {
    return std::ranges::all_of(hosts,
                               [&](const Host* b) { return same_where_both_have_it(*a, *b); });
  });
}

bool acknowledged_is_durable(HostList hosts) {
  for (const Host* author : hosts)
    for (const Ack& ack : author->seen.acks) {
      const Accepted& told = ack.accepted;
      if (!told.entry) continue;  // Nothing had to be written.
      if (!of_some_view(hosts, [&](const View& view) {
            return view.id == told.view && majority_has(hosts, view, told.entry);
          }))
        return false;
      if (disks_with(hosts, told.entry) < told.copies) return false;
    }
  return true;
}

bool shown_is_stable(HostList hosts) {
  const auto stable = [&](EntryId entry) {
    return of_some_view(hosts, [&](const View& view) { return majority_has(hosts, view, entry); });
  };
  return std::ranges::all_of(hosts, [&](const Host* host) {
    return std::ranges::all_of(host->seen.shown,
                               [&](const Shown& shown) { return stable(shown.entry); });
  });
}

bool written_once(HostList hosts) {
  for (const Host* host : hosts) {
    std::set<std::pair<LogId, MessageId>> written;
    for (const auto& [id, entry] : host->disk.entries())
      if (!written.emplace(id.log, entry->message).second) return false;
  }
  return true;
}

std::string broken_promise(HostList hosts) {
  if (!views_agree(hosts)) return "two different views have one id";
  if (!entries_agree(hosts)) return "two different entries have one id";
  if (!written_once(hosts)) return "a leader wrote one message twice";
  if (!acknowledged_is_durable(hosts))
    return "an acknowledged message is not on as many disks as its author was told";
  if (!shown_is_stable(hosts)) return "a message was shown that no majority of a view has on disk";
  return {};
}

std::string still_missing(HostList hosts) {
  const View* common = nullptr;
  std::vector<ServerId> running;
  std::size_t leaders = 0;
  for (std::size_t place = 0; place < hosts.size(); ++place) {
    if (!hosts[place]->server) continue;
    const Server& server = *hosts[place]->server;
    running.push_back(id_of(place));
    const bool leads = server.role() == Role::leader;
    if (!leads && server.role() != Role::member) return "a server that runs is in no view";
    leaders += leads ? 1 : 0;
    if (common == nullptr) common = &server.view();
    if (*common != server.view()) return "servers that run are in different views";
  }
  if (common == nullptr) return {};
  if (leaders != 1) return "a view has not exactly one leader";
  if (!std::ranges::equal(common->members, running, {}, &Member::id))
    return "the view is not that of the servers that run";
  for (const Host* host : hosts) {
    if (host->client && (!host->client->attached() || host->client->pending() != 0))
      return "a client has no home, or no verdict";
    for (const Ack& ack : host->seen.acks) {
      if (is_post(hosts, ack.accepted.entry) &&
          std::ranges::find(host->seen.shown, ack.message, &Shown::message) ==
              host->seen.shown.end())
        return "a session was not shown a post of its own room";
      for (const Host* other : hosts)
        if (other->server && ack.accepted.entry &&
            !other->disk.entries().contains(ack.accepted.entry))
          return "a server that runs lacks an acknowledged message";
    }
  }
  return {};
}

}  // namespace peal::sim::explore
