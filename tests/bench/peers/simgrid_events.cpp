// The ring in SimGrid as events alone: each hop is one timer of its kernel.
#include <cmath>

#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include "workload.hpp"

namespace {

class Ring {
 public:
  explicit Ring(simgrid::s4u::Engine& engine) : engine_(engine) {}

  void elect(const std::vector<peers::Order>& orders, peers::Tally& tally) {
    tally_ = &tally;
    for (const peers::Order& order : orders) elect(order);
  }

 private:
  void elect(const peers::Order& order) {
    order_ = &order;
    began_ = simgrid::s4u::Engine::get_clock();
    for (std::uint32_t place = 0; place < order.ids.size(); ++place) send(place, order.ids[place]);
    engine_.run();  // Until nothing is under way.
  }

  void send(std::uint32_t from, std::uint32_t candidate) {
    ++tally_->votes;
    const std::uint32_t to = from + 1 == order_->ids.size() ? 0 : from + 1;
    const double delay = static_cast<double>(order_->delays_us[from]) * 1e-6;
    simgrid::kernel::timer::Timer::set(simgrid::s4u::Engine::get_clock() + delay,
                                       [this, to, candidate] { arrive(to, candidate); });
  }

  void arrive(std::uint32_t at, std::uint32_t candidate) {
    const std::int64_t after_us = std::llround((simgrid::s4u::Engine::get_clock() - began_) * 1e6);
    if (tally_->arrived(at, order_->ids[at], candidate, after_us)) send(at, candidate);
  }

  simgrid::s4u::Engine& engine_;
  const peers::Order* order_ = nullptr;
  peers::Tally* tally_ = nullptr;
  double began_ = 0;
};

}  // namespace

int main(int count, char** words) {
  const peers::Task task = peers::task_from(count, words);
  simgrid::s4u::Engine engine("ring");
  auto* zone = simgrid::s4u::create_empty_zone("ring");
  zone->seal();
  Ring ring(engine);
  peers::perform(task, ring);
}
