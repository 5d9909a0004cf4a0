// Handshakes that meet damage, wrong keys and wrong turns.
#include "core/secure/handshake_state.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/secure/two_sides.hpp"

namespace peal::secure {
namespace {

using test::bytes_of;
using test::TwoSides;

TEST(HandshakeState, TellsEachSideTheOthersStaticKey) {
  TwoSides sides("XX", 50);

  ASSERT_TRUE(test::shake_hands(sides));

  EXPECT_EQ(sides.initiator.remote_static(), test::keypair(52).public_key);
  EXPECT_EQ(sides.responder.remote_static(), test::keypair(51).public_key);
}

TEST(HandshakeState, RefusesEveryAlteredByteAndGoesOnWithTheRightOne) {
  for (const char* pattern : {"XX", "XXpsk3", "IKpsk2", "Kpsk0", "NNpsk0"}) {
    TwoSides sides(pattern);
    Bytes payload;
    // The first message of XX is in clear: that it was altered shows with the second one.
    if (std::string(pattern) == "XX") (void)sides.responder.read_message(sides.write({}), payload);
    while (!sides.finished()) {
      HandshakeState& reader = sides.reader();
      const Bytes message = sides.write(bytes_of("payload"));
      const HandshakeState before = reader;
      for (std::size_t i = 0; i < message.size(); ++i) {
        Bytes altered = message;
        altered[i] ^= 1U;
        HandshakeState victim = before;
        const auto fault = victim.read_message(altered, payload);
        EXPECT_EQ(fault, NoiseFault::not_authentic) << pattern << " byte " << i;
        EXPECT_EQ(victim, before);
      }

      payload.clear();
      EXPECT_EQ(reader.read_message(message, payload), std::nullopt);
      EXPECT_EQ(payload, bytes_of("payload"));
    }
  }
}

TEST(HandshakeState, AnAlteredFirstMessageMakesTheSecondUnreadable) {
  TwoSides sides("XX");
  Bytes payload;
  Bytes first = sides.write({});
  first[3] ^= 1U;
  ASSERT_EQ(sides.responder.read_message(first, payload), std::nullopt);

  const Bytes second = sides.write({});

  EXPECT_EQ(sides.initiator.read_message(second, payload), NoiseFault::not_authentic);
}

TEST(HandshakeState, RefusesMessagesThatAreCutOff) {
  TwoSides sides("XX");
  Bytes payload;
  ASSERT_EQ(sides.responder.read_message(sides.write({}), payload), std::nullopt);
  const Bytes message = sides.write(bytes_of("payload"));

  for (std::size_t length = 0; length < message.size(); ++length) {
    const HandshakeState before = sides.initiator;
    const auto fault = sides.initiator.read_message(View(message).first(length), payload);
    EXPECT_TRUE(fault == NoiseFault::too_short || fault == NoiseFault::not_authentic) << length;
    EXPECT_EQ(sides.initiator, before);
  }
}

TEST(HandshakeState, RefusesAnotherPreSharedKey) {
  for (const char* pattern : {"XXpsk0", "XXpsk1", "XXpsk2", "XXpsk3", "NNpsk0", "Xpsk1"}) {
    TwoSides sides(pattern);
    HandshakeConfig other = test::config(pattern, false, 1'000);
    other.psks = {test::secret(7)};
    sides.responder = HandshakeState(other);
    EXPECT_FALSE(test::shake_hands(sides)) << pattern;
  }
}

TEST(HandshakeState, RefusesAnotherPrologue) {
  for (const char* pattern : {"XX", "XXpsk3", "NN", "IK", "N"}) {
    TwoSides sides(pattern);
    HandshakeConfig other = test::config(pattern, false, 1'000);
    other.prologue.push_back(0);
    sides.responder = HandshakeState(other);
    EXPECT_FALSE(test::shake_hands(sides)) << pattern;
  }
}

TEST(HandshakeState, RefusesAnotherPattern) {
  TwoSides sides("XX");
  sides.responder = HandshakeState(test::config("XXpsk3", false, 1'000));
  EXPECT_FALSE(test::shake_hands(sides));
}

TEST(HandshakeState, RefusesWhatIsOutOfTurn) {
  TwoSides sides("XX");
  Bytes bytes;
  const HandshakeState responder = sides.responder;

  EXPECT_EQ(sides.responder.write_message({}, bytes), NoiseFault::out_of_turn);
  EXPECT_EQ(sides.initiator.read_message(Bytes(32), bytes), NoiseFault::out_of_turn);
  const Bytes first = sides.write({});
  EXPECT_EQ(sides.initiator.write_message({}, bytes), NoiseFault::out_of_turn);
  EXPECT_EQ(sides.initiator.read_message(first, bytes), NoiseFault::too_short);

  EXPECT_EQ(sides.responder, responder);
  EXPECT_TRUE(bytes.empty());
}

TEST(HandshakeState, RefusesEverythingOnceFinished) {
  TwoSides sides("NN");
  ASSERT_TRUE(test::shake_hands(sides));
  Bytes bytes;

  EXPECT_EQ(sides.initiator.write_message({}, bytes), NoiseFault::out_of_turn);
  EXPECT_EQ(sides.initiator.read_message(Bytes(48), bytes), NoiseFault::out_of_turn);
  EXPECT_EQ(sides.responder.write_message({}, bytes), NoiseFault::out_of_turn);
  EXPECT_EQ(sides.responder.read_message(Bytes(48), bytes), NoiseFault::out_of_turn);
}

TEST(HandshakeState, WritesAndReadsMessagesOfTheMaximumLengthAndNoLongerOnes) {
  TwoSides sides("NN");
  Bytes bytes;
  const std::size_t payload_bytes_max = noise_message_bytes_max - dh_bytes;
  const HandshakeState before = sides.initiator;

  EXPECT_EQ(sides.initiator.write_message(Bytes(payload_bytes_max + 1), bytes),
            NoiseFault::too_long);
  EXPECT_EQ(sides.initiator, before);
  EXPECT_EQ(sides.responder.read_message(Bytes(noise_message_bytes_max + 1), bytes),
            NoiseFault::too_long);
  ASSERT_EQ(sides.initiator.write_message(Bytes(payload_bytes_max), bytes), std::nullopt);
  EXPECT_EQ(bytes.size(), noise_message_bytes_max);
  Bytes payload;
  EXPECT_EQ(sides.responder.read_message(bytes, payload), std::nullopt);
}

/// Section 12.1: what agrees on zeros is no error, and binds the keys that were sent all the same.
TEST(HandshakeState, GoesOnWithAPublicKeyOfLowOrder) {
  TwoSides sides("NN");
  Bytes payload;
  const Bytes low_order(32);

  EXPECT_EQ(sides.responder.read_message(low_order, payload), std::nullopt);
  Bytes message;
  EXPECT_EQ(sides.responder.write_message({}, message), std::nullopt);

  EXPECT_EQ(message.size(), dh_bytes + tag_bytes);
  EXPECT_TRUE(sides.responder.finished());
}

TEST(Dh, IsAllZerosForEveryPublicKeyOfLowOrder) {
  for (const char* key : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                          "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    PublicKey low_order;
    std::ranges::copy(test::from_hex(key), low_order.bytes.begin());
    EXPECT_EQ(dh(test::keypair(1), low_order), Secret<dh_bytes>()) << key;
  }
}

/// RFC 7748, section 6.1.
TEST(Dh, IsThatOfTheRfc) {
  const Bytes alice =
      test::from_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  const Bytes bob =
      test::from_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  const KeyPair a = generate_keypair(PrivateKey(View(alice).first<32>()));
  const KeyPair b = generate_keypair(PrivateKey(View(bob).first<32>()));

  EXPECT_EQ(test::to_hex(a.public_key.bytes),
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(test::to_hex(dh(a, b.public_key).view()),
            "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

RC_GTEST_PROP(Handshakes, BothSidesAgreeWhateverTheyCarry, ()) {
  const auto number = *rc::gen::arbitrary<std::uint32_t>();
  const std::string pattern = *rc::gen::elementOf(
      std::vector<std::string>{"XX", "XXpsk3", "IK", "KKpsk0+psk2", "X1X1", "NNpsk0", "IX"});
  TwoSides sides(pattern, number);

  while (!sides.finished()) {
    const auto payload = *rc::gen::arbitrary<Bytes>();
    HandshakeState& reader = sides.reader();
    Bytes read;
    RC_ASSERT(!reader.read_message(sides.write(payload), read));
    RC_ASSERT(read == payload);
  }

  RC_ASSERT(sides.initiator.get_handshake_hash() == sides.responder.get_handshake_hash());
  auto ours = sides.initiator.split();
  auto theirs = sides.responder.split();
  for (const auto& payload : *rc::gen::arbitrary<std::vector<Bytes>>()) {
    Bytes sealed;
    Bytes opened;
    RC_ASSERT(!theirs.sending->encrypt_with_ad({}, payload, sealed));
    RC_ASSERT(!ours.receiving->decrypt_with_ad({}, sealed, opened));
    RC_ASSERT(opened == payload);
  }
}

RC_GTEST_PROP(Handshakes, RubbishIsRefusedOrLeadsNowhere, ()) {
  TwoSides sides("XX");
  Bytes payload;
  while (!sides.finished()) {
    HandshakeState& reader = sides.reader();
    HandshakeState victim = reader;
    (void)victim.read_message(*rc::gen::arbitrary<Bytes>(), payload);
    RC_ASSERT(!victim.finished());
    RC_ASSERT(!reader.read_message(sides.write({}), payload));
  }
}

}  // namespace
}  // namespace peal::secure
