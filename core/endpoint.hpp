// Where datagrams go: an address and a port.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace peal {

/// An IPv6 address, or an IPv4 one in mapped form (::ffff:a.b.c.d), with a port in host order.
/// scope is the interface index of a link-local address on this host; it never crosses the wire.
struct Endpoint {
  std::array<std::uint8_t, 16> ip{};
  std::uint16_t port = 0;
  std::uint32_t scope = 0;
  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
  [[nodiscard]] constexpr explicit operator bool() const { return port != 0; }
  [[nodiscard]] constexpr bool is_v4() const {
    for (std::size_t i = 0; i < 10; ++i)
      if (ip[i] != 0) return false;
    return ip[10] == 0xff && ip[11] == 0xff;
  }
  [[nodiscard]] constexpr bool is_loopback() const {
    if (is_v4()) return ip[12] == 127;
    for (std::size_t i = 0; i < 15; ++i)
      if (ip[i] != 0) return false;
    return ip[15] == 1;
  }
};

[[nodiscard]] constexpr Endpoint ipv4_endpoint(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                                               std::uint8_t d, std::uint16_t port) {
  Endpoint e;
  e.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
  e.port = port;
  return e;
}

}  // namespace peal
