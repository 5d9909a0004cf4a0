// Values of the machines as bytes: numbers are as short as they get, what is shared is said once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/entry.hpp"
#include "core/parts.hpp"
#include "core/trace/kinds.hpp"

namespace peal::trace {

/// Appends to a vector of bytes. Equal values have equal bytes, but for which entries share their
/// memory. Numbers: seven bits a byte, the lowest first (LEB128); signed ones zigzag. Texts and
/// lists: how many, then each. One of several kinds: which, then its value.
class ArchiveWriter {
 public:
  explicit ArchiveWriter(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

  template <class T>
  void put(const T& value) {
    if constexpr (std::is_same_v<T, bool> || std::is_enum_v<T> || std::is_unsigned_v<T>) {
      number(static_cast<std::uint64_t>(value));
    } else if constexpr (std::is_signed_v<T>) {
      const auto wide = static_cast<std::int64_t>(value);
      number((static_cast<std::uint64_t>(wide) << 1U) ^ static_cast<std::uint64_t>(wide >> 63U));
    } else if constexpr (OfMicroseconds<T>) {
      put(value.us);
    } else if constexpr (OfMilliseconds<T>) {
      put(value.ms);
    } else if constexpr (OfValue<T>) {
      put(value.value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      number(value.size());
      bytes_.insert(bytes_.end(), value.begin(), value.end());
    } else if constexpr (std::is_same_v<T, UserId>) {
      bytes_.insert(bytes_.end(), value.bytes.begin(), value.bytes.end());
    } else if constexpr (std::is_same_v<T, Endpoint>) {
      bytes_.insert(bytes_.end(), value.ip.begin(), value.ip.end());
      put(value.port);
      put(value.scope);
    } else if constexpr (std::is_same_v<T, SharedEntry>) {
      shared(value);
    } else if constexpr (InParts<T>) {
      Parts::of(value, [this](const auto&... parts) { (this->put(parts), ...); });
    } else if constexpr (codec::Described<T>) {
      codec::Wire<T>::each([&]<class F>(F) {
        put(F::of(value));
        return true;
      });
    } else {
      container(value);
    }
  }

 private:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80U));
    bytes_.push_back(static_cast<std::uint8_t>(value));
  }

  /// 0 and the entry, or the number of one that was said before, counted from 1.
  void shared(const SharedEntry& entry) {
    const auto [it, fresh] = said_.try_emplace(&*entry, said_.size() + 1);
    number(fresh ? 0 : it->second);
    if (fresh) put(*entry);
  }

  template <class T>
  void container(const T& value) {
    if constexpr (is_optional<T>) {
      put(value.has_value());
      if (value) put(*value);
    } else if constexpr (is_pair<T>) {
      put(value.first);
      put(value.second);
    } else if constexpr (is_variant<T>) {
      number(value.index());
      std::visit([this](const auto& one) { this->put(one); }, value);
    } else if constexpr (std::is_same_v<T, std::monostate>) {
    } else if constexpr (is_array<T>) {
      for (const auto& item : value) put(item);
    } else {
      static_assert(is_list<T> || Ordered<T>);
      number(value.size());
      for (const auto& item : value) put(item);
    }
  }

  std::vector<std::uint8_t>& bytes_;
  std::map<const Entry*, std::uint64_t> said_;
};

}  // namespace peal::trace
