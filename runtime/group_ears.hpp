// The sockets by which a client hears the multicast groups of its rooms.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/endpoint.hpp"
#include "runtime/interfaces.hpp"
#include "runtime/loop.hpp"
#include "runtime/udp.hpp"

namespace peal::runtime {

/// One socket for each interface, on the groups' port, which all clients of a host share: the
/// system gives each of them a copy, and allows so many groups for each socket.
class GroupEars {
 public:
  GroupEars(Loop& loop, UdpSocket::Handlers handlers);

  void hear(std::vector<Endpoint> groups, const std::vector<Interface>& interfaces);
  /// The same groups on other interfaces.
  void interfaces_changed(const std::vector<Interface>& interfaces);
  /// What did not work since the last call, one line each.
  [[nodiscard]] std::vector<std::string> take_shortcomings();

 private:
  struct Ear {
    std::unique_ptr<UdpSocket> socket;
    std::set<Endpoint> joined;
  };
  void open(const Interface& interface, std::uint16_t port);
  void settle(const std::vector<Interface>& interfaces);

  Loop& loop_;
  UdpSocket::Handlers handlers_;
  std::vector<Endpoint> groups_;
  std::map<std::uint32_t, Ear> ears_;  // By index of the interface.
  std::vector<std::string> shortcomings_;
};

}  // namespace peal::runtime
