// What many simulated runs did and found, for people.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "sim/totals.hpp"

namespace peal::cli {

/// The tables at the end of a campaign; in colours where `stream` shows them.
[[nodiscard]] std::string totals_text(const sim::Totals& totals, std::FILE* stream);
/// "2.50 M".
[[nodiscard]] std::string short_number(double value);

}  // namespace peal::cli
