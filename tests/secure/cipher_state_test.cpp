// Keys, nonces and rekeying, and the functions that make them.
#include "core/secure/cipher_state.hpp"

#include <gtest/gtest.h>

#include "core/secure/hash.hpp"
#include "tests/secure/hex.hpp"
#include "tests/secure/keys.hpp"

namespace peal::secure {
namespace {

using test::bytes_of;

CipherState with_key(std::uint64_t number) {
  CipherState cipher;
  cipher.initialize_key(test::secret(number));
  return cipher;
}

Bytes encrypted(CipherState& cipher, View plaintext) {
  Bytes out;
  EXPECT_EQ(cipher.encrypt_with_ad(bytes_of("ad"), plaintext, out), std::nullopt);
  return out;
}

TEST(CipherState, WithoutKeyLeavesEverythingInClear) {
  CipherState cipher;
  Bytes out;

  EXPECT_FALSE(cipher.has_key());
  EXPECT_EQ(encrypted(cipher, bytes_of("text")), bytes_of("text"));
  EXPECT_EQ(cipher.decrypt_with_ad({}, bytes_of("text"), out), std::nullopt);
  EXPECT_EQ(out, bytes_of("text"));
  EXPECT_EQ(cipher.nonce(), 0U);
}

TEST(CipherState, CountsANonceForEachMessage) {
  CipherState cipher = with_key(1);
  const Bytes first = encrypted(cipher, bytes_of("text"));

  EXPECT_EQ(first.size(), 4 + tag_bytes);
  EXPECT_EQ(cipher.nonce(), 1U);
  EXPECT_NE(encrypted(cipher, bytes_of("text")), first);
}

TEST(CipherState, CanStillDecryptTheRightMessageAfterAWrongOne) {
  CipherState sender = with_key(1);
  CipherState receiver = with_key(1);
  const Bytes message = encrypted(sender, bytes_of("text"));
  Bytes out = bytes_of("before");
  for (std::size_t i = 0; i < message.size(); ++i) {
    Bytes altered = message;
    altered[i] ^= 0x80U;
    EXPECT_EQ(receiver.decrypt_with_ad(bytes_of("ad"), altered, out), NoiseFault::not_authentic);
  }
  EXPECT_EQ(receiver.decrypt_with_ad(bytes_of("Ad"), message, out), NoiseFault::not_authentic);
  EXPECT_EQ(receiver.decrypt_with_ad(bytes_of("ad"), View(message).first(15), out),
            NoiseFault::too_short);
  EXPECT_EQ(out, bytes_of("before"));

  EXPECT_EQ(receiver.decrypt_with_ad(bytes_of("ad"), message, out), std::nullopt);

  EXPECT_EQ(out, bytes_of("beforetext"));
}

TEST(CipherState, HasNoNonceForMoreThan2To64Less1Messages) {
  CipherState cipher = with_key(1);
  cipher.set_nonce(nonce_of_rekey - 1);
  Bytes out = encrypted(cipher, {});
  const CipherState before = cipher;

  EXPECT_EQ(cipher.encrypt_with_ad({}, {}, out), NoiseFault::nonces_exhausted);
  EXPECT_EQ(cipher.decrypt_with_ad({}, Bytes(tag_bytes), out), NoiseFault::nonces_exhausted);

  EXPECT_EQ(cipher, before);
}

TEST(CipherState, TakesMessagesOfTheMaximumLengthAndNoLongerOnes) {
  CipherState cipher = with_key(1);
  Bytes out;

  EXPECT_EQ(cipher.encrypt_with_ad({}, Bytes(noise_message_bytes_max - tag_bytes + 1), out),
            NoiseFault::too_long);
  EXPECT_EQ(cipher.decrypt_with_ad({}, Bytes(noise_message_bytes_max + 1), out),
            NoiseFault::too_long);
  EXPECT_EQ(cipher.encrypt_with_ad({}, Bytes(noise_message_bytes_max - tag_bytes), out),
            std::nullopt);
  EXPECT_EQ(out.size(), noise_message_bytes_max);
}

TEST(CipherState, GetsAnotherKeyAndKeepsItsNonceWhenRekeyed) {
  CipherState sender = with_key(1);
  (void)encrypted(sender, {});
  CipherState receiver = sender;
  const CipherState old = sender;

  sender.rekey();

  EXPECT_NE(sender, old);
  EXPECT_EQ(sender.nonce(), 1U);
  const Bytes message = encrypted(sender, bytes_of("text"));
  Bytes out;
  EXPECT_EQ(receiver.decrypt_with_ad(bytes_of("ad"), message, out), NoiseFault::not_authentic);
  receiver.rekey();
  EXPECT_EQ(receiver.decrypt_with_ad(bytes_of("ad"), message, out), std::nullopt);
}

/// REKEY(k) as section 4.2 defines it: ENCRYPT(k, maxnonce, zerolen, zeros), its first 32 bytes.
TEST(CipherState, RekeysAsTheSpecificationSays) {
  CipherState rekeyed = with_key(1);
  rekeyed.rekey();
  CipherState expected;
  // Block 1 of ChaCha20 (RFC 8439) under k and that nonce, by an implementation written for this.
  const Bytes key =
      test::from_hex("707985e57e2d1fbe0591ca60b543c1563a4c8332f7c9321da842d1de5f7ff5fe");
  expected.initialize_key(CipherKey(View(key).first<32>()));

  EXPECT_EQ(rekeyed, expected);
}

/// By Python: hmac.new(key, data, hashlib.blake2b).
TEST(HmacHash, IsThatOfOtherImplementations) {
  EXPECT_EQ(test::to_hex(hmac_hash(bytes_of("key"), {bytes_of("some "), bytes_of("data")}).view()),
            "968fc1a9f48cfaf747977f67def6364a176e0415c1183e081608785e3f3593ab"
            "84ce8e7a0dd521c2ab0b7745933705cd0c54aa1fbdfdd67f077f6a8d01adc9d5");
}

TEST(Hash, IsThatOfTheRfc) {
  EXPECT_EQ(test::to_hex(hash({bytes_of("a"), bytes_of("bc")})),
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

TEST(Hkdf, OfTwoOutputsIsTheStartOfThatOfThree) {
  const ChainingKey chaining_key = hmac_hash({}, {});

  const auto two = hkdf<2>(chaining_key, bytes_of("input"));
  const auto three = hkdf<3>(chaining_key, bytes_of("input"));

  EXPECT_EQ(two[0], three[0]);
  EXPECT_EQ(two[1], three[1]);
  EXPECT_NE(three[1], three[2]);
  EXPECT_EQ(three[0],
            hmac_hash(hmac_hash(chaining_key.view(), {bytes_of("input")}).view(), {Bytes{1}}));
}

}  // namespace
}  // namespace peal::secure
