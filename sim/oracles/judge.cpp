// The oracles' names as reports show them.
#include "sim/oracles/judge.hpp"

namespace peal::sim {

const char* oracle_name(Oracle oracle) {
  static constexpr std::array<const char*, oracle_count> names = {
      "durability", "exactly_once", "causal_order",    "fifo",   "availability", "convergence",
      "one_leader", "lcr_winner",   "monotonic_reads", "bounded"};
  return names.at(static_cast<std::size_t>(oracle));
}

}  // namespace peal::sim
