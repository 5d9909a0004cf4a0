// Watchers that stop, search and listen.
#include "sim/inspect/travel.hpp"

namespace peal::sim {
namespace {

class Traveller : public Watcher {
 public:
  Traveller(std::uint64_t first, const Stop& stop, TraceLines& trace)
      : target_(first), stop_(stop), trace_(trace) {}

  [[nodiscard]] std::uint64_t target() const { return target_; }
  void start_again() {
    trace_.clear();
    back_ = false;
  }
  [[nodiscard]] bool back() const { return back_; }

  bool happened(World& world, const Happening& happening) override {
    trace_.happened(world, happening);
    const std::uint64_t event = world.stats().events;
    while (event == target_) {
      target_ = stop_({world, happening, event});
      // To look again at the same moment is no way back.
      back_ = target_ != 0 && target_ < event;
    }
    return target_ > event;
  }

 private:
  std::uint64_t target_;
  bool back_ = false;
  const Stop& stop_;
  TraceLines& trace_;
};

class Seeker : public Watcher {
 public:
  Seeker(std::uint64_t after, const Sought& sought) : after_(after), sought_(sought) {}

  bool happened(World& world, const Happening& happening) override {
    const std::uint64_t event = world.stats().events;
    if (sought_({world, happening, event}) && event > after_) found_ = event;
    return found_ == 0;
  }
  [[nodiscard]] std::uint64_t found() const { return found_; }

 private:
  std::uint64_t after_;
  const Sought& sought_;
  std::uint64_t found_ = 0;
};

}  // namespace

void travel(const Rerun& rerun, std::uint64_t first, const Stop& stop, TraceLines& trace) {
  Traveller traveller(first, stop, trace);
  do {
    traveller.start_again();
    (void)rerun(traveller, trace.stream());
  } while (traveller.back());
}

std::uint64_t find_event(const Rerun& rerun, std::uint64_t after, const Sought& sought) {
  Seeker seeker(after, sought);
  (void)rerun(seeker, nullptr);
  return seeker.found();
}

TraceLines trace_between(const Rerun& rerun, std::uint64_t first, std::uint64_t last) {
  TraceLines trace(last - first + 1);
  travel(rerun, last, [](const Moment&) { return std::uint64_t{0}; }, trace);
  return trace;
}

}  // namespace peal::sim
