// All answers to some of the questions of a run, run after run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/calm.hpp"
#include "sim/chooser.hpp"

namespace peal::sim {

/// Which of the alternatives are tried: 0, step, 2 * step ..., so many.
struct Tried {
  std::uint64_t count = 0;  ///< 0: the question is left to the seed
  std::uint64_t step = 1;
};

/// An odometer whose digits are questions: run after run, depth first, it gives every sequence of
/// answers to the first questions that are selected. The world must be the same one each time, so
/// that equal answers lead to the same next question.
///
/// ```
/// Enumeration all(options);
/// do result = run(seed, {.source = &all}); while (all.next());
/// ```
class Enumeration : public Source {
 public:
  struct Options {
    /// What is tried of a question with so many alternatives; is never asked to try more.
    std::function<Tried(const Choice&, std::uint64_t alternatives)> select;
    /// Of each run, so many questions; later ones are left to the seed.
    std::size_t first = 8;
    /// What is left is answered by the seed; or else calmly.
    bool seed_answers_rest = true;
    /// The first run begins with these answers, as indices of those tried.
    std::vector<std::uint64_t> from;
  };
  /// A question of a run, and what was answered.
  struct Step {
    Choice choice;
    std::uint64_t index = 0;  ///< of the tried answers
    std::uint64_t count = 0;  ///< how many are tried
    std::uint64_t answer = 0;
  };

  explicit Enumeration(Options options) : options_(std::move(options)) {}

  [[nodiscard]] std::uint64_t answer(const Choice& choice, std::uint64_t alternatives) override;
  [[nodiscard]] std::uint64_t instead_of(std::uint64_t seeds, const Choice& choice,
                                         std::uint64_t alternatives) override;
  [[nodiscard]] bool insists(const Choice& choice) const override;

  /// After a run: sets the answers of the next one. False: there is none.
  [[nodiscard]] bool next();
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  /// What this run has answered so far.
  [[nodiscard]] std::vector<Step> steps() const;
  /// An answer of `from` that is none of those tried, counted from 0.
  [[nodiscard]] std::optional<std::size_t> misfit() const { return misfit_; }

 private:
  [[nodiscard]] std::optional<std::uint64_t> tried(const Choice& choice,
                                                   std::uint64_t alternatives);

  Options options_;
  Calm calm_;
  std::vector<Step> path_;
  std::size_t at_ = 0;  // How many questions this run has asked.
  bool exhausted_ = false;
  std::optional<std::size_t> misfit_;
};

}  // namespace peal::sim
