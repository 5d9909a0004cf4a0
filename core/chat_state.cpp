// How each body changes the chat state, and how the state is looked at.
#include "core/chat_state.hpp"

#include <algorithm>

#include "core/chat_rules.hpp"
#include "core/check.hpp"
#include "core/mutant.hpp"

namespace peal {
namespace {

constexpr std::size_t clash_digits_min = 4;
constexpr std::size_t user_digits = 32;

void mix(Hasher& hasher, const EntryKey& key) {
  hasher.add(key.hlc.value).add(key.id.log.value).add(key.id.seq);
}

void mix(Hasher& hasher, const UserId& user) {
  hasher.add(std::span<const std::uint8_t>(user.bytes));
}

void mix(Hasher& hasher, const std::string& text) { hasher.add(text); }

void mix(Hasher& hasher, bool yes) { hasher.add(yes ? 1 : 0); }

void mix(Hasher& hasher, const Destination& to) {
  hasher.add(to.index());
  if (const auto* room = std::get_if<RoomName>(&to)) return mix(hasher, room->value);
  mix(hasher, std::get<UserId>(to));
}

/// The digest of one record: what kind it is, whose, and its last-writer-wins value.
template <class... Parts>
Digest record_digest(std::uint64_t kind, const EntryKey& key, const Parts&... parts) {
  Hasher hasher(kind);
  mix(hasher, key);
  (mix(hasher, parts), ...);
  return hasher.digest();
}

enum Record : std::uint64_t {
  user_record = 1,
  member_record,
  topic_record,
  room_record,
  admission_record,
  privacy_record,
  marker_record,
  talk_record
};

std::size_t shared_digits(UserId a, UserId b) {
  const std::string x = to_hex(a);
  const std::string y = to_hex(b);
  return static_cast<std::size_t>(std::ranges::mismatch(x, y).in1 - x.begin());
}

}  // namespace

Endpoint group_address(const RoomName& room) {
  Hasher hasher(room_record);
  hasher.add(room.value);
  const std::uint64_t bits = hasher.digest().low;
  return ipv4_endpoint(239, static_cast<std::uint8_t>(192U + ((bits >> 16U) & 3U)),
                       static_cast<std::uint8_t>(bits >> 8U), static_cast<std::uint8_t>(bits),
                       group_port);
}

const RoomName* room_of(const Body& body) {
  const Destination* timeline = timeline_of(body);
  return timeline == nullptr ? nullptr : std::get_if<RoomName>(timeline);
}

std::string to_hex(UserId user, std::size_t digits) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < std::min(digits, user_digits); ++i)
    text.push_back(alphabet[(user.bytes[i / 2] >> (i % 2 == 0 ? 4U : 0U)) & 0xfU]);
  return text;
}

void ChatState::apply(const Entry& entry) {
  std::visit([&](const auto& body) { ChatRules::apply(*this, entry, body); }, entry.body);
}

ChatState::Judgement ChatState::judge(const Body& body, UserId author) const {
  return std::visit([&](const auto& one) { return ChatRules::judge(*this, one, author); }, body);
}

bool ChatState::concerns(const Entry& entry, UserId user) const {
  if (entry.author == user) return true;
  const auto in_conversation = [&](const Destination& to) {
    if (const auto* room = std::get_if<RoomName>(&to)) return is_member(*room, user);
    return std::get<UserId>(to) == user;
  };
  return std::visit(
      [&](const auto& body) {
        bool is_about = false;
        if constexpr (requires { body.to; }) is_about |= in_conversation(body.to);
        if constexpr (requires { body.room; }) is_about |= is_member(body.room, user);
        if constexpr (requires { body.user; }) is_about |= body.user == user;
        return is_about;
      },
      entry.body);
}

template <class T, class... Names>
void ChatState::choose(LastWord<T>& words, const Entry& entry, const T& value, std::uint64_t kind,
                       const Names&... names) {
  const auto replaced = words.say(entry, value);
  if (!replaced) return;
  const Digest before =
      replaced->n == 0 ? Digest{} : record_digest(kind, replaced->key, names..., replaced->value);
  swap_in_sum(before, record_digest(kind, entry.key(), names..., value));
}

void ChatState::claim(const Entry& entry, const std::string& name) {
  const UserId user = entry.author;
  LastWord<std::string>& words = users_[user];
  const auto before = words.latest();
  choose(words, entry, name, user_record, user);
  const auto& now = words.latest();
  if (now == before) return;
  if (before.n != 0) {
    const auto former = claims_.find(before.value);
    CHECK(former != claims_.end());
    former->second.erase({before.key, user});
    if (former->second.empty()) claims_.erase(former);
  }
  Claimants& claimants = claims_[now.value];
  EntryKey key = now.key;
  if (MUTANT(first_come_name) && !claimants.empty()) key = std::max(key, claimants.rbegin()->first);
  claimants.emplace(key, user);
}

void ChatState::join(const Entry& entry, const RoomName& name) {
  Room& room = rooms_[name.value];
  const auto digest = [&] {
    return record_digest(room_record, room.created, name.value, room.owner);
  };
  if (!room.exists() || entry.key() < room.created) {
    const Digest before = room.exists() ? digest() : Digest{};
    if (!room.exists()) ++existing_rooms_;
    room.created = entry.key();
    room.owner = entry.author;
    swap_in_sum(before, digest());
  }
  set_joined(entry, name, true);
}

void ChatState::set_joined(const Entry& entry, const RoomName& name, bool joined) {
  choose(rooms_[name.value].joined[entry.author], entry, joined, member_record, name.value,
         entry.author);
}

void ChatState::set_admitted(const Entry& entry, const RoomName& name, UserId user, bool admitted) {
  choose(rooms_[name.value].admitted[user], entry, admitted, admission_record, name.value, user);
}

void ChatState::set_privacy(const Entry& entry, const SetPrivacy& privacy) {
  const PrivacySwitch now{entry.key(), privacy.only_invited};
  const auto digest = [&](const PrivacySwitch& one) {
    return record_digest(privacy_record, one.key, privacy.room.value, one.only_invited);
  };
  const auto [it, fresh] = rooms_[privacy.room.value].privacy.try_emplace(entry.message, now);
  if (!fresh && it->second.key <= now.key) return;
  swap_in_sum(fresh ? Digest{} : digest(it->second), digest(now));
  it->second = now;
}

std::optional<EntryKey> ChatState::Room::private_since() const {
  EntryKey opened;
  for (const auto& [message, one] : privacy)
    if (!one.only_invited) opened = std::max(opened, one.key);
  std::optional<EntryKey> since;
  for (const auto& [message, one] : privacy)
    if (one.only_invited && one.key > opened && (!since || one.key < *since)) since = one.key;
  return since;
}

void ChatState::mark_read(const Entry& entry, const MarkRead& marker) {
  EntryKey& upto = markers_[{entry.author, marker.conversation}];
  if (marker.upto <= upto) return;
  const auto digest = [&] {
    return record_digest(marker_record, upto, entry.author, marker.conversation);
  };
  const Digest before = upto == EntryKey{} ? Digest{} : digest();
  upto = marker.upto;
  swap_in_sum(before, digest());
}

void ChatState::note_talk(UserId a, UserId b) {
  if (!talks_[a].insert(b).second) return;
  talks_[b].insert(a);
  swap_in_sum(Digest{}, record_digest(talk_record, EntryKey{}, std::min(a, b), std::max(a, b)));
}

void ChatState::set_topic(const Entry& entry, const SetTopic& topic) {
  choose(rooms_[topic.room.value].topic, entry, topic.topic, topic_record, topic.room.value);
}

void ChatState::swap_in_sum(Digest before, Digest after) {
  sum_ -= before;
  sum_ += after;
}

std::string ChatState::displayed_name(UserId user) const {
  const auto it = users_.find(user);
  if (it == users_.end()) return {};
  const auto claimants = claims_.find(it->second.latest().value);
  CHECK(claimants != claims_.end());
  return displayed_among(it->second.latest().value, claimants->second, user);
}

std::string_view ChatState::claimed_name(UserId user) const {
  const auto it = users_.find(user);
  return it == users_.end() ? std::string_view() : std::string_view(it->second.latest().value);
}

std::string ChatState::displayed_among(const std::string& name, const Claimants& claimants,
                                       UserId user) {
  if (claimants.begin()->second == user) return name;
  std::size_t digits = clash_digits_min;
  for (auto other = std::next(claimants.begin()); other != claimants.end(); ++other)
    if (other->second != user) digits = std::max(digits, shared_digits(user, other->second) + 1);
  return name + '~' + to_hex(user, digits);
}

std::optional<UserId> ChatState::owner_of(std::string_view name) const {
  const auto it = claims_.find(name);
  if (it == claims_.end()) return std::nullopt;
  return it->second.begin()->second;
}

std::optional<UserId> ChatState::find_displayed(std::string_view displayed) const {
  const auto tilde = displayed.rfind('~');
  if (tilde == std::string_view::npos) return owner_of(displayed);
  const auto it = claims_.find(displayed.substr(0, tilde));
  if (it == claims_.end()) return std::nullopt;
  for (const auto& [key, user] : it->second)
    if (displayed_among(it->first, it->second, user) == displayed) return user;
  return std::nullopt;
}

const ChatState::Room* ChatState::find_room(std::string_view name) const {
  const auto it = rooms_.find(name);
  return it == rooms_.end() || !it->second.exists() ? nullptr : &it->second;
}

bool ChatState::room_exists(const RoomName& name) const { return find_room(name.value) != nullptr; }

bool ChatState::is_admitted(const Room& room, UserId user, const EntryKey& joined) {
  const auto admission = room.admitted.find(user);
  if (admission != room.admitted.end()) return admission->second.latest().value;
  const auto since = room.private_since();
  return !since || user == room.owner || joined < *since;
}

bool ChatState::is_member(const Room& room, UserId user) {
  const auto it = room.joined.find(user);
  if (it == room.joined.end()) return false;
  const auto& word = it->second.latest();
  return word.value && is_admitted(room, user, word.key);
}

bool ChatState::may_see(const Room& room, UserId user) {
  if (!room.private_since() || is_member(room, user) || user == room.owner) return true;
  const auto admission = room.admitted.find(user);
  return admission != room.admitted.end() && admission->second.latest().value;
}

bool ChatState::is_member(const RoomName& name, UserId user) const {
  const Room* room = find_room(name.value);
  return room != nullptr && is_member(*room, user);
}

bool ChatState::may_see(const RoomName& name, UserId user) const {
  const Room* room = find_room(name.value);
  return room == nullptr || may_see(*room, user);
}

bool ChatState::is_private(const RoomName& name) const {
  const Room* room = find_room(name.value);
  return room != nullptr && room->private_since().has_value();
}

UserId ChatState::owner_of_room(const RoomName& name) const {
  const Room* room = find_room(name.value);
  return room == nullptr ? UserId{} : room->owner;
}

EntryKey ChatState::read_marker(UserId user, const Destination& conversation) const {
  const auto it = markers_.find({user, conversation});
  return it == markers_.end() ? EntryKey{} : it->second;
}

std::vector<Destination> ChatState::conversations_after(const std::optional<Destination>& after,
                                                        UserId user, std::size_t limit) const {
  std::vector<Destination> page;
  // Rooms come before users, as in a Destination.
  if (!after || std::holds_alternative<RoomName>(*after)) {
    auto it = after ? rooms_.upper_bound(std::get<RoomName>(*after).value) : rooms_.begin();
    for (; it != rooms_.end() && page.size() < limit; ++it)
      if (it->second.exists() && is_member(it->second, user)) page.push_back(RoomName{it->first});
  }
  const auto talks = talks_.find(user);
  if (talks == talks_.end()) return page;
  const auto* last = after ? std::get_if<UserId>(&*after) : nullptr;
  auto it = last != nullptr ? talks->second.upper_bound(*last) : talks->second.begin();
  for (; it != talks->second.end() && page.size() < limit; ++it) page.push_back(*it);
  return page;
}

std::optional<RoomInfo> ChatState::room(const RoomName& name) const {
  const Room* room = find_room(name.value);
  if (room == nullptr) return std::nullopt;
  return info_of(name.value, *room);
}

RoomInfo ChatState::info_of(const std::string& name, const Room& room) {
  const RoomName room_name{name};
  const auto members = std::ranges::count_if(
      room.joined, [&](const auto& one) { return is_member(room, one.first); });
  return {room_name,
          group_address(room_name),
          room.topic.latest().value,
          static_cast<std::uint64_t>(members),
          room.private_since().has_value(),
          room.owner};
}

std::vector<UserId> ChatState::members_of(const RoomName& name) const {
  std::vector<UserId> members;
  if (const Room* room = find_room(name.value))
    for (const auto& [user, joined] : room->joined)
      if (is_member(*room, user)) members.push_back(user);
  return members;
}

bool ChatState::has_members(const RoomName& name, std::size_t at_least) const {
  const Room* room = find_room(name.value);
  if (room == nullptr) return at_least == 0;
  std::size_t members = 0;
  for (auto it = room->joined.begin(); it != room->joined.end() && members < at_least; ++it)
    members += is_member(*room, it->first) ? 1 : 0;
  return members == at_least;
}

std::vector<RoomName> ChatState::public_rooms_of(UserId user, std::size_t limit) const {
  std::vector<RoomName> rooms;
  for (auto it = rooms_.begin(); it != rooms_.end() && rooms.size() < limit; ++it)
    if (it->second.exists() && !it->second.private_since() && is_member(it->second, user))
      rooms.push_back(RoomName{it->first});
  return rooms;
}

std::vector<RoomInfo> ChatState::rooms_after(std::string_view after, std::size_t limit,
                                             UserId user) const {
  std::vector<RoomInfo> page;
  for (auto it = rooms_.upper_bound(after); it != rooms_.end() && page.size() < limit; ++it)
    if (it->second.exists() && may_see(it->second, user))
      page.push_back(info_of(it->first, it->second));
  return page;
}

std::vector<RoomName> ChatState::rooms_hidden_from(UserId user) const {
  std::vector<RoomName> hidden;
  for (const auto& [name, room] : rooms_)
    if (!may_see(room, user)) hidden.push_back({name});
  return hidden;
}

std::vector<ChatState::User> ChatState::users_after(std::string_view after,
                                                    std::size_t limit) const {
  const auto tilde = after.rfind('~');
  const std::string_view name = after.substr(0, tilde);
  std::vector<User> page;
  for (auto it = claims_.lower_bound(name); it != claims_.end() && page.size() < limit; ++it) {
    std::vector<User> of_name;
    for (const auto& [key, user] : it->second)
      of_name.push_back({user, displayed_among(it->first, it->second, user)});
    // '~' and more digits sort behind the plain name.
    std::ranges::sort(of_name, {}, &User::displayed);
    for (User& user : of_name)
      if (page.size() < limit && (it->first != name || user.displayed > after))
        page.push_back(std::move(user));
  }
  return page;
}

bool rests_on_absence(RejectReason reason) {
  return reason == RejectReason::not_registered || reason == RejectReason::no_such_room ||
         reason == RejectReason::no_such_user || reason == RejectReason::not_a_room_member ||
         reason == RejectReason::not_invited;
}

}  // namespace peal
