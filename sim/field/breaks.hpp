// What happened to the network and to hosts, as far as messages between servers show it.
#pragma once

#include <vector>

#include "sim/action.hpp"
#include "sim/field/field_run.hpp"
#include "sim/network.hpp"

namespace peal::sim {

struct Breaks {
  /// How long a message took as a rule; what took much longer is a delay or a pause.
  Weather weather;
  std::vector<TimedAction> actions;  ///< of cuts in the order of time, and the others behind them
};

/// A link that lost message after message was cut, and with it its other direction and every link
/// that lost something, if nothing passed there meanwhile; what was lost alone was dropped. A host
/// that did nothing while messages waited for it was paused.
[[nodiscard]] Breaks read_breaks(const FieldRun& run);

}  // namespace peal::sim
