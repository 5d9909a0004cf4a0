// Rooms by multicast: the leader tells a group once what is new in its room; homes withhold it from
// clients that hear the group, and repair what these missed.
#include <algorithm>
#include <map>

#include "core/limits.hpp"
#include "core/server.hpp"

namespace peal {
namespace {

constexpr Duration told_again_after = seconds(1);
/// Fewer members cost no more datagrams by unicast.
constexpr std::size_t group_members_min = 2;
constexpr std::size_t post_overhead = limits::displayed_name_bytes_max + 48;
constexpr std::size_t message_overhead = limits::cluster_bytes_max + 48;

std::size_t bytes_in_group(const Entry& entry) { return encoded_bytes_max(entry) + post_overhead; }

/// Longer ones go by unicast, in fragments: one lost would cost all members the whole post.
bool fits_one_datagram(const Entry& entry) {
  return message_overhead + bytes_in_group(entry) <= limits::batch_bytes;
}

/// Posts for one group, as much as one datagram carries.
struct Batch {
  GroupPosts message;
  std::size_t bytes = message_overhead;
};

}  // namespace

// --- At the leader
// ----------------------------------------------------------------------------------------------

/// The leader's own log only: what it caught up with is old news to most, and others may tell it.
/// Only what it wrote under this view: what is older may have a second copy, written when its
/// author moved to the other side of a split, which only homes know that their clients went past.
/// Nothing behind a gap: who hears it here has other gaps, or none.
bool Server::goes_to_group(const Release& release) const {
  const Entry& entry = *release.entry;
  if (entry.id.log.value != self_.incarnation.value || release.repeated) return false;
  if (entry.id.seq < leading()->first_of_view) return false;
  if (release.gap != 0 || !release.missing.empty()) return false;
  const RoomName* room = room_of(entry.body);
  // Anybody on the network may listen to a group.
  return room != nullptr && !history_.chat().is_private(*room) && fits_one_datagram(entry) &&
         history_.chat().has_members(*room, group_members_min);
}

void Server::to_groups(Context& c, const std::vector<Release>& releases) {
  if (leading() == nullptr || !config_.multicast) return;
  std::map<std::string, Batch> batches;
  const auto flush = [&](const std::string& room, Batch& batch) {
    c.effects.add(Multicast{group_address(RoomName{room}), std::move(batch.message)});
    count("multicast datagrams");
    batch = {};
  };
  for (const Release& release : releases) {
    if (!goes_to_group(release)) continue;
    const Entry& entry = *release.entry;
    const std::string& room = room_of(entry.body)->value;
    Batch& batch = batches[room];
    const std::size_t bytes = bytes_in_group(entry);
    const bool full = batch.message.posts.size() == limits::batch_items_max ||
                      batch.bytes + bytes > limits::batch_bytes;
    if (full && !batch.message.posts.empty()) flush(room, batch);
    batch.message.cluster = config_.cluster;
    batch.bytes += bytes;
    batch.message.posts.push_back({delivery_of(entry, 0), entry.deps});
    count("posts multicast");
  }
  for (auto& [room, batch] : batches)
    if (!batch.message.posts.empty()) flush(room, batch);
}

// --- At home
// ----------------------------------------------------------------------------------------------------

/// The client's rooms, when they are others than it was told last.
void Server::tell_groups(Context& c, HomeSession& session) {
  if (!config_.multicast) return;
  GroupHearing& hearing = session.hearing;
  auto rooms = history_.chat().public_rooms_of(session.user, limits::groups_max);
  if (rooms != hearing.rooms) {
    hearing.rooms = std::move(rooms);
    ++hearing.lists;
  } else if (hearing.taken == hearing.lists || c.now < hearing.told_at + told_again_after) {
    return;
  }
  hearing.told_at = c.now;
  c.effects.send(session.at, Groups{session.attachment, hearing.lists, hearing.rooms});
}

void Server::on(Context& c, const From& from, const GroupAck& ack) {
  HomeSession* session = session_of(from);
  if (session == nullptr || ack.attachment != session->attachment) return;
  session->heard = c.now;
  GroupHearing& hearing = session->hearing;
  if (ack.groups >= hearing.taken && ack.groups <= hearing.lists) {
    hearing.taken = ack.groups;
    hearing.listening = ack.listening;
  }
  hearing.heard(ack.arrived);
  bool news = false;
  for (const EntryId pair : ack.shown) news |= session->told.advance(pair);
  if (!news) return;
  const std::size_t owed = session->queue.size();
  session->drop_told();
  count("deliveries by multicast", owed - session->queue.size());
  if (!session->queue.empty()) return;
  session->withheld = false;
}

/// Whether the client shows this entry without us once it has heard its group and taken what is
/// under way: see ClientInbox::is_next.
bool Server::hears_next(const HomeSession& session, const Release& release) const {
  if (!config_.multicast || !session.hearing.works() || !session.direct || session.resuming())
    return false;
  if (!session.queue.empty() && !session.withheld) return false;
  const Entry& entry = *release.entry;
  const Member* leader = leader_member();
  const RoomName* room = room_of(entry.body);
  if (room == nullptr || leader == nullptr || entry.id.log.value != leader->incarnation.value ||
      !fits_one_datagram(entry))
    return false;
  if (std::ranges::find(session.hearing.rooms, *room) == session.hearing.rooms.end()) return false;
  if (!session.gaps_told.covers(release.missing)) return false;
  const EntryId before = session.queue.empty()
                             ? EntryId{entry.id.log, session.told.at(entry.id.log)}
                             : session.queue.back().release.entry->id;
  return before == EntryId{entry.id.log, entry.id.seq - 1} &&
         std::ranges::all_of(entry.deps, [&](EntryId dep) { return session.told.covers(dep); });
}

/// Behind the next Deliver the client's cursor stands for everything before it, but for gaps that
/// it was told of.
bool Server::may_go_direct(const HomeSession& session) const {
  return config_.multicast && session.caught_up && order_.gaps_covered(session.gaps_told);
}

/// The group did not bring it in time.
void Server::repair(Context& c, HomeSession& session) {
  c.effects.mark(Mark::group_post_repaired);
  count("deliveries repaired", session.queue.size());
  session.withheld = false;
  session.hearing.missed();
  if (!session.hearing.works()) c.effects.mark(Mark::group_given_up);
}

// --- What only clients understand
// -------------------------------------------------------------------------------

void Server::on(Context& /*c*/, const From& /*from*/, const Groups& /*groups*/) {
  count("unexpected");
}
/// Servers listen to no group; one that is sent here by unicast is a mistake.
void Server::on(Context& /*c*/, const From& /*from*/, const GroupPosts& /*posts*/) {
  count("unexpected");
}

}  // namespace peal
