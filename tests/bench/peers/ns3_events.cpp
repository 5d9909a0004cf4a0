// The ring in ns-3 as events alone: each hop is one Simulator::Schedule.
#include <ns3/core-module.h>

#include "workload.hpp"

namespace {

class Ring {
 public:
  void elect(const std::vector<peers::Order>& orders, peers::Tally& tally) {
    tally_ = &tally;
    for (const peers::Order& order : orders) elect(order);
  }

 private:
  void elect(const peers::Order& order) {
    order_ = &order;
    began_us_ = ns3::Simulator::Now().GetMicroSeconds();
    for (std::uint32_t place = 0; place < order.ids.size(); ++place) send(place, order.ids[place]);
    ns3::Simulator::Run();  // Until nothing is under way.
  }

  void send(std::uint32_t from, std::uint32_t candidate) {
    ++tally_->votes;
    const std::uint32_t to = from + 1 == order_->ids.size() ? 0 : from + 1;
    ns3::Simulator::Schedule(ns3::MicroSeconds(static_cast<std::uint64_t>(order_->delays_us[from])),
                             &Ring::arrive, this, to, candidate);
  }

  void arrive(std::uint32_t at, std::uint32_t candidate) {
    const std::int64_t after_us = ns3::Simulator::Now().GetMicroSeconds() - began_us_;
    if (tally_->arrived(at, order_->ids[at], candidate, after_us)) send(at, candidate);
  }

  const peers::Order* order_ = nullptr;
  peers::Tally* tally_ = nullptr;
  std::int64_t began_us_ = 0;
};

}  // namespace

int main(int count, char** words) {
  const peers::Task task = peers::task_from(count, words);
  // The fastest of those that ns-3 has, for each of 5, 64 and 256 servers.
  ns3::Simulator::SetScheduler(ns3::ObjectFactory("ns3::PriorityQueueScheduler"));
  Ring ring;
  peers::perform(task, ring);
  ns3::Simulator::Destroy();
}
