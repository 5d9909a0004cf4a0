// The odometer: which digit a question is, and how it turns.
#include "sim/decisions/enumeration.hpp"

#include <algorithm>

namespace peal::sim {
namespace {

// To know whether a question is selected at all.
constexpr std::uint64_t alternatives_min = 2;

}  // namespace

std::uint64_t Enumeration::answer(const Choice& choice, std::uint64_t alternatives) {
  const auto ours = tried(choice, alternatives);
  return ours ? *ours : calm_.answer(choice, alternatives);
}

std::uint64_t Enumeration::instead_of(std::uint64_t seeds, const Choice& choice,
                                      std::uint64_t alternatives) {
  const auto ours = tried(choice, alternatives);
  if (ours) return *ours;
  return options_.seed_answers_rest ? seeds : calm_.answer(choice, alternatives);
}

bool Enumeration::insists(const Choice& choice) const {
  return at_ < options_.first && options_.select(choice, alternatives_min).count != 0;
}

std::optional<std::uint64_t> Enumeration::tried(const Choice& choice, std::uint64_t alternatives) {
  if (at_ == options_.first) return std::nullopt;
  const Tried tried = options_.select(choice, alternatives);
  if (tried.count == 0) return std::nullopt;
  CHECK((tried.count - 1) * tried.step < alternatives);
  if (at_ == path_.size()) {
    std::uint64_t index = at_ < options_.from.size() ? options_.from[at_] : 0;
    if (index >= tried.count) {
      if (!misfit_) misfit_ = at_;
      index = 0;
    }
    path_.push_back({.choice = choice, .index = index, .count = tried.count});
  }
  Step& step = path_[at_++];
  CHECK(step.choice == choice && step.count == tried.count);
  step.answer = step.index * tried.step;
  return step.answer;
}

bool Enumeration::next() {
  // Every question that was answered so far comes again, up to the last one that turns.
  CHECK(at_ == path_.size() && !exhausted_);
  while (!path_.empty() && path_.back().index + 1 == path_.back().count) path_.pop_back();
  at_ = 0;
  calm_ = Calm();
  options_.from.clear();
  if (path_.empty()) {
    exhausted_ = true;
    return false;
  }
  ++path_.back().index;
  return true;
}

std::vector<Enumeration::Step> Enumeration::steps() const {
  return {path_.begin(), path_.begin() + static_cast<std::ptrdiff_t>(at_)};
}

}  // namespace peal::sim
