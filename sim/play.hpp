// One run under the eyes of all oracles, in phases that a seed or a script decides on.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/bounds.hpp"
#include "sim/oracles/oracles.hpp"
#include "sim/run.hpp"
#include "sim/setup.hpp"
#include "sim/stage.hpp"
#include "sim/world.hpp"

namespace peal::sim {

class Auditor;

class Play {
 public:
  /// Starts the servers. The chooser must outlive it.
  Play(const Setup& setup, Chooser& chooser, const RunOptions& options);

  [[nodiscard]] World& world() { return world_; }
  [[nodiscard]] Stage& stage() { return stage_; }
  /// Lets time pass; looks at everything ten times a second. False when a promise was broken.
  bool pass(std::int64_t until_us);
  /// After StandStill: until every part that is whole has had its time, and was judged.
  bool stand();
  /// Heals everything that is not healed, waits until all have one history, and judges every
  /// promise. The timelines of all rooms that people joined are read from every server.
  bool settle();
  [[nodiscard]] RunResult result();

 private:
  void look();
  [[nodiscard]] std::int64_t patience_us() const;
  void look_at_parts();
  void look_at_loads();
  void look_at_leader(const Snapshot& snapshot);
  void look_at_views(const Snapshot& snapshot);
  bool converge();
  bool audit(Auditor& auditor);
  [[nodiscard]] std::vector<RoomName> rooms() const;

  Stats stats_;
  Oracles oracles_;
  World world_;
  Stage stage_;
  std::size_t people_;
  Bounds bounds_;
  std::int64_t look_at_us_ = 0;
  std::int64_t works_at_us_ = -1;
  std::int64_t digest_at_us_ = 0;
  std::int64_t converged_after_us_ = -1;
  // Of a stage that stands still: how many entries there were when its parts had had their time,
  // and when they must have shared them.
  std::size_t entries_to_share_ = 0;
  std::int64_t share_by_us_ = -1;
  bool shared_ = false;
};

}  // namespace peal::sim
