// Sealed datagrams through networks that lose, repeat, reorder and alter them.
#include "core/secure/sealing.hpp"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/prng.hpp"
#include "tests/secure/hex.hpp"
#include "tests/secure/keys.hpp"

namespace peal::secure {
namespace {

using test::bytes_of;

constexpr Instant start{1'000'000};

/// One direction of a session.
struct Direction {
  Sealer sealer;
  Opener opener;

  explicit Direction(Padding padding = Padding::none)
      : sealer(cipher(), 0x01020304, padding, start), opener(cipher()) {}

  static CipherState cipher() {
    CipherState cipher;
    cipher.initialize_key(test::secret(1));
    return cipher;
  }

  Bytes seal(View message, Instant now = start) {
    Bytes datagram;
    EXPECT_EQ(sealer.seal(now, message, datagram), std::nullopt);
    return datagram;
  }
  std::optional<OpenFault> open(View datagram, Instant now = start) {
    Bytes message;
    return opener.open(now, datagram, message);
  }
};

TEST(Sealed, HasTheLayoutThatIsDocumented) {
  Direction direction;
  (void)direction.seal({});
  const Bytes datagram = direction.seal(bytes_of("text"));

  EXPECT_EQ(test::to_hex(View(datagram).first(sealed_header_bytes)),
            "02"
            "01020304"
            "0000000000000001");
  EXPECT_EQ(datagram.size(), 4 + sealed_overhead_bytes);
  EXPECT_EQ(session_of(datagram), 0x01020304U);
}

TEST(Sealed, CarriesMessagesOfEveryLengthUpToTheLimit) {
  Direction direction(Padding::multiples_of_64);
  Bytes message;
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64},
                              limits::message_bytes_max}) {
    const Bytes datagram = direction.seal(Bytes(n, 7));
    EXPECT_LE(datagram.size(), limits::datagram_bytes_max);
    EXPECT_EQ(direction.opener.open(start, datagram, message), std::nullopt);
    EXPECT_EQ(message, Bytes(n, 7));
  }
  Bytes datagram;
  EXPECT_EQ(direction.sealer.seal(start, Bytes(limits::message_bytes_max + 1), datagram),
            NoiseFault::too_long);
  EXPECT_TRUE(datagram.empty());
}

TEST(Sealed, IsRefusedWithAnyByteAlteredHeaderIncluded) {
  Direction direction;
  const Bytes datagram = direction.seal(bytes_of("text"));
  const Opener before = direction.opener;
  for (std::size_t i = 0; i < datagram.size(); ++i)
    for (const unsigned bit : {0U, 3U, 7U}) {
      Bytes altered = datagram;
      altered[i] ^= static_cast<std::uint8_t>(1U << bit);
      EXPECT_NE(direction.open(altered), std::nullopt) << i;
      EXPECT_EQ(direction.opener, before);
    }

  EXPECT_EQ(direction.open(datagram), std::nullopt);
}

TEST(Sealed, IsRefusedAtAnyOtherLength) {
  Direction direction;
  Bytes datagram = direction.seal(bytes_of("text"));
  for (std::size_t n = 0; n < datagram.size(); ++n)
    EXPECT_NE(direction.open(View(datagram).first(n)), std::nullopt);
  datagram.push_back(0);
  EXPECT_EQ(direction.open(datagram), OpenFault::not_authentic);
  EXPECT_EQ(direction.open(Bytes(limits::datagram_bytes_max + 1, 2)), OpenFault::malformed);
}

TEST(Sealed, OpensOnce) {
  Direction direction;
  const Bytes datagram = direction.seal(bytes_of("text"));

  EXPECT_EQ(direction.open(datagram), std::nullopt);
  EXPECT_EQ(direction.open(datagram), OpenFault::repeated);
}

TEST(Sealed, IsTooOldBehindTheWindow) {
  Direction direction;
  const Bytes first = direction.seal(bytes_of("first"));
  for (std::uint64_t i = 0; i < replay_window_size; ++i)
    EXPECT_EQ(direction.open(direction.seal({})), std::nullopt);

  EXPECT_EQ(direction.open(first), OpenFault::too_old);
}

TEST(Rekeying, AfterTwoToThe20MessagesIsNotNoticed) {
  Direction direction;
  Bytes datagram;
  for (std::uint64_t i = 0; i + 2 < messages_per_key; ++i) {
    datagram.clear();
    ASSERT_EQ(direction.sealer.seal(start, {}, datagram), std::nullopt);
  }
  EXPECT_EQ(direction.sealer.rekeyed(), 0U);
  const Bytes last_but_one = direction.seal(bytes_of("last but one"));
  const Bytes last = direction.seal(bytes_of("last"));
  const Bytes first = direction.seal(bytes_of("first"));
  EXPECT_EQ(direction.sealer.rekeyed(), 1U);

  EXPECT_EQ(direction.open(last), std::nullopt);
  EXPECT_EQ(direction.open(first), std::nullopt);
  EXPECT_EQ(direction.open(last_but_one), std::nullopt);
  EXPECT_EQ(direction.open(last), OpenFault::repeated);
  EXPECT_EQ(direction.open(first), OpenFault::repeated);
}

TEST(Rekeying, HappensAfterAnHour) {
  Direction direction;
  (void)direction.seal({}, start + key_time_max - microseconds(1));
  EXPECT_EQ(direction.sealer.rekeyed(), 0U);

  const Bytes datagram = direction.seal({}, start + key_time_max);

  EXPECT_EQ(direction.sealer.rekeyed(), 1U);
  EXPECT_EQ(direction.open(datagram, start + key_time_max), std::nullopt);
}

TEST(Rekeying, LeavesWhatWasOnTheWayOpenForAWhile) {
  Direction direction;
  const Instant then = start + key_time_max;
  const Bytes early = direction.seal(bytes_of("early"));
  const Bytes late = direction.seal(bytes_of("late"));
  ASSERT_EQ(direction.open(direction.seal({}, then), then), std::nullopt);

  EXPECT_EQ(direction.open(early, then + previous_key_time - microseconds(1)), std::nullopt);
  EXPECT_EQ(direction.open(early, then + previous_key_time - microseconds(1)), OpenFault::repeated);
  EXPECT_EQ(direction.open(late, then + previous_key_time), OpenFault::too_old);
}

TEST(Rekeying, IsFollowedOverLostKeysButNotFar) {
  Direction direction;
  const Opener at_start = direction.opener;
  Instant now = start;
  for (std::uint64_t key = 1; key <= keys_ahead_max + 1; ++key) {
    now = now + key_time_max;
    const Bytes datagram = direction.seal({}, now);
    EXPECT_EQ(direction.sealer.rekeyed(), key);
    direction.opener = at_start;
    EXPECT_EQ(direction.open(datagram, now).has_value(), key > keys_ahead_max) << key;
  }
}

TEST(Rekeying, IsNotSetOffByWhatIsForged) {
  Direction direction;
  const Bytes before = direction.seal({});
  Bytes forged = direction.seal({}, start + key_time_max);
  forged.back() ^= 1U;
  const Opener opener = direction.opener;

  EXPECT_EQ(direction.open(forged), OpenFault::not_authentic);

  EXPECT_EQ(direction.opener, opener);
  EXPECT_EQ(direction.open(before), std::nullopt);
}

RC_GTEST_PROP(Sealed, ArrivesUnalteredAtMostOnceInAnyOrder, ()) {
  Prng prng(*rc::gen::arbitrary<std::uint64_t>());
  Direction direction(*rc::gen::element(Padding::none, Padding::powers_of_two));
  Instant now = start;
  std::vector<Bytes> sent;
  std::vector<Bytes> on_the_way;
  std::multiset<Bytes> opened;
  for (int i = 0; i < 200; ++i) {
    if (prng.below(50) == 0) now = now + key_time_max;
    Bytes message(prng.below(20));
    for (std::uint8_t& byte : message) byte = static_cast<std::uint8_t>(prng.next());
    put(message, static_cast<std::uint32_t>(i));
    sent.push_back(message);
    on_the_way.push_back(direction.seal(message, now));
    while (prng.below(3) != 0) {
      // Any datagram of before, as it is or with a flipped bit; it may be tried again.
      const Bytes& pick = on_the_way[on_the_way.size() - 1 - prng.below(on_the_way.size())];
      Bytes datagram = pick;
      const bool altered = prng.below(4) == 0;
      if (altered)
        datagram[prng.below(datagram.size())] ^= static_cast<std::uint8_t>(1U << prng.below(8));
      Bytes read;
      const auto fault = direction.opener.open(now, datagram, read);
      if (altered) RC_ASSERT(fault.has_value());
      if (!fault) opened.insert(read);
    }
  }

  for (const Bytes& message : opened) {
    RC_ASSERT(opened.count(message) == 1U);
    RC_ASSERT(std::ranges::count(sent, message) == 1);
  }
}

}  // namespace
}  // namespace peal::secure
