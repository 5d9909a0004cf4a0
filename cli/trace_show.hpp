// peal trace show, stats, shiviz and diff: what is in traces, as text.
#pragma once

#include <string>
#include <vector>

#include "cli/trace_filter.hpp"
#include "cli/trouble.hpp"

namespace peal::cli {

/// What is told of an event besides.
struct Shown {
  bool effects = false;  ///< what it made its machine ask for
  bool changes = false;  ///< what it changed in its machine
};
/// One line for each event, in an order that no clock can upset.
ExitCode show_traces(const std::vector<std::string>& paths, const TraceFilter& filter, Shown shown,
                     bool json);
ExitCode tell_statistics(const std::vector<std::string>& paths, bool json);
/// A log for ShiViz, whose default parser reads it: two lines for each event.
ExitCode write_shiviz(const std::vector<std::string>& paths, const TraceFilter& filter,
                      const std::string& out);
/// The first event of each machine that is not the same in both.
ExitCode compare_traces(const std::string& before, const std::string& after, bool json);

}  // namespace peal::cli
