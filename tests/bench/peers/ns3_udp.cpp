// The ring in ns-3 as its users write it: a node for each server, UDP over point-to-point links.
#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>

#include "workload.hpp"

namespace {

constexpr std::uint16_t port = 7401;

class Ring {
 public:
  explicit Ring(std::uint32_t servers) : sockets_(servers), devices_(servers) {
    ns3::NodeContainer nodes(servers);
    ns3::InternetStackHelper stack;
    stack.SetIpv6StackInstall(false);
    stack.Install(nodes);
    ns3::PointToPointHelper links;
    // So fast that a vote takes no nanosecond on top of the delay.
    links.SetDeviceAttribute("DataRate", ns3::StringValue("1000000Gbps"));
    ns3::Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.252");
    const auto udp = ns3::UdpSocketFactory::GetTypeId();
    for (std::uint32_t place = 0; place < servers; ++place) {
      sockets_[place].in = ns3::Socket::CreateSocket(nodes.Get(place), udp);
      sockets_[place].in->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), port));
      sockets_[place].in->SetRecvCallback(ns3::MakeBoundCallback(&Ring::hear, this, place));
    }
    for (std::uint32_t place = 0; place < servers; ++place) {
      const auto link = links.Install(nodes.Get(place), nodes.Get(next(place)));
      devices_[place] = link.Get(0);
      const auto ends = addresses.Assign(link);
      addresses.NewNetwork();
      sockets_[place].out = ns3::Socket::CreateSocket(nodes.Get(place), udp);
      sockets_[place].out->Bind();
      sockets_[place].out->Connect(ns3::InetSocketAddress(ends.GetAddress(1), port));
    }
    ns3::Simulator::Run();  // The first events of all are those by which nodes become ready.
  }

  void elect(const std::vector<peers::Order>& orders, peers::Tally& tally) {
    tally_ = &tally;
    for (const peers::Order& order : orders) elect(order);
  }

 private:
  struct Sockets {
    ns3::Ptr<ns3::Socket> in;
    ns3::Ptr<ns3::Socket> out;
  };

  [[nodiscard]] std::uint32_t next(std::uint32_t place) const {
    return place + 1 == sockets_.size() ? 0 : place + 1;
  }

  void elect(const peers::Order& order) {
    order_ = &order;
    began_us_ = ns3::Simulator::Now().GetMicroSeconds();
    for (std::uint32_t place = 0; place < order.ids.size(); ++place) {
      const auto delay = ns3::MicroSeconds(static_cast<std::uint64_t>(order.delays_us[place]));
      devices_[place]->GetChannel()->SetAttribute("Delay", ns3::TimeValue(delay));
    }
    for (std::uint32_t place = 0; place < order.ids.size(); ++place) send(place, order.ids[place]);
    ns3::Simulator::Run();  // Until nothing is under way.
  }

  void send(std::uint32_t from, std::uint32_t candidate) {
    ++tally_->votes;
    sockets_[from].out->Send(reinterpret_cast<const std::uint8_t*>(&candidate), sizeof candidate,
                             0);
  }

  static void hear(Ring* ring, std::uint32_t at, ns3::Ptr<ns3::Socket> socket) {
    std::uint32_t candidate = 0;
    while (socket->Recv(reinterpret_cast<std::uint8_t*>(&candidate), sizeof candidate, 0) ==
           static_cast<int>(sizeof candidate))
      ring->arrive(at, candidate);
  }

  void arrive(std::uint32_t at, std::uint32_t candidate) {
    const std::int64_t after_us = ns3::Simulator::Now().GetMicroSeconds() - began_us_;
    if (tally_->arrived(at, order_->ids[at], candidate, after_us)) send(at, candidate);
  }

  std::vector<Sockets> sockets_;
  std::vector<ns3::Ptr<ns3::NetDevice>> devices_;  // To the next place.
  const peers::Order* order_ = nullptr;
  peers::Tally* tally_ = nullptr;
  std::int64_t began_us_ = 0;
};

}  // namespace

int main(int count, char** words) {
  const peers::Task task = peers::task_from(count, words);
  ns3::Simulator::SetScheduler(ns3::ObjectFactory("ns3::PriorityQueueScheduler"));
  Ring ring(task.servers);
  peers::perform(task, ring);
  ns3::Simulator::Destroy();
}
