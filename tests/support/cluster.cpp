// One queue of things that will happen, and servers that are woken in between.
#include "tests/support/cluster.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/check.hpp"
#include "core/recovery.hpp"
#include "core/search_words.hpp"
#include "core/texts_now.hpp"

namespace peal::test {

void Cluster::start(std::uint64_t id, const std::function<void(ServerConfig&)>& adjust) {
  Node& node = nodes_[id];
  CHECK(!node.server);
  ++starts_;
  node.config = ServerConfig{};
  node.config.self = ServerId{id};
  node.config.incarnation = Incarnation{id * 1'000'000 + starts_};
  node.config.addresses = {at(id)};
  node.config.seed = options_.seed * 1'000 + id;
  if (adjust) adjust(node.config);
  node.silent = false;
  ++node.process;
  node.server.emplace(node.config, recover(id), now_);
}

void Cluster::start_all(const std::vector<std::uint64_t>& ids) {
  for (const std::uint64_t id : ids) start(id);
  ASSERT_TRUE(run_until([this] { return agreed_leader() != 0; }, seconds(10)));
}

void Cluster::crash(std::uint64_t id, bool silent) {
  Node& node = nodes_.at(id);
  node.server.reset();
  node.silent = silent;
  node.disk.held = false;
  node.disk.waiting.clear();
}

Recovered Cluster::recover(std::uint64_t id) {
  Node& node = nodes_.at(id);
  Recovery recovery(node.config.window_entries, node.config.sessions_remembered_max);
  for (const auto& [entry_id, entry] : node.disk.entries) recovery.add(entry);
  return std::move(recovery).finish();
}

void Cluster::run(Duration time) {
  (void)run_until([] { return false; }, time);
}

bool Cluster::run_until(const std::function<bool()>& condition, Duration at_most) {
  const Instant end = now_ + at_most;
  while (!condition()) {
    Instant next = queue_.empty() ? never : queue_.begin()->first.first;
    std::uint64_t due = 0;
    for (const auto& [id, node] : nodes_) {
      if (!node.server || node.server->next_deadline() >= next) continue;
      next = node.server->next_deadline();
      due = id;
    }
    if (next > end) {
      now_ = end;
      return condition();
    }
    now_ = std::max(now_, next);
    if (due != 0) {
      step(due, Wake{});
      Node& node = nodes_.at(due);
      node.wakes_at_once =
          node.server && node.server->next_deadline() <= now_ ? node.wakes_at_once + 1 : 0;
      if (node.wakes_at_once > wakes_at_once_max) ++wakes_without_end_;
      continue;
    }
    const Action action = std::move(queue_.begin()->second);
    queue_.erase(queue_.begin());
    action();
  }
  return true;
}

void Cluster::step(std::uint64_t id, decltype(Event::what) what) {
  Node& node = nodes_.at(id);
  if (!node.server) return;
  Effects effects;
  const auto clock = clocks_.find(id);
  const WallTime own{wall().ms + (clock == clocks_.end() ? 0 : clock->second)};
  node.server->step(now_, Event{own, std::move(what)}, effects);
  carry_out(id, effects);
}

void Cluster::carry_out(std::uint64_t id, const Effects& effects) {
  struct CarryOut {
    Cluster& cluster;
    std::uint64_t id;
    void operator()(const Send& e) const { cluster.transmit(id, e.to, e.message); }
    void operator()(const Broadcast& e) const {
      for (const auto& [other, node] : cluster.nodes_)
        if (node.server) cluster.transmit(id, cluster.at(other), e.message);
    }
    void operator()(const Multicast& e) const { cluster.multicasts_.push_back(e); }
    void operator()(const Write& e) const { cluster.write(id, e); }
    void operator()(const Read& e) const { cluster.read(id, e); }
    void operator()(const Notice& e) const { cluster.notices_.emplace_back(ServerId{id}, e); }
    void operator()(const Mark& e) const { cluster.marks_.push_back(e); }
  };
  for (const Effect& effect : effects.list()) std::visit(CarryOut{*this, id}, effect);
}

void Cluster::transmit(std::uint64_t from, const Endpoint& to, const Message& message) {
  sent_.push_back({ServerId{from}, to, message});
  const Sender who = sender(from);
  const auto target =
      std::ranges::find_if(nodes_, [&](const auto& item) { return at(item.first) == to; });
  if (target == nodes_.end()) {
    at_time(now_ + options_.latency, [this, to, message] { inboxes_[to].push_back(message); });
    return;
  }
  const std::uint64_t id = target->first;
  std::vector<Duration> copies = {options_.latency};
  if (fate_) copies = fate_(ServerId{from}, ServerId{id}, message);
  for (const Duration delay : copies) {
    at_time(now_ + delay, [this, id, from, who, message] {
      const Node& node = nodes_.at(id);
      if (node.server) return receive(id, at(from), who, message);
      if (!node.silent && alive(from)) step(from, RefusedAt{at(id)});
    });
  }
}

void Cluster::write(std::uint64_t id, const Write& write) {
  Node& node = nodes_.at(id);
  if (node.disk.held) return node.disk.waiting.push_back(write);
  const std::uint64_t process = node.process;
  at_time(now_ + options_.disk_time, [this, id, write, process] {
    Node& later = nodes_.at(id);
    if (later.process != process || !later.server) return;  // Lost with the process.
    if (later.disk.trouble)
      return step(id, WriteFailed{write.token, *later.disk.trouble, later.disk.reason});
    for (const SharedEntry& entry : write.entries) {
      later.disk.entries.emplace(entry->id, entry);
      later.disk.damaged.erase(entry->id);
    }
    step(id, Written{write.token});
  });
}

void Cluster::release_disk(std::uint64_t id) {
  Disk& disk = nodes_.at(id).disk;
  disk.held = false;
  const auto waiting = std::move(disk.waiting);
  disk.waiting.clear();
  for (const Write& one : waiting) write(id, one);
}

namespace {

std::vector<EntryKey> copies_of(const Disk& disk, const MessageId& message) {
  std::vector<EntryKey> copies;
  for (const auto& [id, entry] : disk.entries)
    if (entry->message == message) copies.push_back(entry->key());
  std::ranges::sort(copies);
  return copies;
}

bool is_searched(const SearchRead& query, const Entry& entry) {
  const Destination& to = *timeline_of(entry.body);
  if (const auto* room = std::get_if<RoomName>(&to)) {
    if (query.room || query.with) return query.room == *room;
    return std::ranges::find(query.hidden, *room) == query.hidden.end();
  }
  const UserId other = std::get<UserId>(to);
  const bool own = query.self && (entry.author == query.self || other == query.self);
  return !query.room && own && (!query.with || entry.author == query.with || other == query.with);
}

std::vector<SharedEntry> found_by(const SearchRead& query, const Disk& disk) {
  std::map<std::pair<Destination, Destination>, std::map<EntryKey, SharedEntry>> timelines;
  for (const auto& [id, entry] : disk.entries) {
    const Destination* to = timeline_of(entry->body);
    if (to == nullptr || !is_searched(query, *entry)) continue;
    const Destination from =
        std::holds_alternative<RoomName>(*to) ? *to : Destination(entry->author);
    timelines[std::minmax(*to, from)].emplace(entry->key(), entry);
  }
  std::vector<SharedEntry> found;
  for (const auto& [conversation, timeline] : timelines)
    for (const SharedEntry& entry : texts_now(timeline))
      if (has_words(text_said(entry->body), query.words) &&
          (!query.before || entry->key() < *query.before))
        found.push_back(entry);
  return found;
}

bool in_timeline(const TimelineRead& query, const Entry& entry) {
  const Destination* to = timeline_of(entry.body);
  if (to == nullptr || (query.before && entry.key() >= *query.before)) return false;
  if (const auto* room = std::get_if<RoomName>(to)) return !query.b && *room == query.room;
  const UserId other = std::get<UserId>(*to);
  return (entry.author == query.a && other == query.b) ||
         (entry.author == query.b && other == query.a);
}

std::vector<SharedEntry> found_by(const TimelineRead& query, const Disk& disk) {
  std::vector<SharedEntry> found;
  for (const auto& [id, entry] : disk.entries)
    if (in_timeline(query, *entry)) found.push_back(entry);
  return found;
}

}  // namespace

void Cluster::read(std::uint64_t id, const Read& read) {
  at_time(now_ + options_.disk_time, [this, id, read, process = nodes_.at(id).process] {
    Node& node = nodes_.at(id);
    if (node.process != process || !node.server) return;
    ++reads_;
    if (node.disk.reads_fail) return step(id, ReadFailed{read.token, node.disk.reason});
    ReadDone done{read.token, {}, false};
    if (const auto* range = std::get_if<RangeRead>(&read.query)) {
      auto it = node.disk.entries.lower_bound({range->log, range->first});
      for (; it != node.disk.entries.end() && it->first.log == range->log &&
             done.entries.size() < range->limit && !node.disk.damaged.contains(it->first);
           ++it)
        done.entries.push_back({it->second, copies_of(node.disk, it->second->message)});
      if (it != node.disk.entries.end() && node.disk.damaged.contains(it->first) &&
          it->first.log == range->log)
        done.damaged = {it->first};
    } else if (const auto* session = std::get_if<SessionRead>(&read.query)) {
      for (const auto& [entry_id, entry] : node.disk.entries)
        if (entry->message.session == session->session && session->upto.covers(entry_id))
          add_to_ranges(done.numbers, entry->message.n);
    } else {
      const auto* search = std::get_if<SearchRead>(&read.query);
      const auto* timeline = std::get_if<TimelineRead>(&read.query);
      const auto limit = search != nullptr ? search->limit : timeline->limit;
      for (const SharedEntry& entry :
           search != nullptr ? found_by(*search, node.disk) : found_by(*timeline, node.disk))
        done.entries.push_back({entry, copies_of(node.disk, entry->message)});
      std::ranges::sort(done.entries, std::greater{},
                        [](const StoredEntry& stored) { return stored.entry->key(); });
      done.more = done.entries.size() > limit;
      if (done.more) done.entries.erase(done.entries.begin() + limit, done.entries.end());
      std::erase_if(done.entries, [&](const StoredEntry& stored) {
        const bool damaged = node.disk.damaged.contains(stored.entry->id);
        if (damaged) done.damaged.push_back(stored.entry->id);
        return damaged;
      });
    }
    step(id, std::move(done));
  });
}

void Cluster::cut(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  fate_ = [a, b, latency = options_.latency](ServerId from, ServerId to, const Message&) {
    const auto in = [](const std::vector<std::uint64_t>& group, ServerId id) {
      return std::ranges::find(group, id.value) != group.end();
    };
    const bool across = (in(a, from) && in(b, to)) || (in(b, from) && in(a, to));
    return across ? std::vector<Duration>{} : std::vector<Duration>{latency};
  };
}

std::uint64_t Cluster::agreed_leader() {
  std::optional<View> view;
  std::size_t living = 0;
  for (const auto& [id, node] : nodes_) {
    if (!node.server) continue;
    ++living;
    const Role role = node.server->role();
    if (role != Role::leader && role != Role::member) return 0;
    if (view && node.server->view() != *view) return 0;
    view = node.server->view();
  }
  if (!view || view->members.size() != living) return 0;
  for (const Member& member : view->members)
    if (!alive(member.id.value)) return 0;
  return view->id.leader.value;
}

bool Cluster::histories_equal() {
  std::optional<Digest> digest;
  for (const auto& [id, node] : nodes_) {
    if (!node.server) continue;
    if (digest && node.server->history().digest() != *digest) return false;
    digest = node.server->history().digest();
  }
  return true;
}

bool Cluster::marked(Mark mark) const { return std::ranges::find(marks_, mark) != marks_.end(); }

void Cluster::send(SessionId session, std::uint64_t to, Message message) {
  at_time(now_ + options_.latency, [this, session, to, message = std::move(message)] {
    if (alive(to)) receive(to, client_at(session), {ServerId{}, session.value}, message);
  });
}

}  // namespace peal::test
