// The ring in SimGrid as its users write it: an actor and a mailbox for each server, a link to the
// next one.
#include <cmath>
#include <string>
#include <vector>

#include <simgrid/s4u.hpp>
#include <xbt/log.h>

#include "workload.hpp"

namespace s4u = simgrid::s4u;

namespace {

// So many that a vote takes less than a picosecond on top of the latency.
constexpr double bytes_per_second = 1e15;

class Ring {
 public:
  Ring(s4u::Engine& engine, std::uint32_t servers)
      : engine_(engine), candidates_(servers), start_(s4u::Barrier::create(servers)) {
    s4u::NetZone* zone = s4u::create_full_zone("ring");
    for (std::uint32_t place = 0; place < servers; ++place) {
      const std::string name = std::to_string(place);
      hosts_.push_back(zone->create_host(name, 1e9)->seal());
      links_.push_back(zone->create_link(name, bytes_per_second)
                           ->set_sharing_policy(s4u::Link::SharingPolicy::FATPIPE)
                           ->seal());
      mailboxes_.push_back(s4u::Mailbox::by_name(name));
    }
    for (std::uint32_t place = 0; place < servers; ++place)
      zone->add_route(hosts_[place]->get_netpoint(), hosts_[next(place)]->get_netpoint(), nullptr,
                      nullptr, {s4u::LinkInRoute(links_[place])}, false);
    zone->seal();
  }

  void elect(const std::vector<peers::Order>& orders, peers::Tally& tally) {
    orders_ = &orders;
    tally_ = &tally;
    for (std::uint32_t place = 0; place < hosts_.size(); ++place)
      s4u::Actor::create("server", hosts_[place], [this, place] { serve(place); });
    engine_.run();  // Until every actor has returned.
  }

 private:
  [[nodiscard]] std::uint32_t next(std::uint32_t place) const {
    return place + 1 == hosts_.size() ? 0 : place + 1;
  }

  void serve(std::uint32_t place) {
    // Votes travel before they are asked for, and several at once.
    mailboxes_[place]->set_receiver(s4u::Actor::self());
    for (const peers::Order& order : *orders_) {
      start_->wait();  // For all the others: then nothing is under way.
      links_[place]->set_latency(static_cast<double>(order.delays_us[place]) * 1e-6);
      candidates_[place] = order.ids[place];
      take_part(place);
    }
  }

  // The highest id's vote is the last one that a server sees: links keep the order of votes.
  void take_part(std::uint32_t place) {
    const double began = s4u::Engine::get_clock();
    const std::uint32_t own = candidates_[place];
    send(place, &candidates_[place]);
    while (true) {
      std::uint32_t* candidate = mailboxes_[place]->get<std::uint32_t>();
      const std::int64_t after_us = std::llround((s4u::Engine::get_clock() - began) * 1e6);
      if (tally_->arrived(place, own, *candidate, after_us)) send(place, candidate);
      if (*candidate == hosts_.size()) return;
    }
  }

  void send(std::uint32_t from, std::uint32_t* candidate) {
    ++tally_->votes;
    // A byte and not none: what has nothing left to transfer counts as arrived.
    mailboxes_[next(from)]->put_init(candidate, 1)->detach();
  }

  s4u::Engine& engine_;
  std::vector<s4u::Host*> hosts_;
  std::vector<s4u::Link*> links_;
  std::vector<s4u::Mailbox*> mailboxes_;
  std::vector<std::uint32_t> candidates_;  // By place; what is sent points into it.
  s4u::BarrierPtr start_;
  const std::vector<peers::Order>* orders_ = nullptr;
  peers::Tally* tally_ = nullptr;
};

}  // namespace

int main(int count, char** words) {
  const peers::Task task = peers::task_from(count, words);
  xbt_log_control_set("xbt_cfg.thres:warning");  // It tells of every setting.
  s4u::Engine engine("ring");
  // A message takes the latency of its link, and nothing else slows it down.
  s4u::Engine::set_config("network/model:CM02");
  s4u::Engine::set_config("network/crosstraffic:0");
  s4u::Engine::set_config("network/TCP-gamma:0");
  Ring ring(engine, task.servers);
  peers::perform(task, ring);
}
