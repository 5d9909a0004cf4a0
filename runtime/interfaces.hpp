// The host's network interfaces, as far as discovery and addresses care.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "core/endpoint.hpp"

namespace peal::runtime {

/// One interface that is up. Endpoints have port 0.
struct Interface {
  std::string name;
  std::uint32_t index = 0;
  bool loopback = false;
  bool multicast = false;            ///< IPv6 needs it; IPv4 multicast works by loopback without
  std::vector<Endpoint> addresses;   ///< IPv4 and IPv6, link-local ones with their scope
  std::vector<Endpoint> broadcasts;  ///< directed broadcast addresses, IPv4
  friend auto operator<=>(const Interface&, const Interface&) = default;

  [[nodiscard]] bool has_v4() const;
  [[nodiscard]] bool has_v6() const;
};

/// Those that are up and have a carrier, by index; with names, only these.
[[nodiscard]] std::vector<Interface> interfaces_up(const std::vector<std::string>& names);
/// Throws Trouble (usage) that lists what there is, when one of the names is no interface.
void check_interface_names(const std::vector<std::string>& names);

/// True: by the system's routes, datagrams to this address leave by one of these interfaces, or do
/// not leave this host at all. Nothing is sent to find out.
[[nodiscard]] bool leaves_by(const std::vector<std::string>& names, const Endpoint& to);

/// Addresses worth publishing, best first: IPv4 before IPv6, none that is link-local, loopback only
/// when there is no other; at most limits::addresses_max.
[[nodiscard]] std::vector<Endpoint> addresses_to_publish(const std::vector<Interface>& interfaces,
                                                         std::uint16_t port4, std::uint16_t port6);

}  // namespace peal::runtime
