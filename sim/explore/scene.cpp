// Setting scenes: starting servers and clients in good order until the situation is there.
#include "sim/explore/scene.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/check.hpp"
#include "sim/explore/orderly.hpp"
#include "sim/explore/promises.hpp"

namespace peal::sim::explore {
namespace {

constexpr Instant beginning{1'000'000};
const RoomName room{"#room"};

/// Where not even this went well, there is nothing to explore.
void expect_calm(Orderly& world) {
  std::vector<const Host*> hosts;
  for (const Host& host : world.hosts()) hosts.push_back(&host);
  if (std::string missing = still_missing(hosts); !missing.empty()) world.fail(std::move(missing));
}

/// Long enough for servers that start together to be one view that rests.
Orderly one_view(const Cast& cast) {
  Orderly world(cast, beginning);
  for (std::size_t place = 0; place < cast.servers; ++place) world.start(place);
  world.run_until(beginning + seconds(2));
  expect_calm(world);
  return world;
}

Orderly startup(const Cast& cast) {
  Orderly world(cast, beginning);
  for (std::size_t place = 0; place < cast.servers; ++place) world.start(place);
  world.run_until(beginning + ServerConfig{}.look_for - microseconds(1));
  return world;
}

Orderly voting(const Cast& cast) {
  Orderly world = one_view(cast);
  world.crash(cast.servers - 1);
  return world;
}

Orderly rejoin(const Cast& cast) {
  Orderly world = one_view(cast);
  world.crash(cast.servers - 1);
  world.run_until(world.now() + seconds(2));
  world.start(cast.servers - 1);
  return world;
}

Orderly merge(const Cast& cast) {
  Orderly world(cast, beginning);
  world.split_above((cast.servers - 1) / 2);
  for (std::size_t place = 0; place < cast.servers; ++place) world.start(place);
  world.run_until(beginning + seconds(2));
  world.split_above(0);
  return world;
}

/// A client in a room, with everything that it said so far acknowledged and shown.
Orderly submission(const Cast& cast) {
  Orderly world = one_view(cast);
  const std::size_t client = cast.servers;
  world.start(client);
  world.run_until(world.now() + seconds(1));
  world.say(RegisterUser{"ann"});
  world.say(CreateRoom{room});
  world.run_until(world.now() + seconds(1));
  expect_calm(world);
  return world;
}

std::vector<Body> lines_of(const Cast& cast, std::size_t count) {
  std::vector<Body> lines;
  if (cast.clients == 0) return lines;
  for (std::size_t i = 1; i <= count; ++i) lines.push_back(Post{room, fmt::format("line {}", i)});
  return lines;
}

struct Setting {
  const char* name = "";
  Orderly (*set)(const Cast& cast) = nullptr;
  std::size_t clients = 0;
  Duration horizon;
};
constexpr std::array settings = {
    Setting{"startup", startup, 0, milliseconds(300)},
    Setting{"voting", voting, 0, milliseconds(600)},
    Setting{"rejoin", rejoin, 0, milliseconds(300)},
    Setting{"merge", merge, 0, milliseconds(1'000)},
    Setting{"submission", submission, 1, milliseconds(200)},
    Setting{"failover", submission, 1, milliseconds(600)},
};

}  // namespace

Scene set_scene(const SceneOptions& options) {
  const auto* setting = settings.begin();
  while (setting != settings.end() && options.name != setting->name) ++setting;
  CHECK(setting != settings.end());
  const Cast cast{options.servers, setting->clients};
  CHECK(cast.servers >= 2 && cast.places() <= places_max);
  const Orderly set = setting->set(cast);
  Scene scene{.stage = Stage(cast, lines_of(cast, options.lines)),
              .horizon = options.horizon.value_or(setting->horizon),
              .broken = set.broken()};
  scene.rules.end = set.now() + scene.horizon;
  scene.rules.in_order = options.in_order;
  scene.rules.only_leader_crashes = options.name == "failover";
  scene.root = set.world(scene.stage, scene.rules);
  scene.root.left = options.budget;
  return scene;
}

}  // namespace peal::sim::explore
