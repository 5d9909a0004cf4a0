// peal trace merge: one trace of many recordings.
#pragma once

#include <string>
#include <vector>

#include "cli/trouble.hpp"

namespace peal::cli {

ExitCode merge_traces(const std::vector<std::string>& paths, const std::string& out);

}  // namespace peal::cli
