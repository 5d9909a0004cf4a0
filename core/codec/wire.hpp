// The constants of the wire: what a datagram starts with, and how long its parts may be.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/limits.hpp"

namespace peal::codec {

/// The first element of every message. Raised when a field changes its meaning; new kinds of
/// message do not raise it.
inline constexpr std::uint64_t protocol_version = 1;
/// The first element of every stored entry.
inline constexpr std::uint64_t entry_format = 2;

/// The first byte of a datagram tells its protection. This one: none, the message follows.
inline constexpr std::uint8_t protection_plain = 0;

/// Stands where a message has its kind: a fragment of a longer message.
inline constexpr std::uint64_t fragment_kind = 255;
/// Every fragment but the last carries exactly so many bytes of its message.
inline constexpr std::size_t chunk_bytes = 1'300;
/// Array of 8, version, kind, server, run, number, index, count, header of the chunk.
inline constexpr std::size_t fragment_header_bytes_max = 1 + 1 + 2 + 9 + 9 + 9 + 3 + 3 + 3;

/// Instants and durations on the wire are at most so many microseconds from 0: 73,000 years.
inline constexpr std::int64_t time_us_max = std::int64_t{1} << 61U;

/// Wall times are at most so many milliseconds from 1970: the differences of two are durations.
inline constexpr std::int64_t wall_ms_max = std::int64_t{1} << 49U;
static_assert(2 * 1'000 * wall_ms_max < time_us_max);

/// Arrays in arrays: a message, its list, an item, the item's variant, a list in it.
inline constexpr std::size_t depth_max = 8;
/// Elements of one message in all, arrays included. The most has a Have of three full version
/// vectors.
inline constexpr std::size_t tokens_max = 65'536;

static_assert(limits::message_bytes_max >= fragment_header_bytes_max + chunk_bytes);
static_assert(limits::split_message_bytes_max == limits::fragments_max * chunk_bytes);
static_assert(limits::fragments_max <= 65'535);
static_assert(tokens_max > 3 * 2 * limits::logs_max + 16);

}  // namespace peal::codec
