// A ring of bits that follows the highest counter.
#include "core/secure/replay_window.hpp"

#include "core/check.hpp"

namespace peal::secure {

ReplayWindow::Verdict ReplayWindow::check(std::uint64_t counter) const {
  if (counter >= end_) return Verdict::fresh;
  if (end_ - counter > replay_window_size) return Verdict::too_old;
  return seen(counter) ? Verdict::repeated : Verdict::fresh;
}

void ReplayWindow::mark(std::uint64_t counter) {
  CHECK(check(counter) == Verdict::fresh && counter < UINT64_MAX);
  if (counter >= end_) {
    if (counter - end_ >= replay_window_size)
      bits_ = {};
    else
      for (std::uint64_t skipped = end_; skipped < counter; ++skipped) set(skipped, false);
    end_ = counter + 1;
  }
  set(counter, true);
}

bool ReplayWindow::seen(std::uint64_t counter) const {
  const std::uint64_t bit = counter % replay_window_size;
  return (bits_[bit / word_bits] >> (bit % word_bits)) % 2 != 0;
}

void ReplayWindow::set(std::uint64_t counter, bool seen) {
  const std::uint64_t bit = counter % replay_window_size;
  const std::uint64_t mask = std::uint64_t{1} << (bit % word_bits);
  std::uint64_t& word = bits_[bit / word_bits];
  word = seen ? word | mask : word & ~mask;
}

}  // namespace peal::secure
