// A story as the page of peal trace view reads it.
#pragma once

#include <string>

#include "cli/trace_filter.hpp"
#include "core/trace/narrator.hpp"

namespace peal::cli {

/// JSON in columns, as docs/trace-format.md describes it. Only what the sieve lets through, and the
/// messages between such events.
[[nodiscard]] std::string run_json(const trace::Draft& draft, const Sieve& sieve);

}  // namespace peal::cli
