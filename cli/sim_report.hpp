// Reports of campaigns as files: written, read and added up.
#pragma once

#include <string>

#include "cli/command.hpp"
#include "sim/report.hpp"

namespace peal::cli {

/// A usage error that names the file when it is not a whole report.
[[nodiscard]] sim::Report read_report(const std::string& path, const std::string& what);
void write_report(const std::string& path, const sim::Report& report);

/// peal sim merge FILE...
Command add_sim_merge(CLI::App& sim);

}  // namespace peal::cli
