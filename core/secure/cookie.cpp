// Cookies as keyed BLAKE2b (libsodium's crypto_generichash with a key).
#include "core/secure/cookie.hpp"

#include <sodium.h>

#include "core/check.hpp"
#include "core/secure/wire.hpp"

namespace peal::secure {
namespace {

std::int64_t period_of(Instant now) { return now.us / cookie_period.us; }

Cookie cookie_of(const CookieSecret& secret, std::int64_t period, const Endpoint& address) {
  Bytes input(address.ip.begin(), address.ip.end());
  put(input, address.port);
  put(input, address.scope);
  put(input, static_cast<std::uint64_t>(period));
  Cookie cookie;
  CHECK(crypto_generichash(cookie.data(), cookie.size(), input.data(), input.size(), secret.data(),
                           secret.size()) == 0);
  return cookie;
}

}  // namespace

void CookieJar::rotate(const CookieSecret& secret) {
  before_ = secret_;
  secret_ = secret;
}

Cookie CookieJar::make(Instant now, const Endpoint& address) const {
  return cookie_of(secret_, period_of(now), address);
}

bool CookieJar::is_good(Instant now, const Endpoint& address, const Cookie& cookie) const {
  for (const std::int64_t period : {period_of(now), period_of(now) - 1}) {
    if (equal_in_constant_time(cookie, cookie_of(secret_, period, address))) return true;
    if (before_ && equal_in_constant_time(cookie, cookie_of(*before_, period, address)))
      return true;
  }
  return false;
}

}  // namespace peal::secure
