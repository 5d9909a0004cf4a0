// Comparing what a run asks with what was recorded, one question after the other.
#include "sim/decisions/replay.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/world.hpp"

namespace peal::sim {
namespace {

using Why = Divergence::Why;

// Lends the world's clock to the replay, and ends the run that has diverged.
class Onlooker : public Watcher {
 public:
  Onlooker(Replay& replay, bool ends) : replay_(replay), ends_(ends) {}

  bool happened(World& world, const Happening& /*happening*/) override {
    if (!replay_.has_clock()) replay_.set_clock([&world] { return world.now_us(); });
    return !ends_ || !replay_.divergence();
  }

 private:
  Replay& replay_;
  bool ends_;
};

std::string text(const std::optional<Divergence::Question>& question, const Recording& recording) {
  if (!question) return "nothing";
  const std::string what =
      fmt::format("{}, the {}", recording.describe(question->choice), ordinal(question->nth));
  if (question->choice.about != About::foreign) return fmt::format("\"{}\"", what);
  return fmt::format("\"{}\" (which this program does not ask)", what);
}

}  // namespace

Replay::Replay(std::span<const Decision> decisions, Rule rule)
    : decisions_(decisions), rule_(rule) {
  if (rule_ == Rule::in_order) return;
  for (std::size_t i = 0; i < decisions_.size(); ++i)
    answers_[decisions_[i].choice].where.push_back(i);
}

std::uint64_t Replay::answer(const Choice& choice, std::uint64_t alternatives) {
  ++asked_;
  return rule_ == Rule::in_order ? in_order(choice, alternatives) : by_key(choice, alternatives);
}

std::uint64_t Replay::in_order(const Choice& choice, std::uint64_t alternatives) {
  if (divergence_) return calm_.answer(choice, alternatives);
  const std::size_t index = asked_ - 1;
  const bool ended = index >= decisions_.size();
  const bool same = !ended && decisions_[index].choice == choice;
  if (same && decisions_[index].answer < alternatives) return decisions_[index].answer;
  Divergence found;
  found.asked = {choice, count_before(std::min(index, decisions_.size()), choice) + 1};
  found.alternatives = alternatives;
  found.why = ended ? Why::ended : same ? Why::too_large : Why::other;
  ++(same ? too_large_ : missing_);
  if (!ended) {
    found.recorded = recorded_at(index);
    found.answer = decisions_[index].answer;
  }
  differ(found);
  return calm_.answer(choice, alternatives);
}

std::uint64_t Replay::by_key(const Choice& choice, std::uint64_t alternatives) {
  Answers& answers = answers_[choice];
  const std::uint64_t nth = ++answers.next;
  if (nth > answers.where.size()) {
    ++missing_;
    differ({.why = Why::other, .asked = {{choice, nth}}, .alternatives = alternatives});
    return calm_.answer(choice, alternatives);
  }
  const Decision& decision = decisions_[answers.where[nth - 1]];
  if (decision.answer < alternatives) return decision.answer;
  ++too_large_;
  differ({.why = Why::too_large,
          .recorded = {{choice, nth}},
          .asked = {{choice, nth}},
          .answer = decision.answer,
          .alternatives = alternatives});
  return calm_.answer(choice, alternatives);
}

void Replay::differ(Divergence divergence) {
  if (divergence_) return;
  divergence.decision = asked_;
  divergence.at_us = clock_ ? clock_() : 0;
  divergence_ = divergence;
}

void Replay::end() {
  clock_ = nullptr;
  if (rule_ == Rule::in_order) {
    if (divergence_ || asked_ >= decisions_.size()) return;
    left_over_ = decisions_.size() - asked_;
    differ({.why = Why::left_over, .recorded = recorded_at(asked_)});
    return;
  }
  std::size_t first = decisions_.size();
  for (const auto& [choice, answers] : answers_) {
    if (answers.next >= answers.where.size()) continue;
    left_over_ += answers.where.size() - answers.next;
    first = std::min(first, answers.where[answers.next]);
  }
  if (left_over_ != 0) differ({.why = Why::left_over, .recorded = recorded_at(first)});
}

std::uint64_t Replay::count_before(std::size_t end, const Choice& choice) const {
  const auto before = decisions_.first(end);
  return static_cast<std::uint64_t>(std::ranges::count(before, choice, &Decision::choice));
}

Divergence::Question Replay::recorded_at(std::size_t index) const {
  const Choice& choice = decisions_[index].choice;
  return {choice, count_before(index, choice) + 1};
}

Replayed replay(const Recording& recording, Replay::Rule rule, const RunOptions& onlookers) {
  Replay source(recording.decisions, rule);
  Onlooker onlooker(source, rule == Replay::Rule::in_order);
  RunOptions options = recording.run;
  options.source = &source;
  options.watcher = &onlooker;
  options.trace = onlookers.trace;
  options.recorder = onlookers.recorder;
  Replayed replayed;
  replayed.result = run(recording.seed, options);
  source.end();
  replayed.asked = source.asked();
  replayed.missing = source.missing();
  replayed.too_large = source.too_large();
  replayed.left_over = source.left_over();
  replayed.divergence = source.divergence();
  return replayed;
}

std::string to_text(const Divergence& divergence, const Recording& recording) {
  const std::string recorded = text(divergence.recorded, recording);
  const std::string asked = text(divergence.asked, recording);
  const std::string where =
      fmt::format("diverged at decision {} (at {:.6f} s): ", divergence.decision,
                  static_cast<double>(divergence.at_us) / 1e6);
  switch (divergence.why) {
    case Why::other:
      if (!divergence.recorded)
        return where + fmt::format("the recording has no answer to {}", asked);
      return where + fmt::format("the recording has {}, the run asked for {}", recorded, asked);
    case Why::too_large:
      return where + fmt::format(
                         "the recording answers {} with {}, the run has {} alternatives, "
                         "from 0",
                         recorded, divergence.answer, divergence.alternatives);
    case Why::ended:
      return where + fmt::format("the recording ends here, the run asked for {}", asked);
    case Why::left_over:
      return fmt::format("the run ended after {} decisions; of the recording is left, first, {}",
                         divergence.decision, recorded);
  }
  return {};
}

}  // namespace peal::sim
