// A run whose every action is given.
#pragma once

#include <functional>

#include "sim/run.hpp"
#include "sim/setup.hpp"

namespace peal::sim {

class Play;

/// The same script and options give the same result, wherever it is performed; the script of a run
/// gives that run's result. Of the options those that say how much is drawn are not used. Actions
/// that cannot be done are passed over. begin: told of the play before anything happens, to add
/// players of its own.
[[nodiscard]] RunResult perform(const Script& script, const RunOptions& options,
                                const std::function<void(Play&)>& begin = {});

}  // namespace peal::sim
