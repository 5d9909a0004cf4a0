// Action after action, then the end.
#include "sim/perform.hpp"

#include "sim/play.hpp"

namespace peal::sim {
namespace {

bool play_script(Play& play, const Script& script) {
  for (const TimedAction& timed : script.actions) {
    if (!play.pass(timed.at_us)) return false;
    play.stage().perform(timed.action);
    if (play.world().oracles().judge.violation()) return false;
  }
  if (script.settle_at_us < 0) return play.pass(script.until_us);
  return play.pass(script.settle_at_us) && play.settle();
}

}  // namespace

RunResult perform(const Script& script, const RunOptions& options,
                  const std::function<void(Play&)>& begin) {
  Chooser chooser(script.seed);
  Play play(script.setup, chooser, options);
  if (begin) begin(play);
  (void)play_script(play, script);  // False: the violation is in the result.
  RunResult result = play.result();
  result.seed = script.seed;
  return result;
}

}  // namespace peal::sim
