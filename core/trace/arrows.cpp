// Which message that left is which message that arrived.
#include "core/trace/arrows.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace peal::trace {
namespace {

/// Who is where: as those saw it who got something from there.
class Addresses {
 public:
  explicit Addresses(const Draft& draft) : draft_(draft) {
    for (const Letter& letter : draft.received)
      if (const Index line = line_of(letter.sender); line != none) at_[letter.from].insert(line);
  }
  [[nodiscard]] Index line_of(const Sender& sender) const {
    const auto it = draft_.runs.find(sender.run);
    return it == draft_.runs.end() ? none : it->second;
  }
  /// Who was seen there: none, one, or several, one after the other.
  [[nodiscard]] const std::set<Index>& lines_at(const Endpoint& endpoint) const {
    static const std::set<Index> nobody;
    const auto it = at_.find(endpoint);
    return it == at_.end() ? nobody : it->second;
  }

 private:
  const Draft& draft_;
  std::map<Endpoint, std::set<Index>> at_;
};

/// By how much clocks that were aligned may still differ.
constexpr std::int64_t slack_us = 1'000;
/// By how much they drift apart in a recording.
constexpr std::int64_t drift_us = 100'000;

class Matching {
 public:
  explicit Matching(Draft& draft)
      : draft_(draft), addresses_(draft), arrived_(draft.sent.size(), false) {
    draft_.story.arrows.clear();
    for (std::size_t i = 0; i < draft.sent.size(); ++i) alike_[draft.sent[i].key()].push_back(i);
  }

  std::vector<bool> match(const LeftBefore& bounds) {
    for (std::size_t i = 0; i < draft_.received.size(); ++i) {
      const auto bound = bounds.find(i);
      arrival(draft_.received[i], bound == bounds.end() ? none : bound->second);
    }
    for (std::size_t i = 0; i < draft_.sent.size(); ++i)
      if (!arrived_[i] && draft_.sent[i].to) loss(draft_.sent[i]);
    in_doubt_.resize(draft_.story.arrows.size(), false);
    return std::move(in_doubt_);
  }

 private:
  using Alike = std::span<const std::size_t>;

  [[nodiscard]] Index line_of_step(Index step) const { return draft_.story.steps[step].line; }

  void arrival(const Letter& letter, Index before) {
    const Index to = line_of_step(letter.step);
    Arrow arrow{.from = addresses_.line_of(letter.sender), .to = to, .arrived = letter.step};
    const Alike alike = alike_before(letter, before);
    const auto sent = alike.empty() ? std::nullopt : sent_to(alike, letter);
    if (sent) {
      arrived_[*sent] = true;
      arrow.sent = draft_.sent[*sent].step;
    }
    in_doubt_.push_back(sent && std::ranges::any_of(alike, [&](std::size_t i) {
                          return i < *sent && may_be(draft_.sent[i], to);
                        }));
    add(std::move(arrow), letter);
  }

  /// Places in Draft::sent, in the order in which they left.
  [[nodiscard]] Alike alike_before(const Letter& letter, Index before) const {
    const auto alike = alike_.find(letter.key());
    if (alike == alike_.end()) return {};
    const auto end = std::ranges::lower_bound(alike->second, before, {},
                                              [&](std::size_t i) { return draft_.sent[i].step; });
    return {alike->second.begin(), end};
  }

  /// The latest that had been sent by then and has not arrived yet, or, as clocks differ, one that
  /// seems to have been sent a little later, if that is nearer; else the last, which came twice
  /// then.
  std::optional<std::size_t> sent_to(Alike alike, const Letter& arrived) {
    const Step& at = draft_.story.steps[arrived.step];
    const auto suits = [&](std::size_t i) {
      const Letter& letter = draft_.sent[i];
      // What goes to all arrives as often as there are machines.
      return may_be(letter, at.line) && !(letter.to && arrived_[i]);
    };
    const auto time_of = [&](std::size_t i) {
      return draft_.story.steps[draft_.sent[i].step].at_us;
    };
    const auto apart = [&](std::size_t i) { return std::abs(time_of(i) - at.at_us); };
    const bool one_clock =
        at.clock_number == draft_.story.steps[draft_.sent[alike.front()].step].clock_number;
    // What one clock told was told in its order.
    const auto by_then =
        one_clock ? std::ranges::lower_bound(alike, arrived.step, {},
                                             [&](std::size_t i) { return draft_.sent[i].step; })
                  : std::ranges::upper_bound(alike, at.at_us, {}, time_of);
    const auto latest = std::find_if(std::make_reverse_iterator(by_then), alike.rend(), suits);
    const auto later = one_clock ? alike.end() : std::find_if(by_then, alike.end(), suits);
    const bool nearer = later != alike.end() && apart(*later) <= slack_us &&
                        (latest == alike.rend() || apart(*later) < apart(*latest));
    if (nearer) return *later;
    if (latest != alike.rend()) return *latest;
    const auto by_slack =
        one_clock ? by_then : std::ranges::upper_bound(alike, at.at_us + slack_us, {}, time_of);
    for (auto last = by_slack; last != alike.begin();)
      if (may_be(draft_.sent[*--last], at.line)) return *last;
    // Clocks drift apart: by more than was allowed for, when there is no other.
    if (later != alike.end() && apart(*later) <= drift_us) return *later;
    return std::nullopt;
  }
  [[nodiscard]] bool may_be(const Letter& letter, Index to) const {
    if (!letter.to) return true;
    const std::set<Index>& lines = addresses_.lines_at(*letter.to);
    return lines.empty() || lines.contains(to);
  }

  void loss(const Letter& letter) {
    const std::set<Index>& lines = addresses_.lines_at(*letter.to);
    add({.from = line_of_step(letter.step),
         .to = lines.size() == 1 ? *lines.begin() : none,
         .sent = letter.step},
        letter);
  }

  void add(Arrow arrow, const Letter& letter) {
    arrow.kind = letter.kind;
    arrow.bytes = letter.bytes;
    arrow.text = letter.text;
    arrow.ids = letter.ids;
    if (arrow.arrived != none)
      draft_.story.steps[arrow.arrived].arrow = static_cast<Index>(draft_.story.arrows.size());
    draft_.story.arrows.push_back(std::move(arrow));
  }

  Draft& draft_;
  Addresses addresses_;
  std::vector<bool> arrived_;
  std::vector<bool> in_doubt_;
  std::map<Letter::Key, std::vector<std::size_t>> alike_;
};

}  // namespace

std::vector<bool> draw_arrows(Draft& draft, const LeftBefore& bounds) {
  return Matching(draft).match(bounds);
}

}  // namespace peal::trace
