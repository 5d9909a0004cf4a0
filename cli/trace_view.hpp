// peal trace view: a page that shows a run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/trace_filter.hpp"
#include "cli/trace_input.hpp"
#include "cli/trouble.hpp"

namespace peal::cli {

/// A page that stands for itself; the run alone, as the page has it; a still picture.
enum class ViewForm : std::uint8_t { page, json, svg };
ExitCode view_traces(const std::vector<std::string>& paths, const TraceFilter& filter,
                     const std::string& out, ViewForm form);

}  // namespace peal::cli
