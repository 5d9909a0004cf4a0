// Bytes that are owned, and bytes that are only looked at.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace peal::secure {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

}  // namespace peal::secure
