// How the kinds of records are numbered in a file.
#pragma once

#include <cstdint>

namespace peal::trace {

/// Append only. A record of four bytes has no kind: it is a check.
enum class RecordKind : std::uint8_t {
  heading,
  began,
  stepped,
  client_stepped,
  digested,
  ended,
  fact,
  damaged,
  count_
};

}  // namespace peal::trace
