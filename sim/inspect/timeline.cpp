// Running once through, taking down times and processes.
#include "sim/inspect/timeline.hpp"

#include <algorithm>
#include <utility>

namespace peal::sim {
namespace {

class Reader : public Watcher {
 public:
  explicit Reader(Timeline& timeline) : timeline_(timeline) {}

  bool happened(World& world, const Happening& /*happening*/) override {
    timeline_.at_us.push_back(world.now_us());
    generations_.resize(world.servers());
    for (std::size_t i = 0; i < world.servers(); ++i) {
      const std::uint32_t generation = world.process(world.place_of_server(i)).generation;
      if (generation == generations_[i] || !world.server(i).machine) continue;
      generations_[i] = generation;
      timeline_.processes.emplace(world.server(i).machine->incarnation(), i);
    }
    if (timeline_.servers.empty())
      for (std::size_t i = 0; i < world.servers(); ++i)
        timeline_.servers.push_back(world.server(i).id);
    timeline_.clients = world.network().places() - world.servers();
    return true;
  }

 private:
  Timeline& timeline_;
  std::vector<std::uint32_t> generations_;  // Of the processes that are taken down.
};

}  // namespace

Rerun run_of_seed(std::uint64_t seed, RunOptions options) {
  options.source = nullptr;
  options.record = nullptr;
  return [seed, options](Watcher& watcher, std::ostream* trace) {
    RunOptions watched = options;
    watched.watcher = &watcher;
    watched.trace = trace;
    return run(seed, watched);
  };
}

std::uint64_t Timeline::event_at(std::int64_t time_us) const {
  const auto after = std::ranges::upper_bound(at_us, time_us);
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(after - at_us.begin()));
}

Timeline read_timeline(const Rerun& rerun) {
  Timeline timeline;
  Reader reader(timeline);
  timeline.result = rerun(reader, nullptr);
  return timeline;
}

}  // namespace peal::sim
