// Bytes of an archive to values. The bytes may be anything.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/delivery_order.hpp"
#include "core/entry.hpp"
#include "core/event.hpp"
#include "core/home_session.hpp"
#include "core/parts.hpp"
#include "core/trace/kinds.hpp"
#include "core/trace/names.hpp"
#include "core/trace/recall.hpp"

namespace peal::trace {

/// Reads one value after the other. Once something is wrong, every further read says false.
class ArchiveReader {
 public:
  /// recall: as the writer had it before it wrote these bytes.
  ArchiveReader(std::span<const std::uint8_t> bytes, Recall& recall)
      : bytes_(bytes), recall_(recall) {}

  [[nodiscard]] bool at_end() const { return sound_ && bytes_.empty(); }

  template <class T>
  bool get(T& value) {
    if constexpr (std::is_same_v<T, bool> || std::is_unsigned_v<T>) {
      return narrow(value);
    } else if constexpr (std::is_enum_v<T>) {
      return enumerator(value);
    } else if constexpr (std::is_signed_v<T>) {
      std::uint64_t zigzag = 0;
      if (!number(zigzag)) return false;
      const auto wide = static_cast<std::int64_t>((zigzag >> 1U) ^ (~(zigzag & 1U) + 1U));
      value = static_cast<T>(wide);
      return value == wide || fail();
    } else if constexpr (OfMicroseconds<T>) {
      return get(value.us);
    } else if constexpr (OfMilliseconds<T>) {
      return get(value.ms);
    } else if constexpr (is_random_id<T>) {
      return id(value.value);
    } else if constexpr (std::is_same_v<T, Digest>) {
      return id(value.high) && id(value.low);
    } else if constexpr (std::is_same_v<T, Sender>) {
      return get(value.server) && id(value.run);
    } else if constexpr (OfValue<T>) {
      return get(value.value);
    } else if constexpr (std::is_same_v<T, std::string> ||
                         std::is_same_v<T, std::vector<std::uint8_t>>) {
      std::size_t size = 0;
      if (!count(size)) return false;
      value.assign(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(size));
      bytes_ = bytes_.subspan(size);
      return true;
    } else if constexpr (std::is_same_v<T, UserId>) {
      return said_lately(recall_.users, value, [&] { return raw(value.bytes); });
    } else if constexpr (std::is_same_v<T, Endpoint>) {
      return said_lately(recall_.endpoints, value,
                         [&] { return raw(value.ip) && get(value.port) && get(value.scope); });
    } else if constexpr (std::is_same_v<T, SharedEntry>) {
      return shared(value);
    } else if constexpr (InParts<T>) {
      return Parts::of(value, [this](auto&... parts) { return (this->get(parts) && ...); });
    } else if constexpr (codec::Described<T>) {
      return codec::Wire<T>::each([&]<class F>(F) { return get(F::of(value)); });
    } else {
      return container(value);
    }
  }

  bool get_check(std::uint32_t& check) {
    std::array<std::uint8_t, 4> bytes{};
    if (!raw(bytes)) return false;
    check = 0;
    for (unsigned i = 0; i < 4; ++i) check |= std::uint32_t{bytes[i]} << (8 * i);
    return true;
  }

 private:
  bool fail() { return sound_ = false; }

  bool number(std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (!sound_ || bytes_.empty()) return fail();
      const std::uint8_t byte = bytes_.front();
      bytes_ = bytes_.subspan(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return shift < 63 || byte <= 1 || fail();
    }
    return fail();
  }

  template <class T>
  bool narrow(T& value) {
    std::uint64_t wide = 0;
    if (!number(wide)) return false;
    if constexpr (std::is_same_v<T, bool>) {
      if (wide > 1) return fail();
    } else {
      if (wide > std::numeric_limits<T>::max()) return fail();
    }
    value = static_cast<T>(wide);
    return true;
  }

  template <class E>
  bool enumerator(E& value) {
    std::uint64_t wide = 0;
    if (!number(wide)) return false;
    if (wide >= enumerators<E>) return fail();
    value = static_cast<E>(wide);
    return true;
  }

  /// How many items follow: each takes a byte at least.
  bool count(std::size_t& items) {
    std::uint64_t wide = 0;
    if (!number(wide)) return false;
    if (wide > bytes_.size()) return fail();
    items = wide;
    return true;
  }

  template <std::size_t N>
  bool raw(std::array<std::uint8_t, N>& value) {
    if (!sound_ || bytes_.size() < N) return fail();
    std::copy_n(bytes_.begin(), N, value.begin());
    bytes_ = bytes_.subspan(N);
    return true;
  }

  bool id(std::uint64_t& value) {
    return said_lately(recall_.ids, value, [&] {
      std::array<std::uint8_t, 8> bytes{};
      if (!raw(bytes)) return false;
      value = 0;
      for (unsigned i = 0; i < 8; ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
      return true;
    });
  }

  template <class RecallOfT, class T, class Read>
  bool said_lately(RecallOfT& recall, T& value, Read read) {
    if (!sound_ || bytes_.empty()) return fail();
    const std::size_t said = bytes_.front();
    bytes_ = bytes_.subspan(1);
    if (said > recall.places) return fail();
    if (said != 0) {
      const T* last = recall.at(said - 1);
      if (last == nullptr) return fail();
      value = *last;
      return true;
    }
    if (!read()) return false;
    recall.keep(recall.place_of(value), value);
    return true;
  }

  bool shared(SharedEntry& entry) {
    std::uint64_t said = 0;
    if (!number(said)) return false;
    if (said == 0) {
      Entry fresh;
      if (!get(fresh)) return false;
      said_.emplace_back(std::move(fresh));
      said = said_.size();
    }
    if (said > said_.size()) return fail();
    entry = said_[said - 1];
    return true;
  }

  /// A value to read into. A SharedEntry is never empty, so what holds one is not either.
  template <class T>
  T blank() {
    if constexpr (std::is_same_v<T, SharedEntry>) {
      return nothing_;
    } else if constexpr (std::is_same_v<T, StoredEntry>) {
      return StoredEntry{.entry = nothing_};
    } else if constexpr (std::is_same_v<T, Release>) {
      return Release{.entry = nothing_};
    } else if constexpr (std::is_same_v<T, HomeSession::Owed>) {
      return HomeSession::Owed{.release = Release{.entry = nothing_}};
    } else {
      return T{};
    }
  }

  template <class T>
  bool item(T& all) {
    if constexpr (is_list<T>) {
      all.push_back(blank<typename T::value_type>());
      return get(all.back());
    } else {
      typename T::key_type key{};
      if (!get(key)) return false;
      if constexpr (is_map<T>) {
        auto value = blank<typename T::mapped_type>();
        if (!get(value)) return false;
        all.emplace_hint(all.end(), std::move(key), std::move(value));
      } else {
        all.emplace_hint(all.end(), std::move(key));
      }
      return true;
    }
  }

  template <std::size_t I = 0, class... Ts>
  bool alternative(std::variant<Ts...>& value, std::uint64_t index) {
    if constexpr (I == sizeof...(Ts)) {
      return fail();
    } else {
      return index == I ? get(value.template emplace<I>()) : alternative<I + 1>(value, index);
    }
  }

  template <class T>
  bool container(T& value) {
    if constexpr (is_optional<T>) {
      bool there = false;
      value.reset();
      if (!get(there) || !there) return sound_;
      value = blank<typename T::value_type>();
      return get(*value);
    } else if constexpr (is_pair<T>) {
      return get(value.first) && get(value.second);
    } else if constexpr (is_variant<T>) {
      std::uint64_t index = 0;
      return number(index) && alternative(value, index);
    } else if constexpr (std::is_same_v<T, std::monostate>) {
      return sound_;
    } else if constexpr (is_array<T>) {
      return std::ranges::all_of(value, [this](auto& each) { return this->get(each); });
    } else {
      static_assert(is_list<T> || Ordered<T>);
      std::size_t items = 0;
      value.clear();
      if (!count(items)) return false;
      for (std::size_t i = 0; i < items; ++i)
        if (!item(value)) return false;
      return true;
    }
  }

  std::span<const std::uint8_t> bytes_;
  Recall& recall_;
  std::vector<SharedEntry> said_;
  SharedEntry nothing_{Entry{}};
  bool sound_ = true;
};

}  // namespace peal::trace
