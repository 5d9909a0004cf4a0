// Which faults exist in a run, and how strong they are, where that is not left to the seed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/network.hpp"
#include "sim/stats.hpp"

namespace peal::sim {

/// What the weather does to single datagrams.
enum class Harm : std::uint8_t { loss, duplicate, corrupt, slow, count_ };
inline constexpr std::size_t harm_count = static_cast<std::size_t>(Harm::count_);

/// Nothing: the seed decides. 0: never.
struct Faults {
  /// How many times as often as usual a fault strikes, beside the others of the run; at most 1000.
  std::array<std::optional<double>, fault_count> strikes{};
  /// Which part of all datagrams is hit, from 0 to 1.
  std::array<std::optional<double>, harm_count> harms{};

  /// All off.
  [[nodiscard]] static Faults none();
  friend bool operator==(const Faults&, const Faults&) = default;
};

/// One of the names that people use, as network.loss or process.crash, and what it does.
struct FaultName {
  const char* name = "";
  const char* what = "";
  std::optional<Fault> fault;  ///< or else:
  std::optional<Harm> harm;
};
[[nodiscard]] std::span<const FaultName> fault_names();

/// `network.loss=0.2,process.crash=off,disk.full=3`; `all=off` before others leaves only those; on
/// is 1 for what strikes. Throws std::invalid_argument with a sentence that says what is wrong.
[[nodiscard]] Faults parse_faults(std::string_view text);

/// The weather with those harms that are set.
[[nodiscard]] Weather with_harms(const Weather& weather, const Faults& faults);

}  // namespace peal::sim
