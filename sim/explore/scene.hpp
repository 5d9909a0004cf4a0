// Where an exploration begins: situations in which something interesting is about to happen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/explore/small_world.hpp"

namespace peal::sim::explore {

struct SceneText {
  const char* name;
  const char* what;
};
inline constexpr std::array scene_texts = {
    SceneText{"startup", "servers that were started together are about to vote"},
    SceneText{"voting", "the leader of a view has just crashed"},
    SceneText{"rejoin", "a server starts again after the others went on without it"},
    SceneText{"merge", "two views, each with a leader, can hear each other again"},
    SceneText{"submission", "a client says something to a server that does not lead"},
    SceneText{"failover", "the same, and only the leader may crash"},
};

struct SceneOptions {
  std::string name = "voting";  ///< one of scene_texts
  std::size_t servers = 3;
  std::size_t lines = 1;            ///< what the client says
  std::optional<Duration> horizon;  ///< explored time; each scene has its own when not set
  bool in_order = false;
  Budget budget;
};

struct Scene {
  Stage stage;
  Rules rules;
  SmallWorld root;
  Duration horizon;
  std::string broken;  ///< a promise that was broken before anything was explored
};

/// Runs a world in good order to where the scene begins.
[[nodiscard]] Scene set_scene(const SceneOptions& options);

}  // namespace peal::sim::explore
