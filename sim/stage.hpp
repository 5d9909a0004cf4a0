// Where everything is done to a simulated world: by chaos, by people, by scenarios.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/action.hpp"
#include "sim/crowd.hpp"
#include "sim/world.hpp"

namespace peal::sim {

/// Carries actions out, writes them down, and knows since when nothing was broken or mended.
class Stage {
 public:
  /// script: every action is appended to it, with labels for messages that a later one is about;
  /// it must outlive the stage.
  Stage(World& world, std::size_t people, std::vector<TimedAction>* script = nullptr);

  /// False when it could not be done, as of a server that does not run or a person who is away.
  bool perform(const Action& action);
  /// The same as performing SayBody. about: the message that the body refers to; the reference is
  /// filled in.
  bool say(std::size_t person, Body body, std::optional<MessageId> about = std::nullopt);

  [[nodiscard]] World& world() { return world_; }
  [[nodiscard]] Crowd& crowd() { return crowd_; }
  /// The message that was said under a label.
  [[nodiscard]] std::optional<MessageId> labelled(std::uint32_t label) const;

  /// Why what was said under a label was rejected, by a leader or by the client itself.
  [[nodiscard]] std::optional<RejectReason> rejection(std::uint32_t label) const;

  /// Since when nothing was broken or mended; now, while something is broken in a way that leaves
  /// open who reaches whom.
  [[nodiscard]] std::int64_t calm_since_us() const;
  /// No link is cut, and no host or link is troubled for a while.
  [[nodiscard]] bool whole() const;
  [[nodiscard]] bool still() const { return still_; }
  /// World time of the last HealAll; -1: none yet.
  [[nodiscard]] std::int64_t healed_at_us() const { return healed_at_us_; }

 private:
  struct Act;  // One overload for each action.

  void record(const Action& action);
  void name_what_it_is_about(SayBody& say, MessageId about);
  void refer(Body& body, MessageId to) const;
  void changed();
  void noisy_for(std::int64_t for_us);
  void end_twins();
  [[nodiscard]] bool all_readable() const;
  void stand_still();
  void heal_all();

  World& world_;
  Crowd crowd_;
  std::vector<TimedAction>* script_;
  std::map<std::uint32_t, MessageId> labels_;
  std::map<std::uint32_t, RejectReason> refused_;  // By the client itself.
  std::map<MessageId, std::size_t> said_at_;       // Index in the script; only where there is one.
  std::uint32_t last_label_ = 0;
  std::int64_t changed_at_us_ = 0;
  std::int64_t noisy_until_us_ = 0;  // Pauses, bursts and clogs end by themselves.
  std::int64_t healed_at_us_ = -1;
  bool still_ = false;
};

}  // namespace peal::sim
