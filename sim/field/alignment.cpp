// Myers' greedy search from the beginning, in stretches of so many differences.
#include "sim/field/alignment.hpp"

#include <algorithm>
#include <cstdint>

namespace peal::sim {
namespace {

// A stretch keeps as many numbers as the square of this.
constexpr std::int64_t differences_most = 1'000;

using Sequence = std::vector<Arrival>;

class Aligner {
 public:
  Aligner(const Sequence& one, const Sequence& other) : one_(one), other_(other) {}

  Alignment align() {
    while (x_ < width() && y_ < height()) stretch();
    return std::move(found_);
  }

 private:
  /// [k + most] the farthest x on the diagonal x - y = k.
  using Front = std::vector<std::int64_t>;

  [[nodiscard]] std::int64_t width() const { return static_cast<std::int64_t>(one_.size()); }
  [[nodiscard]] std::int64_t height() const { return static_cast<std::int64_t>(other_.size()); }
  [[nodiscard]] bool same(std::int64_t x, std::int64_t y) const {
    return one_[static_cast<std::size_t>(x)].origin == other_[static_cast<std::size_t>(y)].origin;
  }

  /// From (x_, y_) to the end, or as far as so many differences lead.
  void stretch() {
    fronts_.clear();
    Front front(2 * differences_most + 3, -1);
    for (std::int64_t d = 0; d <= differences_most; ++d) {
      std::int64_t best_k = 0;
      std::int64_t best = -1;
      for (std::int64_t k = -d; k <= d; k += 2) {
        const std::int64_t x = farthest(front, d, k);
        if (x < 0) continue;
        if (2 * x - k > best) {
          best = 2 * x - k;
          best_k = k;
        }
      }
      fronts_.push_back(front);
      const std::int64_t x = front[at(best_k)];
      const std::int64_t y = x - best_k;
      const bool whole = x_ + x >= width() && y_ + y >= height();
      if (whole || d == differences_most) return take(d, best_k);
    }
  }

  static std::size_t at(std::int64_t k) {
    return static_cast<std::size_t>(k + differences_most + 1);
  }

  /// Of the steps that lead to this diagonal with d differences; -1: none does.
  std::int64_t farthest(Front& front, std::int64_t d, std::int64_t k) const {
    std::int64_t x =
        d == 0 ? 0 : std::max(front[at(k - 1)] < 0 ? -1 : front[at(k - 1)] + 1, front[at(k + 1)]);
    if (d != 0 && (x < 0 || x > width() - x_ || x - k > height() - y_ || x - k < 0)) {
      front[at(k)] = -1;
      return -1;
    }
    while (x_ + x < width() && y_ + x - k < height() && same(x_ + x, y_ + x - k)) ++x;
    front[at(k)] = x;
    return x;
  }

  /// Back from there to the beginning of the stretch, which ends there.
  void take(std::int64_t d, std::int64_t k) {
    std::int64_t x = fronts_.back()[at(k)];
    const std::int64_t end_x = x;
    const std::int64_t end_y = x - k;
    Alignment back;
    for (; d >= 0; --d) {
      const bool start = d == 0;
      const Front* before = start ? nullptr : &fronts_[static_cast<std::size_t>(d - 1)];
      std::int64_t from = 0;
      std::int64_t from_k = k;
      if (!start) {
        const std::int64_t right = (*before)[at(k - 1)] < 0 ? -1 : (*before)[at(k - 1)] + 1;
        const std::int64_t down = (*before)[at(k + 1)];
        from = std::max(right, down);
        from_k = right >= down ? k - 1 : k + 1;
      }
      for (; x > from; --x)
        back.emplace_back(static_cast<std::size_t>(x_ + x - 1),
                          static_cast<std::size_t>(y_ + x - 1 - k));
      if (!start) x = (*before)[at(from_k)];
      k = from_k;
    }
    found_.insert(found_.end(), back.rbegin(), back.rend());
    x_ += end_x;
    y_ += end_y;
    if (end_x == 0 && end_y == 0) ++x_;
  }

  const Sequence& one_;
  const Sequence& other_;
  std::int64_t x_ = 0;
  std::int64_t y_ = 0;
  std::vector<Front> fronts_;
  Alignment found_;
};

}  // namespace

Alignment align(const std::vector<Arrival>& one, const std::vector<Arrival>& other) {
  return Aligner(one, other).align();
}

}  // namespace peal::sim
