// A small world in which nothing goes wrong: how scenes are set, and how ends must turn out well.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "sim/explore/small_world.hpp"

namespace peal::sim::explore {

/// Packets arrive in the order of sending and at once, then writes complete, then the next deadline
/// comes.
class Orderly {
 public:
  Orderly(const Cast& cast, Instant now) : cast_(cast), now_(now), hosts_(cast.places()) {}
  /// Goes on from this world.
  Orderly(const Stage& stage, const SmallWorld& world);
  /// From now on everything that happens is appended there in words.
  void tell(std::vector<Telling>& telling) { telling_ = &telling; }

  void start(std::size_t place);
  void crash(std::size_t place);
  void say(const Body& body);
  /// Between servers above and below this one, packets are lost; 0: no longer.
  void split_above(std::size_t place) { split_ = place; }
  /// Everything up to and including this time.
  void run_until(Instant until);
  /// The next thing, unless it comes later than this. False: there was none.
  bool run_one(Instant until);

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] const std::vector<Host>& hosts() const { return hosts_; }
  /// The first promise that was broken on the way.
  [[nodiscard]] const std::string& broken() const { return broken_; }
  /// Whoever looks on saw this one broken.
  void fail(std::string broken) {
    if (broken_.empty()) broken_ = std::move(broken);
  }
  [[nodiscard]] SmallWorld world(Stage& stage, const Rules& rules) const;

 private:
  [[nodiscard]] Act act_at(std::size_t place);
  void done(std::size_t place, Deed& deed, const std::string& what);

  Cast cast_;
  Instant now_;
  std::vector<Host> hosts_;
  std::deque<Outgoing> under_way_;
  std::size_t split_ = 0;
  std::string broken_;
  std::vector<Telling>* telling_ = nullptr;
};

}  // namespace peal::sim::explore
