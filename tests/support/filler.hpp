// Fills any value that has fields on the wire with random, valid content.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/codec/message_fields.hpp"
#include "core/codec/shape.hpp"
#include "core/codec/sound.hpp"
#include "core/codec/wire.hpp"
#include "core/prng.hpp"
#include "core/version_vector.hpp"

namespace peal::test {

/// Numbers and ids of all magnitudes, or only those below 8, so that they meet again.
enum class Magnitude : std::uint8_t { all, small };

/// size: 0 to 100, how long texts and lists get. Rarely, and only from 80 on, up to their limits.
class Filler {
 public:
  Filler(std::uint64_t seed, int size, Magnitude magnitude = Magnitude::all)
      : prng_(seed), size_(static_cast<std::size_t>(size)), magnitude_(magnitude) {}

  void fill(bool& value) { value = prng_.below(2) != 0; }
  void fill(std::uint16_t& value) { value = static_cast<std::uint16_t>(number() & 0xffffU); }
  void fill(std::uint32_t& value) { value = static_cast<std::uint32_t>(number() & 0xffffffffU); }
  void fill(std::uint64_t& value) { value = number(); }
  void fill(std::int64_t& value) { value = static_cast<std::int64_t>(number()); }
  void fill(Hlc& value) { value.value = number() % (hlc_max.value + 1); }
  void fill(Instant& value) { fill_time(value.us); }
  void fill(Duration& value) { fill_time(value.us); }
  void fill(WallTime& value) {
    value.ms = static_cast<std::int64_t>(number()) % (codec::wall_ms_max + 1);
  }
  template <class Tag>
  void fill(Id<Tag>& id) {
    fill(id.value);
  }
  template <class E>
    requires std::is_enum_v<E>
  void fill(E& value) {
    value = static_cast<E>(prng_.below(codec::values_of<E>));
  }
  void fill(std::string& text, std::size_t bytes_max) {
    text.resize(length(bytes_max));
    for (char& c : text) c = static_cast<char>(prng_.next() & 0xffU);
  }
  void fill(RoomName& room) { fill(room.value, limits::name_bytes_max); }
  void fill(UserId& user) { fill(user.bytes); }
  void fill(std::array<std::uint8_t, 16>& bytes) {
    if (magnitude_ == Magnitude::small) {
      bytes = {};
      bytes[15] = static_cast<std::uint8_t>(prng_.below(8));
      return;
    }
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(prng_.next() & 0xffU);
  }
  void fill(Endpoint& at) {
    fill(at.ip);
    if (prng_.below(2) == 0) {
      std::fill_n(at.ip.begin(), 10, std::uint8_t{0});
      at.ip[10] = at.ip[11] = 0xff;
    }
    at.port =
        static_cast<std::uint16_t>(1 + prng_.below(magnitude_ == Magnitude::small ? 7 : 65'535));
  }
  void fill(Destination& to) {
    if (prng_.below(2) == 0) {
      fill(to.emplace<RoomName>());
    } else {
      fill_not_none(to.emplace<UserId>());
    }
  }
  void fill(VersionVector& vector) {
    for (std::size_t i = length(limits::logs_max); i > 0; --i) {
      EntryId pair;
      fill_not_none(pair);
      vector.advance(pair);
    }
  }
  void fill(SharedEntry& entry) {
    Entry one;
    fill(one);
    entry = SharedEntry(std::move(one));
  }
  template <class T>
  void fill(std::vector<T>& items, std::size_t items_max) {
    // Items with texts and lists of their own are fewer, so that a message stays within its limit.
    constexpr bool small = codec::width<T>() > 1 || std::is_same_v<T, UserId>;
    for (std::size_t i = small ? length(items_max)
                               : below_or_same(std::min<std::size_t>(items_max, size_ / 8));
         i > 0; --i) {
      if constexpr (std::is_same_v<T, SharedEntry>) {
        items.emplace_back(Entry{});
      } else {
        items.emplace_back();
      }
      fill_not_none(items.back());
    }
  }
  template <class T>
  void fill(std::optional<T>& value) {
    if (prng_.below(2) == 0) fill(value.emplace());
  }
  template <class... Alternatives>
  void fill(std::variant<Alternatives...>& value) {
    fill_alternative(value, prng_.below(sizeof...(Alternatives)),
                     std::index_sequence_for<Alternatives...>{});
  }
  template <codec::Described T>
  void fill(T& value) {
    codec::Wire<T>::each([&]<class F>(F) {
      fill_field<F>(F::of(value));
      return true;
    });
    repair(value);
  }

  template <std::size_t... I, class Variant>
  void fill_alternative(Variant& value, std::size_t index, std::index_sequence<I...>) {
    const auto one = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
      if (J == index) fill(value.template emplace<J>());
    };
    (one(std::integral_constant<std::size_t, I>{}), ...);
  }

 private:
  void fill_time(std::int64_t& us) { us = static_cast<std::int64_t>(number()) / 4; }
  /// All magnitudes equally likely, or 0 to 7.
  std::uint64_t number() {
    if (magnitude_ == Magnitude::small) return prng_.below(8);
    const std::uint64_t bits = prng_.below(65);
    return bits == 0 ? 0 : prng_.next() >> (64 - bits);
  }
  std::size_t below_or_same(std::size_t n) { return prng_.below(n + 1); }
  std::size_t length(std::size_t limit) {
    if (size_ >= 80 && prng_.below(40) == 0) return limit;
    return below_or_same(std::min(limit, size_));
  }

  template <class F>
  void fill_field(typename F::Value& value) {
    if constexpr (requires { fill(value, F::at_most); }) {
      fill(value, F::at_most);
    } else if constexpr (F::not_none) {
      fill_not_none(value);
    } else {
      fill(value);
    }
  }
  template <class T>
  void fill_not_none(T& value) {
    fill(value);
    if constexpr (requires { codec::is_none(value); }) {
      while (codec::is_none(value)) {
        value = T{};
        fill(value);
      }
    }
  }

  // What must hold between fields.
  template <class T>
  void repair(T&) {}
  void repair(EntryId& id) { id.seq %= limits::seq_max + 1; }
  void repair(VoteAck& ack) {
    ack.round = std::max<std::uint64_t>(1, ack.round % limits::view_number_max);
  }
  void repair(LeaderAlive& alive) { alive.round %= limits::view_number_max + 1; }
  void repair(ViewId& id) {
    id.number %= limits::view_number_max + 1;
    if (id.number == 0) id.leader = {};
    while (id.number != 0 && !id.leader) fill(id.leader);
  }
  void repair(Member& member) {
    if (!member.id) member.incarnation = {};
    while (member.id && !member.incarnation) fill(member.incarnation);
  }
  void repair(View& view) {
    if (codec::is_none(view)) return view.members.clear();
    if (view.members.empty()) fill_not_none(view.members.emplace_back());
    std::ranges::sort(view.members, {}, &Member::id);
    const auto twice = std::ranges::unique(view.members, {}, &Member::id);
    view.members.erase(twice.begin(), twice.end());
    view.id.leader = view.members[prng_.below(view.members.size())].id;
  }
  void repair(Entry& entry) { repair_stamp(entry); }
  void repair(Delivery& delivery) { repair_stamp(delivery); }
  template <class T>
  void repair_stamp(T& stamped) {
    stamped.ahead_ms %= static_cast<std::uint64_t>(stamped.hlc.wall().ms) + 1;
  }
  void repair(PushRange& range) {
    if (range.first > range.last) std::swap(range.first, range.last);
  }
  void repair(Push& push) {
    if (push.n == 0) push.entries.clear();
  }
  void repair(Vote& vote) {
    vote.round = std::max<std::uint64_t>(1, vote.round % limits::view_number_max);
    if (vote.path.empty()) fill_not_none(vote.path.emplace_back());
    vote.candidate = vote.path.front().id;
  }

  Prng prng_;
  std::size_t size_;
  Magnitude magnitude_;
};

}  // namespace peal::test
