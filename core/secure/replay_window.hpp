// Which of the latest counters were there already, so that no datagram is taken twice.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace peal::secure {

/// How far behind the highest counter another one may be: datagrams on the way at a time, with room
/// to spare.
inline constexpr std::uint64_t replay_window_size = 2'048;

/// A value: the sliding window of RFC 6479, 264 bytes.
class ReplayWindow {
 public:
  enum class Verdict { fresh, repeated, too_old };

  /// Says, and changes nothing: a counter proves nothing until its datagram is authenticated.
  [[nodiscard]] Verdict check(std::uint64_t counter) const;
  /// The datagram of a fresh counter was authentic.
  void mark(std::uint64_t counter);

  friend bool operator==(const ReplayWindow&, const ReplayWindow&) = default;

 private:
  static constexpr std::size_t word_bits = 64;

  [[nodiscard]] bool seen(std::uint64_t counter) const;
  void set(std::uint64_t counter, bool seen);

  /// One bit for each of the counters below end_, at counter % replay_window_size.
  std::array<std::uint64_t, replay_window_size / word_bits> bits_{};
  std::uint64_t end_ = 0;  ///< the highest counter + 1
};

}  // namespace peal::secure
