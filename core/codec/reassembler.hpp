// Fragments to messages, within fixed bounds, whatever arrives.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/codec/decoder.hpp"
#include "core/endpoint.hpp"
#include "core/limits.hpp"
#include "core/message.hpp"
#include "core/time.hpp"

namespace peal::codec {

/// Bytes of all messages that wait for fragments, bookkeeping included; beyond, the oldest goes.
inline constexpr std::size_t reassembly_bytes_max = 4U << 20U;
/// Unfinished messages of one source; beyond, its oldest goes.
inline constexpr std::size_t partials_per_source_max = 8;
/// An unfinished message is forgotten so long after its first fragment.
inline constexpr Duration reassembly_time_max = seconds(2);

static_assert(limits::split_message_bytes_max < reassembly_bytes_max);

/// A value; the same calls in the same order always have the same results.
class Reassembler {
 public:
  struct Drops {
    std::uint64_t expired = 0;       ///< unfinished messages, after reassembly_time_max
    std::uint64_t evicted = 0;       ///< unfinished messages, for room
    std::uint64_t duplicates = 0;    ///< fragments that were there already
    std::uint64_t inconsistent = 0;  ///< fragments that say another count than the first one
    friend auto operator<=>(const Drops&, const Drops&) = default;
  };

  /// Takes one fragment from an address; now never goes back. The whole message, without protection
  /// byte, when this was the last one missing.
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> add(Instant now, const Endpoint& from,
                                                             const Fragment& fragment);

  [[nodiscard]] const Drops& drops() const { return drops_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t partials() const { return partials_.size(); }

  friend bool operator==(const Reassembler&, const Reassembler&) = default;

 private:
  struct Key {
    Endpoint from;
    Sender sender;
    std::uint64_t number = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Partial {
    Instant started;
    std::uint64_t order = 0;  ///< counts the partials from 1
    std::size_t missing = 0;
    std::vector<std::vector<std::uint8_t>> chunks;  ///< by index; empty: missing
    std::size_t bytes = 0;                          ///< bookkeeping included
    friend bool operator==(const Partial&, const Partial&) = default;
  };
  using Partials = std::map<Key, Partial>;

  Partials::iterator start(Instant now, const Key& key, std::uint32_t count);
  void expire(Instant now);
  void make_room_of_source(const Key& key);
  void make_room();
  void remove(Partials::iterator partial);

  Partials partials_;
  std::map<std::uint64_t, Key> by_age_;  ///< order -> key
  std::uint64_t started_ = 0;
  std::size_t bytes_ = 0;
  Drops drops_;
};

}  // namespace peal::codec
