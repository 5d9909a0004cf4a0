// Datagrams of handshakes: their bytes, and what is refused.
#include "core/secure/handshake_datagram.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/limits.hpp"
#include "tests/secure/hex.hpp"

namespace peal::secure {
namespace {

std::vector<HandshakeDatagram> one_of_each() {
  Cookie cookie;
  cookie.fill(0xcc);
  return {Initiation{ChannelKind::client, 0x01020304, cookie, Bytes(32, 0xaa)},
          Initiation{ChannelKind::server, 0x01020304, cookie, Bytes(48, 0xaa)},
          Retry{0x01020304, cookie}, Response{0x01020304, 0x05060708, Bytes(96, 0xaa)},
          Confirmation{0x05060708, Bytes(64, 0xaa)}};
}

TEST(HandshakeDatagrams, ComeBackAsTheyWere) {
  for (const HandshakeDatagram& datagram : one_of_each()) {
    const Bytes bytes = encode(datagram);
    EXPECT_EQ(parse_handshake(bytes), datagram);
    EXPECT_LE(bytes.size(), limits::datagram_bytes_max);
  }
}

TEST(HandshakeDatagrams, HaveTheLayoutThatIsDocumented) {
  const auto start = [](const HandshakeDatagram& datagram, std::size_t n) {
    return test::to_hex(View(encode(datagram)).first(n));
  };
  const auto all = one_of_each();
  EXPECT_EQ(start(all[0], 8), "01010101020304cc");
  EXPECT_EQ(start(all[1], 8), "01010201020304cc");
  EXPECT_EQ(start(all[2], 7), "010201020304cc");
  EXPECT_EQ(start(all[3], 11), "01030102030405060708aa");
  EXPECT_EQ(start(all[4], 7), "010405060708aa");
  const std::vector<std::size_t> lengths{55, 71, 22, 106, 70};
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(encode(all[i]).size(), lengths[i]);
}

TEST(HandshakeDatagrams, OfAnyOtherLengthAreRefused) {
  for (const HandshakeDatagram& datagram : one_of_each()) {
    Bytes bytes = encode(datagram);
    for (std::size_t n = 0; n < bytes.size(); ++n)
      EXPECT_FALSE(parse_handshake(View(bytes).first(n)));
    bytes.push_back(0);
    EXPECT_FALSE(parse_handshake(bytes));
  }
}

RC_GTEST_PROP(HandshakeDatagrams, AreEitherRefusedOrExactlyWhatTheySay, ()) {
  Bytes bytes = encode(*rc::gen::elementOf(one_of_each()));
  for (int i = 0; i < 3; ++i)
    bytes[*rc::gen::inRange<std::size_t>(0, 12)] = *rc::gen::arbitrary<std::uint8_t>();
  const auto parsed = parse_handshake(bytes);
  if (parsed) RC_ASSERT(encode(*parsed) == bytes);
}

}  // namespace
}  // namespace peal::secure
