// Endpoints as text and as socket addresses.
#include "runtime/address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>

#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

struct HostAndPort {
  std::string host;
  std::string port;  // Empty: none was given.
};

HostAndPort split(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || rest.size() == 1)) return {};
    return {std::string(text.substr(1, end - 1)),
            std::string(rest.empty() ? rest : rest.substr(1))};
  }
  const auto colon = text.rfind(':');
  // Several colons and no brackets: an IPv6 address alone.
  if (colon == std::string_view::npos || text.find(':') != colon) return {std::string(text), {}};
  if (colon + 1 == text.size()) return {};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

std::string format_endpoint(const Endpoint& endpoint) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (endpoint.is_v4()) {
    inet_ntop(AF_INET, &endpoint.ip[12], text.data(), text.size());
    return std::string(text.data()) + ":" + std::to_string(endpoint.port);
  }
  inet_ntop(AF_INET6, endpoint.ip.data(), text.data(), text.size());
  std::string out = "[" + std::string(text.data());
  if (endpoint.scope != 0) {
    std::array<char, IF_NAMESIZE> name{};
    const bool named = if_indextoname(endpoint.scope, name.data()) != nullptr;
    out += "%" + (named ? std::string(name.data()) : std::to_string(endpoint.scope));
  }
  return out + "]:" + std::to_string(endpoint.port);
}

Endpoint parse_endpoint(std::string_view text, std::uint16_t default_port,
                        std::string_view option) {
  const auto refuse = [&](const std::string& why) {
    return Trouble(std::string(option) + " " + std::string(text) + ": " + why,
                   Trouble::Kind::usage);
  };
  const HostAndPort parts = split(text);
  if (parts.host.empty()) throw refuse("write ADDR:PORT, such as 192.0.2.1:7401 or [::1]:7401");
  const auto port = parts.port.empty() ? std::optional(default_port) : port_of(parts.port);
  if (!port) throw refuse("the port must be a number from 0 to 65535");

  // The system would take 1.2.3 for 1.2.0.3, and 5 for 0.0.0.5.
  in_addr v4{};
  if (parts.host.find_first_not_of("0123456789.") == std::string::npos &&
      inet_pton(AF_INET, parts.host.c_str(), &v4) != 1)
    throw refuse("an IPv4 address has four numbers from 0 to 255");
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(parts.host.c_str(), nullptr, &hints, &found);
  if (status != 0)
    throw refuse("no such address or host (" + std::string(gai_strerror(status)) + ")");
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  Endpoint endpoint = endpoint_of(found->ai_addr);
  endpoint.port = *port;
  return endpoint;
}

bool needs_scope(const Endpoint& endpoint) {
  return endpoint.ip[0] == 0xfe && (endpoint.ip[1] & 0xc0U) == 0x80;
}

Endpoint endpoint_of(const sockaddr* address) {
  Endpoint endpoint;
  if (address == nullptr) return endpoint;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    endpoint.ip[10] = endpoint.ip[11] = 0xff;
    std::memcpy(&endpoint.ip[12], &v4.sin_addr, 4);
    endpoint.port = ntohs(v4.sin_port);
  } else if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    std::memcpy(endpoint.ip.data(), &v6.sin6_addr, 16);
    endpoint.port = ntohs(v6.sin6_port);
    if (needs_scope(endpoint)) endpoint.scope = v6.sin6_scope_id;
  }
  return endpoint;
}

sockaddr_storage to_sockaddr(const Endpoint& endpoint) {
  sockaddr_storage storage{};
  if (endpoint.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, &endpoint.ip[12], 4);
    std::memcpy(&storage, &v4, sizeof v4);
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    v6.sin6_scope_id = endpoint.scope;
    std::memcpy(&v6.sin6_addr, endpoint.ip.data(), 16);
    std::memcpy(&storage, &v6, sizeof v6);
  }
  return storage;
}

}  // namespace peal::runtime
