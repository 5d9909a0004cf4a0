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
#include "core/last_word.hpp"
#include "core/message.hpp"
#include "core/parts.hpp"

namespace peal {

/// The multicast group of a room: the same everywhere, in 239.192.0.0/14 (organisation-local scope,
/// RFC 2365), on one port for all rooms.
[[nodiscard]] Endpoint group_address(const RoomName& room);
inline constexpr std::uint16_t group_port = 7'399;

/// The room in whose timeline a body stands; none for everything else.
[[nodiscard]] const RoomName* room_of(const Body& body);

/// A user id as people see it: hexadecimal, `digits` of its 32.
[[nodiscard]] std::string to_hex(UserId user, std::size_t digits = 32);

/// The result of applying a set of entries, independent of their order; applying one again changes
/// nothing.
/// - A user's claim is the latest RegisterUser or Rename by key. A name belongs to the earliest of
///   the claims of it; the others are displayed as name~xxxx.
/// - A room exists once a CreateRoom or JoinRoom names it, and never ends. It belongs to the author
///   of the earliest of them by key.
/// - Joining and leaving, topic, privacy: the last writer by key wins. Saying again that a room is
///   private does not make it so later.
/// - Whether a user may be in a room: the last Invite or RemoveMember of that user by key wins,
///   over whatever the user says at the same time elsewhere. A private room also keeps those who
///   joined before it became one.
/// - A read marker only moves forward.
/// A message that two leaders put into their logs is the same statement made twice; all rules are
/// taken over keys, so it needs no care here. Grows with users, rooms, members and pairs of users
/// who talk, not with entries (but with how often a room changes its privacy). What each kind of
/// body means is in core/chat_rules.hpp.
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
  /// The name that the user claims, whoever owns it. Empty when not registered.
  [[nodiscard]] std::string_view claimed_name(UserId user) const;
  [[nodiscard]] std::optional<UserId> owner_of(std::string_view name) const;
  /// The user displayed so.
  [[nodiscard]] std::optional<UserId> find_displayed(std::string_view displayed) const;

  [[nodiscard]] bool room_exists(const RoomName& room) const;
  [[nodiscard]] bool is_member(const RoomName& room, UserId user) const;
  /// Whether the user may read the room, and see that there is one: it is not private, or they are
  /// a member or invited.
  [[nodiscard]] bool may_see(const RoomName& room, UserId user) const;
  [[nodiscard]] bool is_private(const RoomName& room) const;
  /// None when there is no such room.
  [[nodiscard]] UserId owner_of_room(const RoomName& room) const;
  [[nodiscard]] std::optional<RoomInfo> room(const RoomName& name) const;
  /// Sorted by id.
  [[nodiscard]] std::vector<UserId> members_of(const RoomName& room) const;
  [[nodiscard]] bool has_members(const RoomName& room, std::size_t at_least) const;
  /// The first rooms, by name, that a user is a member of and that are not private.
  [[nodiscard]] std::vector<RoomName> public_rooms_of(UserId user, std::size_t limit) const;

  [[nodiscard]] std::size_t user_count() const { return users_.size(); }
  [[nodiscard]] std::size_t room_count() const { return existing_rooms_; }
  /// Rooms with names above `after` that the user may see (none: that everybody may), in order.
  [[nodiscard]] std::vector<RoomInfo> rooms_after(std::string_view after, std::size_t limit,
                                                  UserId user = {}) const;
  /// The rooms that the user may not see, in order.
  [[nodiscard]] std::vector<RoomName> rooms_hidden_from(UserId user) const;
  /// The rooms that the user is in, then the users that they talked with, behind `after`, in order.
  [[nodiscard]] std::vector<Destination> conversations_after(
      const std::optional<Destination>& after, UserId user, std::size_t limit) const;
  /// Up to where the user has read; the lowest key when they never said so.
  [[nodiscard]] EntryKey read_marker(UserId user, const Destination& conversation) const;
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
  /// Whether an entry is told to a user: it stands in a conversation of theirs, or is about them.
  [[nodiscard]] bool concerns(const Entry& entry, UserId user) const;

  void mix_into(Hasher& hasher) const { hasher.add(sum_.high).add(sum_.low); }

  friend bool operator==(const ChatState&, const ChatState&) = default;

 private:
  friend struct ChatRules;

  /// When it is in history several times: at its smallest key.
  struct PrivacySwitch {
    EntryKey key;
    bool only_invited = false;
    friend bool operator==(const PrivacySwitch&, const PrivacySwitch&) = default;
    PEAL_PARTS(key, only_invited)
  };
  struct Room {
    EntryKey created;
    UserId owner;  // None: nobody joined it yet, as far as is known.
    LastWord<std::string> topic;
    std::map<MessageId, PrivacySwitch> privacy;  // When it became private is looked up here.
    std::map<UserId, LastWord<bool>>
        joined;  // Those who left too: a late Join must find their Leave.
    std::map<UserId, LastWord<bool>> admitted;
    [[nodiscard]] bool exists() const { return static_cast<bool>(owner); }
    /// The first switch after which it was never public again; none: it is public.
    [[nodiscard]] std::optional<EntryKey> private_since() const;
    friend bool operator==(const Room&, const Room&) = default;
    PEAL_PARTS(created, owner, topic, privacy, joined, admitted)
  };
  using Claimants = std::set<std::pair<EntryKey, UserId>>;  // The first owns the name.
  using Rooms = std::map<std::string, Room, std::less<>>;

  void claim(const Entry& entry, const std::string& name);
  void join(const Entry& entry, const RoomName& room);
  void set_topic(const Entry& entry, const SetTopic& topic);
  void set_joined(const Entry& entry, const RoomName& room, bool joined);
  void set_admitted(const Entry& entry, const RoomName& room, UserId user, bool admitted);
  void set_privacy(const Entry& entry, const SetPrivacy& privacy);
  void mark_read(const Entry& entry, const MarkRead& marker);
  void note_talk(UserId a, UserId b);
  /// Changes a last-writer-wins value, and the digest of all records with it.
  template <class T, class... Names>
  void choose(LastWord<T>& words, const Entry& entry, const T& value, std::uint64_t kind,
              const Names&... names);

  [[nodiscard]] const Room* find_room(std::string_view name) const;
  [[nodiscard]] static RoomInfo info_of(const std::string& name, const Room& room);
  /// Whether a user who joined at this key may be there.
  [[nodiscard]] static bool is_admitted(const Room& room, UserId user, const EntryKey& joined);
  [[nodiscard]] static bool is_member(const Room& room, UserId user);
  [[nodiscard]] static bool may_see(const Room& room, UserId user);
  [[nodiscard]] static std::string displayed_among(const std::string& name,
                                                   const Claimants& claimants, UserId user);
  void swap_in_sum(Digest before, Digest after);

  std::map<UserId, LastWord<std::string>> users_;  // The name that each claims.
  std::map<std::string, Claimants, std::less<>> claims_;
  Rooms rooms_;
  std::size_t existing_rooms_ = 0;
  std::map<UserId, std::set<UserId>> talks_;  // Both ways.
  std::map<std::pair<UserId, Destination>, EntryKey> markers_;
  Digest sum_;  // Of the digests of all records: kept up to date, so that digests of the state cost
                // little.
  PEAL_PARTS(users_, claims_, rooms_, existing_rooms_, talks_, markers_, sum_)
};

/// The reason is that somebody or something is not in the chat state: no reason where the chat
/// state is known to lack entries.
[[nodiscard]] bool rests_on_absence(RejectReason reason);

}  // namespace peal
