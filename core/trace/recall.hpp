// What an archive has said lately: said again, it takes a byte.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

#include "core/endpoint.hpp"
#include "core/ids.hpp"

namespace peal::trace {

/// Writer and reader keep the same: of each place the value that was said last, if any was.
template <class T, std::size_t Places>
class RecallOf {
 public:
  /// Where this value would be.
  [[nodiscard]] static std::size_t place_of(const T& value) { return hash(value) % Places; }
  [[nodiscard]] const T* at(std::size_t place) const {
    return said_[place] ? &values_[place] : nullptr;
  }
  void keep(std::size_t place, const T& value) {
    values_[place] = value;
    said_[place] = true;
  }
  static constexpr std::size_t places = Places;

 private:
  static std::size_t hash(std::uint64_t value) { return mixed(value); }
  static std::size_t hash(const UserId& user) {
    std::uint64_t all = 0;
    for (const std::uint8_t byte : user.bytes) all = all * 257 + byte;
    return mixed(all);
  }
  static std::size_t hash(const Endpoint& endpoint) {
    std::uint64_t all = endpoint.port;
    for (const std::uint8_t byte : endpoint.ip) all = all * 257 + byte;
    return mixed(all + endpoint.scope);
  }
  static std::size_t mixed(std::uint64_t value) { return (value * 0x9fb21c651e98df25U) >> 40U; }

  std::array<T, Places> values_{};
  std::bitset<Places> said_;
};

/// As many places as fit into a byte beside "not said lately".
struct Recall {
  RecallOf<std::uint64_t, 120> ids;
  RecallOf<UserId, 120> users;
  RecallOf<Endpoint, 120> endpoints;
};

}  // namespace peal::trace
