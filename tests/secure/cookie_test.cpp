// Cookies are good for one address and a short time, and cost nobody else a byte.
#include "core/secure/cookie.hpp"

#include <gtest/gtest.h>

#include "core/secure/handshake_datagram.hpp"
#include "tests/secure/keys.hpp"

namespace peal::secure {
namespace {

constexpr Instant in_some_period{cookie_period.us * 1'000};
const Endpoint asker = ipv4_endpoint(10, 0, 0, 7, 7'401);

TEST(Cookie, IsGoodForItsAddressOnly) {
  const CookieJar jar(test::secret(1));
  const Cookie cookie = jar.make(in_some_period, asker);
  Endpoint port = asker;
  port.port = 7'402;
  Endpoint ip = asker;
  ip.ip.back() = 8;
  Endpoint scope = asker;
  scope.scope = 1;

  EXPECT_TRUE(jar.is_good(in_some_period, asker, cookie));
  EXPECT_FALSE(jar.is_good(in_some_period, port, cookie));
  EXPECT_FALSE(jar.is_good(in_some_period, ip, cookie));
  EXPECT_FALSE(jar.is_good(in_some_period, scope, cookie));
}

TEST(Cookie, IsGoodForOneToTwoPeriods) {
  const CookieJar jar(test::secret(1));
  const Cookie cookie = jar.make(in_some_period, asker);

  EXPECT_TRUE(jar.is_good(in_some_period + cookie_period * 2 - microseconds(1), asker, cookie));
  EXPECT_FALSE(jar.is_good(in_some_period + cookie_period * 2, asker, cookie));
  EXPECT_FALSE(jar.is_good(in_some_period - cookie_period, asker, cookie));
}

TEST(Cookie, IsRefusedWithAnyBitAltered) {
  const CookieJar jar(test::secret(1));
  const Cookie cookie = jar.make(in_some_period, asker);
  for (std::size_t bit = 0; bit < 8 * cookie_bytes; ++bit) {
    Cookie altered = cookie;
    altered[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(jar.is_good(in_some_period, asker, altered));
  }
  EXPECT_FALSE(jar.is_good(in_some_period, asker, Cookie{}));
  EXPECT_FALSE(CookieJar(test::secret(2)).is_good(in_some_period, asker, cookie));
}

TEST(Cookie, SurvivesOneRotationOfTheSecret) {
  CookieJar jar(test::secret(1));
  const Cookie cookie = jar.make(in_some_period, asker);

  jar.rotate(test::secret(2));
  EXPECT_TRUE(jar.is_good(in_some_period, asker, cookie));
  EXPECT_NE(jar.make(in_some_period, asker), cookie);
  jar.rotate(test::secret(3));
  EXPECT_FALSE(jar.is_good(in_some_period, asker, cookie));
}

TEST(Retry, IsSmallerThanEveryQuestionThatItAnswers) {
  for (const ChannelKind kind : {ChannelKind::client, ChannelKind::server}) {
    const Bytes question =
        encode(Initiation{.kind = kind, .noise = Bytes(first_noise_bytes(kind))});
    const Bytes answer = encode(Retry{});
    EXPECT_LT(answer.size(), question.size());
  }
}

}  // namespace
}  // namespace peal::secure
