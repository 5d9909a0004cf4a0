// Promise P11: every queue keeps its limit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/oracles/judge.hpp"

namespace peal::sim {

class Bounded {
 public:
  /// One queue or table of one server, as it is now.
  void look(std::uint32_t server, const char* name, std::size_t now, std::size_t limit,
            Judge& judge);
};

}  // namespace peal::sim
