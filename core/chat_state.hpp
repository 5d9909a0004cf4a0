// Users, rooms and memberships, computed from a set of entries whatever their order (a CRDT).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/entry.hpp"
#include "core/message.hpp"

namespace peal {

/// The multicast group of a room: the same everywhere, in 239.192.0.0/14 (organisation-local scope,
/// RFC 2365), on one port for all rooms.
[[nodiscard]] Endpoint group_address(const RoomName& room);
inline constexpr std::uint16_t group_port = 7'399;

/// A user id as people see it: hexadecimal, `digits` of its 32.
[[nodiscard]] std::string to_hex(UserId user, std::size_t digits = 32);

/// The result of applying a set of entries, independent of their order; applying one again changes
/// nothing.
/// - A user's claim is the latest RegisterUser or Rename by key. A name belongs to the earliest of
///   the claims of it; the others are displayed as name~xxxx.
/// - A room exists once a CreateRoom or JoinRoom names it, and never ends.
/// - Membership and topic: the last writer by key wins.
/// A message that two leaders put into their logs is the same statement made twice; all rules are
/// taken over keys, so it needs no care here. Grows with users, rooms and members, not with
/// entries.
class ChatState {
 public:
  void apply(const Entry& entry);

  struct User {
    UserId id;
    std::string displayed;
    friend auto operator<=>(const User&, const User&) = default;
  };

  [[nodiscard]] bool is_registered(UserId user) const { return users_.contains(user); }
  /// The name as people see it: plain for its owner, else name~ and as much of the user id as tells
  /// the claimants apart, 4 digits at least. Empty when not registered.
  [[nodiscard]] std::string displayed_name(UserId user) const;
  [[nodiscard]] std::optional<UserId> owner_of(std::string_view name) const;
  /// The user displayed so.
  [[nodiscard]] std::optional<UserId> find_displayed(std::string_view displayed) const;

  [[nodiscard]] bool room_exists(const RoomName& room) const;
  [[nodiscard]] bool is_member(const RoomName& room, UserId user) const;
  [[nodiscard]] std::optional<RoomInfo> room(const RoomName& name) const;
  /// Sorted by id.
  [[nodiscard]] std::vector<UserId> members_of(const RoomName& room) const;

  [[nodiscard]] std::size_t user_count() const { return users_.size(); }
  [[nodiscard]] std::size_t room_count() const { return existing_rooms_; }
  /// Rooms with names above `after`, in order.
  [[nodiscard]] std::vector<RoomInfo> rooms_after(std::string_view after, std::size_t limit) const;
  /// Users behind the one displayed as `after`, by name, its owner first, then by id.
  [[nodiscard]] std::vector<User> users_after(std::string_view after, std::size_t limit) const;

  /// The body may become an entry.
  struct Fine {
    friend auto operator<=>(Fine, Fine) = default;
  };
  /// An entry of it would change nothing.
  struct AlreadySo {
    friend auto operator<=>(AlreadySo, AlreadySo) = default;
  };
  using Judgement = std::variant<Fine, AlreadySo, Refusal>;
  /// Whether the body by this author may become an entry now; a Refusal's detail is one line for
  /// people that says why and what to do.
  [[nodiscard]] Judgement judge(const Body& body, UserId author) const;

  void mix_into(Hasher& hasher) const { hasher.add(sum_.high).add(sum_.low); }

  friend bool operator==(const ChatState&, const ChatState&) = default;

 private:
  struct Claim {
    EntryKey key;
    std::string name;
    friend bool operator==(const Claim&, const Claim&) = default;
  };
  struct Membership {
    EntryKey key;
    bool member = false;
    friend bool operator==(const Membership&, const Membership&) = default;
  };
  struct Room {
    bool exists = false;
    EntryKey topic_key;
    std::string topic;
    std::map<UserId, Membership> people;  // Those who left too: a late Join must find their Leave.
    std::size_t members = 0;
    friend bool operator==(const Room&, const Room&) = default;
  };
  using Claimants = std::set<std::pair<EntryKey, UserId>>;  // The first owns the name.
  using Rooms = std::map<std::string, Room, std::less<>>;

  void claim(const Entry& entry, const std::string& name);
  void join(const Entry& entry, const RoomName& room);
  void set_member(const Entry& entry, const RoomName& room, bool member);
  void set_topic(const Entry& entry, const SetTopic& topic);

  [[nodiscard]] Judgement judge_name(const std::string& name, UserId author) const;
  [[nodiscard]] Judgement judge_join(const RoomName& room, UserId author) const;
  [[nodiscard]] Judgement judge_leave(const RoomName& room, UserId author) const;
  [[nodiscard]] Judgement judge_topic(const SetTopic& body, UserId author) const;
  [[nodiscard]] Judgement judge_post(const Post& post, UserId author) const;

  [[nodiscard]] const Room* find_room(std::string_view name) const;
  [[nodiscard]] static RoomInfo info_of(const std::string& name, const Room& room);
  [[nodiscard]] static std::string displayed_among(const std::string& name,
                                                   const Claimants& claimants, UserId user);
  void swap_in_sum(Digest before, Digest after);

  std::map<UserId, Claim> users_;
  std::map<std::string, Claimants, std::less<>> claims_;
  Rooms rooms_;
  std::size_t existing_rooms_ = 0;
  Digest sum_;  // Of the digests of all records: kept up to date, so that digests of the state cost
                // little.
};

/// The reason is that somebody or something is not in the chat state: no reason where the chat
/// state is known to lack entries.
[[nodiscard]] bool rests_on_absence(RejectReason reason);

}  // namespace peal
