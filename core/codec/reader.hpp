// Tokens to values, driven by their fields: exact types and sizes, limits, and what must hold
// between fields.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/codec/defect.hpp"
#include "core/codec/message_fields.hpp"
#include "core/codec/shape.hpp"
#include "core/codec/sound.hpp"
#include "core/codec/tokens.hpp"
#include "core/codec/value_fields.hpp"
#include "core/codec/wire.hpp"
#include "core/version_vector.hpp"

namespace peal::codec {

/// Reads one value after the other. Once something is wrong, every further read says false and
/// defect() keeps the first reason.
class Reader {
 public:
  /// tokens end with one of type end; their texts and bytes lie in input.
  Reader(std::span<const Token> tokens, std::span<const std::uint8_t> input)
      : at_(tokens.data()), input_(input.data()) {}

  [[nodiscard]] Defect defect() const { return defect_; }
  [[nodiscard]] bool at_end() const { return at_->type == TokenType::end; }

  /// The start of an array of exactly so many elements.
  bool array(std::size_t elements) {
    if (at_->type != TokenType::array) return fail(Defect::wrong_type);
    if (at_->size != elements) return fail(Defect::wrong_size);
    ++at_;
    return true;
  }

  bool get(bool& value) {
    if (at_->type != TokenType::boolean) return fail(Defect::wrong_type);
    value = (at_++)->number != 0;
    return true;
  }
  bool get(std::uint64_t& value) {
    if (at_->type != TokenType::positive) return fail(Defect::wrong_type);
    value = (at_++)->number;
    return true;
  }
  bool get(std::uint32_t& value) { return narrow(value); }
  bool get(std::uint16_t& value) { return narrow(value); }
  bool get(std::int64_t& value) {
    const bool negative = at_->type == TokenType::negative;
    if (!negative && at_->type != TokenType::positive) return fail(Defect::wrong_type);
    value = static_cast<std::int64_t>(at_->number);
    if ((value < 0) != negative) return fail(Defect::out_of_range);
    ++at_;
    return true;
  }
  bool get(Hlc& value) {
    return get(value.value) && (value <= hlc_max || fail(Defect::out_of_range));
  }
  bool get(Instant& value) { return time(value.us); }
  bool get(Duration& value) { return time(value.us); }
  bool get(WallTime& value) {
    if (!get(value.ms)) return false;
    return (value.ms <= wall_ms_max && value.ms >= -wall_ms_max) || fail(Defect::out_of_range);
  }
  template <class Tag>
  bool get(Id<Tag>& id) {
    return get(id.value);
  }
  template <class E>
    requires std::is_enum_v<E>
  bool get(E& value) {
    std::uint64_t number = 0;
    if (!get(number)) return false;
    if (number >= values_of<E>) return fail(Defect::out_of_range);
    value = static_cast<E>(number);
    return true;
  }

  bool get(RoomName& room) { return text(room.value, limits::name_bytes_max); }
  bool get(UserId& user) {
    const auto found = bytes(user.bytes.size());
    if (found.empty()) return false;
    std::ranges::copy(found, user.bytes.begin());
    return true;
  }
  bool get(Destination& to) {
    if (at_->type == TokenType::text) return get(to.emplace<RoomName>());
    UserId& user = to.emplace<UserId>();
    return get(user) && (user || fail(Defect::none_id));
  }
  bool get(std::array<std::uint8_t, 16>& ip) {
    const bool v4 = at_->type == TokenType::bytes && at_->size == 4;
    const auto found = bytes(v4 ? 4 : 16);
    if (found.empty()) return false;
    ip = {};
    if (v4) ip[10] = ip[11] = 0xff;
    std::ranges::copy(found, ip.begin() + (v4 ? 12 : 0));
    return true;
  }

  /// Sorted by log, each once, none empty.
  bool get(VersionVector& vector) {
    std::size_t count = 0;
    if (!list_size(count, width<EntryId>(), limits::logs_max)) return false;
    LogId last;
    for (std::size_t i = 0; i < count; ++i) {
      EntryId pair;
      if (!fields(pair)) return false;
      if (is_none(pair)) return fail(Defect::none_id);
      if (pair.log <= last) return fail(Defect::not_sorted);
      last = pair.log;
      vector.advance(pair);
    }
    return true;
  }
  template <class T>
  bool get(std::optional<T>& value) {
    if (at_->type == TokenType::array && at_->size == 0) return array(0);
    return array(width<T>()) && get(value.emplace());
  }
  template <class... Alternatives>
  bool get(std::variant<Alternatives...>& value) {
    if (at_->type != TokenType::array) return fail(Defect::wrong_type);
    const std::size_t size = (at_++)->size;
    std::uint64_t index = 0;
    if (size == 0) return fail(Defect::wrong_size);
    if (!get(index)) return false;
    if (index >= sizeof...(Alternatives)) return fail(Defect::out_of_range);
    return alternative(value, index, size - 1, std::index_sequence_for<Alternatives...>{});
  }
  template <Described T>
  bool get(T& value) {
    if constexpr (!Wire<T>::in_line) {
      if (!array(Wire<T>::elements())) return false;
    }
    return fields(value);
  }

  /// The fields alone, without an array around them.
  template <Described T>
  bool fields(T& value) {
    if (!Wire<T>::each([&]<class F>(F) { return field<F>(F::of(value)); })) return false;
    const Defect found = defect_of(value);
    return found == Defect::none || fail(found);
  }

  bool fail(Defect why) {
    if (defect_ == Defect::none) defect_ = why;
    return false;
  }

  /// Bytes of exactly this length (not 0); empty when they are not there.
  std::span<const std::uint8_t> bytes(std::size_t size) { return bytes(size, size); }
  /// Bytes of any length from at_least (not 0) to at_most; empty when they are not there.
  std::span<const std::uint8_t> bytes(std::size_t at_least, std::size_t at_most) {
    const bool right_size = at_->size >= at_least && at_->size <= at_most;
    if (at_->type != TokenType::bytes || !right_size) {
      fail(at_->type != TokenType::bytes ? Defect::wrong_type : Defect::wrong_size);
      return {};
    }
    const Token& token = *at_++;
    return {input_ + token.number, token.size};
  }

 private:
  /// Times far from the ends of their type, so that their differences have no overflow.
  bool time(std::int64_t& us) {
    if (!get(us)) return false;
    return (us <= time_us_max && us >= -time_us_max) || fail(Defect::out_of_range);
  }

  template <class F>
  bool field(typename F::Value& value) {
    using V = typename F::Value;
    if constexpr (std::is_same_v<V, std::string>) {
      static_assert(F::at_most != 0, "a text needs a limit");
      return text(value, F::at_most);
    } else if constexpr (requires { value.reserve(0); }) {
      static_assert(F::at_most != 0, "a list needs a limit");
      return list(value, F::at_most);
    } else {
      if (!get(value)) return false;
      if constexpr (F::not_none) {
        if (is_none(value)) return fail(Defect::none_id);
      }
      return true;
    }
  }

  template <class T>
  bool narrow(T& value) {
    std::uint64_t number = 0;
    if (!get(number)) return false;
    if (number > std::numeric_limits<T>::max()) return fail(Defect::out_of_range);
    value = static_cast<T>(number);
    return true;
  }

  bool text(std::string& value, std::size_t bytes_max) {
    if (at_->type != TokenType::text) return fail(Defect::wrong_type);
    if (at_->size > bytes_max) return fail(Defect::too_long);
    value.assign(reinterpret_cast<const char*>(input_ + at_->number), at_->size);
    ++at_;
    return true;
  }

  bool list_size(std::size_t& items, std::size_t item_width, std::size_t items_max) {
    if (at_->type != TokenType::array) return fail(Defect::wrong_type);
    if (at_->size % item_width != 0) return fail(Defect::wrong_size);
    items = at_->size / item_width;
    if (items > items_max) return fail(Defect::too_long);
    ++at_;
    return true;
  }

  template <class T>
  bool list(std::vector<T>& items, std::size_t items_max) {
    std::size_t count = 0;
    if (!list_size(count, width<T>(), items_max)) return false;
    items.reserve(count);  // The tokens of all of them are there.
    for (std::size_t i = 0; i < count; ++i)
      if (!item(items)) return false;
    return true;
  }
  bool item(std::vector<SharedEntry>& entries) {
    Entry entry;
    if (!get(entry)) return false;
    entries.emplace_back(std::move(entry));
    return true;
  }
  /// Small values of a list are never none: pairs, users, endpoints.
  template <class T>
  bool item(std::vector<T>& items) {
    T& value = items.emplace_back();
    if (!get(value)) return false;
    if constexpr (std::is_same_v<T, EntryId> || std::is_same_v<T, UserId> ||
                  std::is_same_v<T, Endpoint>) {
      if (is_none(value)) return fail(Defect::none_id);
    }
    return true;
  }

  template <class Variant, std::size_t... I>
  bool alternative(Variant& value, std::uint64_t index, std::size_t elements,
                   std::index_sequence<I...>) {
    bool good = false;
    const auto read = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
      using T = std::variant_alternative_t<J, Variant>;
      if (index != J) return false;
      good = elements == Wire<T>::elements() ? fields(value.template emplace<J>())
                                             : fail(Defect::wrong_size);
      return true;
    };
    (read(std::integral_constant<std::size_t, I>{}) || ...);
    return good;
  }

  const Token* at_;
  const std::uint8_t* input_;
  Defect defect_ = Defect::none;
};

}  // namespace peal::codec
