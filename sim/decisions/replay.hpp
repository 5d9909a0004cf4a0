// Recorded decisions as answers, and where a run and its recording part.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/calm.hpp"
#include "sim/chooser.hpp"
#include "sim/decisions/recording.hpp"

namespace peal::sim {

/// Where a decision did not fit for the first time.
struct Divergence {
  enum class Why : std::uint8_t {
    other,      ///< the recording has another question next, or none of this kind any more
    too_large,  ///< its answer is none of the alternatives
    ended,      ///< the run asks on
    left_over   ///< the run asked for less
  };
  /// A question as the n-th of its kind.
  struct Question {
    Choice choice;
    std::uint64_t nth = 0;
  };
  Why why = Why::other;
  std::uint64_t decision = 0;  ///< which one of the run, from 1
  std::int64_t at_us = 0;
  std::optional<Question> recorded;
  std::optional<Question> asked;
  std::uint64_t answer = 0;        ///< the recorded one
  std::uint64_t alternatives = 0;  ///< that the run has
};

/// Gives recorded answers back. What does not fit is answered calmly.
class Replay : public Source {
 public:
  enum class Rule : std::uint8_t {
    in_order,  ///< the run asks exactly what was recorded; after the first difference all is calm
    by_key     ///< for each choice in the order in which it was asked, whatever is asked between
  };
  /// The decisions must outlive it.
  Replay(std::span<const Decision> decisions, Rule rule);

  [[nodiscard]] std::uint64_t answer(const Choice& choice, std::uint64_t alternatives) override;
  /// Asked for the time of what does not fit; 0 until it is set.
  void set_clock(std::function<std::int64_t()> clock) { clock_ = std::move(clock); }
  [[nodiscard]] bool has_clock() const { return static_cast<bool>(clock_); }
  /// The run is over: what is left was not asked for.
  void end();

  [[nodiscard]] const std::optional<Divergence>& divergence() const { return divergence_; }
  [[nodiscard]] std::uint64_t asked() const { return asked_; }
  /// Of those: not in the recording, or not among the alternatives.
  [[nodiscard]] std::uint64_t missing() const { return missing_; }
  [[nodiscard]] std::uint64_t too_large() const { return too_large_; }
  /// Recorded, and not asked for until the end.
  [[nodiscard]] std::uint64_t left_over() const { return left_over_; }

 private:
  struct Answers {
    std::vector<std::size_t> where;  // In decisions_.
    std::size_t next = 0;            // How often it was asked.
  };
  [[nodiscard]] std::uint64_t in_order(const Choice& choice, std::uint64_t alternatives);
  [[nodiscard]] std::uint64_t by_key(const Choice& choice, std::uint64_t alternatives);
  void differ(Divergence divergence);
  [[nodiscard]] std::uint64_t count_before(std::size_t end, const Choice& choice) const;
  [[nodiscard]] Divergence::Question recorded_at(std::size_t index) const;

  std::span<const Decision> decisions_;
  Rule rule_;
  std::map<Choice, Answers> answers_;  // When by key.
  std::function<std::int64_t()> clock_;
  Calm calm_;
  std::uint64_t asked_ = 0;
  std::uint64_t missing_ = 0;
  std::uint64_t too_large_ = 0;
  std::uint64_t left_over_ = 0;
  std::optional<Divergence> divergence_;
};

struct Replayed {
  RunResult result;  ///< when it diverged in order: until then
  std::uint64_t asked = 0;
  std::uint64_t missing = 0;
  std::uint64_t too_large = 0;
  std::uint64_t left_over = 0;
  std::optional<Divergence> divergence;

  [[nodiscard]] bool identical(const Recording& recording) const {
    return !divergence && result.digest == recording.digest;
  }
};

/// The run again, from its decisions alone. In order, it ends with the event in which it diverges.
/// onlookers: its trace and its recorder, when they are set.
[[nodiscard]] Replayed replay(const Recording& recording, Replay::Rule rule,
                              const RunOptions& onlookers = {});

/// "diverged at decision 4711 (at 12.345678 s): the recording has ..., the run asked for ..."
[[nodiscard]] std::string to_text(const Divergence& divergence, const Recording& recording);

}  // namespace peal::sim
