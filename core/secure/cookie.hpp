// Proof that whoever sends from an address also receives there, without remembering anyone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/endpoint.hpp"
#include "core/secure/secret.hpp"
#include "core/time.hpp"

namespace peal::secure {

inline constexpr std::size_t cookie_bytes = 16;
/// A cookie is good for one to two of these.
inline constexpr Duration cookie_period = seconds(10);
/// After so long the driver should give another secret.
inline constexpr Duration cookie_secret_time = seconds(120);

using Cookie = std::array<std::uint8_t, cookie_bytes>;
using CookieSecret = Secret<32>;

/// Makes and recognises cookies: a MAC over address and period. A value.
class CookieJar {
 public:
  explicit CookieJar(const CookieSecret& secret) : secret_(secret) {}

  /// Cookies under the secret before stay good for as long as they would have been.
  void rotate(const CookieSecret& secret);
  [[nodiscard]] Cookie make(Instant now, const Endpoint& address) const;
  /// Whether it was made for this address in this period or the one before.
  [[nodiscard]] bool is_good(Instant now, const Endpoint& address, const Cookie& cookie) const;

  friend bool operator==(const CookieJar&, const CookieJar&) = default;

 private:
  CookieSecret secret_;
  std::optional<CookieSecret> before_;
};

}  // namespace peal::secure
