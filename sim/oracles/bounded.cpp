// Comparing loads with limits.
#include "sim/oracles/bounded.hpp"

#include <fmt/format.h>

namespace peal::sim {

void Bounded::look(std::uint32_t server, const char* name, std::size_t now, std::size_t limit,
                   Judge& judge) {
  judge.check(Oracle::bounded, now <= limit, "a queue is beyond its limit", [&] {
    return fmt::format("server {}: {} holds {}, limit {}", server, name, now, limit);
  });
}

}  // namespace peal::sim
