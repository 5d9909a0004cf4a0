// The words for defects in counters and logs.
#include "core/codec/defect.hpp"

#include <array>

#include "core/check.hpp"

namespace peal::codec {

const char* defect_name(Defect defect) {
  constexpr std::array<const char*, defect_count> names = {
      "none",           "empty",           "unknown protection", "datagram too long", "truncated",
      "trailing bytes", "foreign element", "too deep",           "too many elements", "wrong type",
      "wrong size",     "out of range",    "too long",           "none id",           "not sorted",
      "inconsistent"};
  const auto index = static_cast<std::size_t>(defect);
  CHECK(index < defect_count);
  return names[index];
}

}  // namespace peal::codec
