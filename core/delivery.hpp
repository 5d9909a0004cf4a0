// An entry as people get it.
#pragma once

#include <cstdint>
#include <string>

#include "core/body.hpp"
#include "core/hlc.hpp"
#include "core/ids.hpp"

namespace peal {

/// A stable entry as a person sees it. gap: how many predecessors are missing and were not waited
/// for any longer.
struct Delivery {
  EntryId id;
  Hlc hlc;
  MessageId message;
  UserId author;
  std::string author_name;
  Body body;
  std::uint64_t gap = 0;
  std::uint64_t ahead_ms = 0;  ///< of the stamp, before the time at which the entry was written
  friend auto operator<=>(const Delivery&, const Delivery&) = default;
  [[nodiscard]] WallTime written() const { return hlc.wall_less(ahead_ms); }
};

}  // namespace peal
