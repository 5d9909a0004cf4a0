// The oracles' names as reports show them.
#include "sim/oracles/judge.hpp"

namespace peal::sim {

const char* oracle_name(Oracle oracle) {
  static constexpr std::array<const char*, oracle_count> names = {
      "durability", "exactly_once", "causal_order",    "fifo",   "availability", "convergence",
      "one_leader", "lcr_winner",   "monotonic_reads", "bounded"};
  return names.at(static_cast<std::size_t>(oracle));
}

std::optional<Oracle> find_oracle(std::string_view name) {
  for (std::size_t i = 0; i < oracle_count; ++i)
    if (name == oracle_name(static_cast<Oracle>(i))) return static_cast<Oracle>(i);
  return std::nullopt;
}

}  // namespace peal::sim
