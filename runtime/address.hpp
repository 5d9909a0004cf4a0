// Endpoints as people write them and as sockets take them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/endpoint.hpp"

struct sockaddr;
struct sockaddr_storage;

namespace peal::runtime {

/// "192.0.2.1:7401", "[::1]:7401", "[fe80::1%eth0]:7401".
[[nodiscard]] std::string format_endpoint(const Endpoint& endpoint);

/// Reads ADDR:PORT, ADDR (then with default_port), [V6]:PORT, or a host name in place of ADDR.
/// Throws Trouble (usage) that names the option, e.g. "--peer 1.2.3: not an address".
[[nodiscard]] Endpoint parse_endpoint(std::string_view text, std::uint16_t default_port,
                                      std::string_view option);

/// A link-local IPv6 address (RFC 4291, section 2.5.6): it means nothing without its interface.
[[nodiscard]] bool needs_scope(const Endpoint& endpoint);
/// From an IPv4 or IPv6 socket address; scope only of a link-local one. None for other families.
[[nodiscard]] Endpoint endpoint_of(const sockaddr* address);
/// IPv4 endpoints as AF_INET, others as AF_INET6.
[[nodiscard]] sockaddr_storage to_sockaddr(const Endpoint& endpoint);

}  // namespace peal::runtime
