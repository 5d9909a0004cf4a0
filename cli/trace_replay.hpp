// peal trace replay: whether the recorded events still do what they did.
#pragma once

#include <string>
#include <vector>

#include "cli/trouble.hpp"

namespace peal::cli {

ExitCode replay_traces(const std::vector<std::string>& paths, bool json);

}  // namespace peal::cli
