// A story as a still picture, for documents.
#pragma once

#include <string>

#include "cli/trace_filter.hpp"
#include "core/trace/story.hpp"

namespace peal::cli {

/// SVG: a line for each machine that the sieve lets anything of through, time from left to right.
/// Heartbeats and announcements are left out, as the page folds them, unless `all` is wanted.
[[nodiscard]] std::string run_svg(const trace::Story& story, const Sieve& sieve, bool all);

}  // namespace peal::cli
