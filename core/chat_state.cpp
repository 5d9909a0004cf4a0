// How each body changes the chat state, and how the state is looked at.
#include "core/chat_state.hpp"

#include <algorithm>

#include "core/check.hpp"

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

/// The digest of one record: what kind it is, whose, and its last-writer-wins value.
template <class... Parts>
Digest record_digest(std::uint64_t kind, const EntryKey& key, const Parts&... parts) {
  Hasher hasher(kind);
  mix(hasher, key);
  const auto add = [&hasher](const auto& part) {
    if constexpr (std::is_same_v<std::decay_t<decltype(part)>, UserId>) {
      mix(hasher, part);
    } else {
      hasher.add(part);
    }
  };
  (add(parts), ...);
  return hasher.digest();
}

enum Record : std::uint64_t { user_record = 1, member_record, topic_record, room_record };

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

std::string to_hex(UserId user, std::size_t digits) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < std::min(digits, user_digits); ++i)
    text.push_back(alphabet[(user.bytes[i / 2] >> (i % 2 == 0 ? 4U : 0U)) & 0xfU]);
  return text;
}

void ChatState::apply(const Entry& entry) {
  struct Apply {
    ChatState& state;
    const Entry& entry;
    void operator()(const RegisterUser& body) const { state.claim(entry, body.name); }
    void operator()(const Rename& body) const { state.claim(entry, body.name); }
    void operator()(const CreateRoom& body) const { state.join(entry, body.room); }
    void operator()(const JoinRoom& body) const { state.join(entry, body.room); }
    void operator()(const LeaveRoom& body) const { state.set_member(entry, body.room, false); }
    void operator()(const SetTopic& body) const { state.set_topic(entry, body); }
    void operator()(const Post&) const {}
  };
  std::visit(Apply{*this, entry}, entry.body);
}

void ChatState::claim(const Entry& entry, const std::string& name) {
  const UserId user = entry.author;
  const auto [it, fresh] = users_.try_emplace(user);
  Claim& claim = it->second;
  Digest before;
  if (!fresh) {
    if (entry.key() <= claim.key) return;
    before = record_digest(user_record, claim.key, user, claim.name);
    const auto former = claims_.find(claim.name);
    CHECK(former != claims_.end());
    former->second.erase({claim.key, user});
    if (former->second.empty()) claims_.erase(former);
  }
  claim = {entry.key(), name};
  claims_[name].emplace(claim.key, user);
  swap_in_sum(before, record_digest(user_record, claim.key, user, name));
}

void ChatState::join(const Entry& entry, const RoomName& name) {
  Room& room = rooms_[name.value];
  if (!room.exists) {
    room.exists = true;
    ++existing_rooms_;
    swap_in_sum(Digest{}, record_digest(room_record, EntryKey{}, name.value));
  }
  set_member(entry, name, true);
}

void ChatState::set_member(const Entry& entry, const RoomName& name, bool member) {
  Room& room = rooms_[name.value];
  const auto [it, fresh] = room.people.try_emplace(entry.author);
  Membership& current = it->second;
  const auto digest = [&] {
    return record_digest(member_record, current.key, entry.author, name.value,
                         std::uint64_t{current.member});
  };
  Digest before;
  if (!fresh) {
    if (entry.key() <= current.key) return;
    before = digest();
  }
  if (current.member) --room.members;
  if (member) ++room.members;
  current = {entry.key(), member};
  swap_in_sum(before, digest());
}

void ChatState::set_topic(const Entry& entry, const SetTopic& topic) {
  Room& room = rooms_[topic.room.value];
  if (entry.key() <= room.topic_key) return;
  const auto digest = [&] {
    return record_digest(topic_record, room.topic_key, topic.room.value, room.topic);
  };
  const Digest before = room.topic_key == EntryKey{} ? Digest{} : digest();
  room.topic_key = entry.key();
  room.topic = topic.topic;
  swap_in_sum(before, digest());
}

void ChatState::swap_in_sum(Digest before, Digest after) {
  sum_ -= before;
  sum_ += after;
}

std::string ChatState::displayed_name(UserId user) const {
  const auto it = users_.find(user);
  if (it == users_.end()) return {};
  const auto claimants = claims_.find(it->second.name);
  CHECK(claimants != claims_.end());
  return displayed_among(it->second.name, claimants->second, user);
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
  return it == rooms_.end() || !it->second.exists ? nullptr : &it->second;
}

bool ChatState::room_exists(const RoomName& name) const { return find_room(name.value) != nullptr; }

bool ChatState::is_member(const RoomName& name, UserId user) const {
  const Room* room = find_room(name.value);
  if (room == nullptr) return false;
  const auto it = room->people.find(user);
  return it != room->people.end() && it->second.member;
}

std::optional<RoomInfo> ChatState::room(const RoomName& name) const {
  const Room* room = find_room(name.value);
  if (room == nullptr) return std::nullopt;
  return info_of(name.value, *room);
}

RoomInfo ChatState::info_of(const std::string& name, const Room& room) {
  const RoomName room_name{name};
  return {room_name, group_address(room_name), room.topic, room.members};
}

std::vector<UserId> ChatState::members_of(const RoomName& name) const {
  std::vector<UserId> members;
  if (const Room* room = find_room(name.value))
    for (const auto& [user, membership] : room->people)
      if (membership.member) members.push_back(user);
  return members;
}

std::vector<RoomInfo> ChatState::rooms_after(std::string_view after, std::size_t limit) const {
  std::vector<RoomInfo> page;
  for (auto it = rooms_.upper_bound(after); it != rooms_.end() && page.size() < limit; ++it)
    if (it->second.exists) page.push_back(info_of(it->first, it->second));
  return page;
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

}  // namespace peal
