// Bytes that leave nothing behind in memory and take the same time to compare, equal or not.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace peal::secure {

/// Overwrites what no one reads again, in a way that the compiler does not leave out.
void wipe(std::span<std::uint8_t> bytes);
/// In constant time; both are of one length.
[[nodiscard]] bool equal_in_constant_time(std::span<const std::uint8_t> a,
                                          std::span<const std::uint8_t> b);

/// A value: copies are secrets too, each wiped when its life ends.
template <std::size_t N>
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::span<const std::uint8_t, N> bytes) { std::ranges::copy(bytes, data()); }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { wipe(bytes_); }

  [[nodiscard]] std::uint8_t* data() { return bytes_.data(); }
  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
  [[nodiscard]] static constexpr std::size_t size() { return N; }
  [[nodiscard]] std::span<const std::uint8_t, N> view() const { return bytes_; }
  /// The first bytes as a secret of their own.
  template <std::size_t M>
  [[nodiscard]] Secret<M> first() const {
    return Secret<M>(view().template first<M>());
  }

  friend bool operator==(const Secret& a, const Secret& b) {
    return equal_in_constant_time(a.bytes_, b.bytes_);
  }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace peal::secure
