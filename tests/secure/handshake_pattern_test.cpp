// Patterns, modifiers and names: which there are, and which are refused.
#include "core/secure/handshake_pattern.hpp"

#include <gtest/gtest.h>

#include "core/secure/protocol_name.hpp"
#include "tests/secure/two_sides.hpp"

namespace peal::secure {
namespace {

TEST(ProtocolName, StandsForThePatternOfTheSpecification) {
  const auto pattern = parse_protocol_name("Noise_XXpsk3_25519_ChaChaPoly_BLAKE2b");

  ASSERT_TRUE(pattern);
  EXPECT_FALSE(pattern->initiator_known || pattern->responder_known);
  using enum Token;
  const std::vector<MessagePattern> messages{{e}, {e, ee, s, es}, {s, se, psk}};
  EXPECT_EQ(pattern->messages, messages);
}

TEST(ProtocolName, MayHaveSeveralModifiers) {
  const auto pattern = parse_protocol_name(test::protocol("NNpsk0+psk2"));

  using enum Token;
  const std::vector<MessagePattern> messages{{psk, e}, {e, ee, psk}};
  ASSERT_TRUE(pattern);
  EXPECT_EQ(pattern->messages, messages);
  EXPECT_EQ(pattern->psks(), 2U);
}

TEST(ProtocolName, OfAnotherSuiteOrShapeIsRefused) {
  for (const char* name :
       {"", "Noise_", "XX", "Noise_XX_25519_ChaChaPoly_BLAKE2s", "Noise_XX_448_ChaChaPoly_BLAKE2b",
        "Noise_XX_25519_AESGCM_BLAKE2b", "noise_XX_25519_ChaChaPoly_BLAKE2b",
        "Noise_XX_25519_ChaChaPoly_BLAKE2b ", "Noise_25519_ChaChaPoly_BLAKE2b"})
    EXPECT_FALSE(parse_protocol_name(name)) << name;
}

TEST(ProtocolName, OfAnotherPatternOrModifierIsRefused) {
  for (const char* pattern : {"", "XY", "xx", "XX2", "XXpsk", "XXpsk4", "XXpsk33", "XXpskx",
                              "NNpsk3", "Npsk2", "XXfallback", "XXpsk0+", "XX+psk0", "XXpsk0psk1",
                              "XXpsk0+psk0", "XXpsk2+psk1", "XXpsk0+fallback", "XX psk0"})
    EXPECT_FALSE(parse_protocol_name(test::protocol(pattern))) << pattern;
}

/// Every pattern, with every set of modifiers that it has messages for.
std::vector<std::string> every_name() {
  std::vector<std::string> names;
  for (const std::string_view base : pattern_names()) {
    const std::size_t places = find_pattern(base)->messages.size() + 1;
    for (unsigned set = 0; set < (1U << places); ++set) {
      std::string name(base);
      for (std::size_t n = 0; n < places; ++n) {
        if ((set >> n) % 2 == 0) continue;
        if (name.size() > base.size()) name += '+';
        name += "psk" + std::to_string(n);
      }
      names.push_back(name);
    }
  }
  return names;
}

TEST(Patterns, OfTheTablesAreValidWithEveryModifier) {
  const auto names = every_name();

  EXPECT_EQ(pattern_names().size(), 38U);
  for (const std::string& name : names)
    EXPECT_TRUE(parse_protocol_name(test::protocol(name))) << name;
}

TEST(Patterns, LetBothSidesAgreeWithEveryModifier) {
  for (const std::string& name : every_name()) {
    SCOPED_TRACE(name);
    test::TwoSides sides(name);

    ASSERT_TRUE(test::shake_hands(sides));

    EXPECT_EQ(sides.initiator.get_handshake_hash(), sides.responder.get_handshake_hash());
    EXPECT_EQ(sides.initiator.split().sending, sides.responder.split().receiving);
    EXPECT_EQ(sides.initiator.split().receiving, sides.responder.split().sending);
    EXPECT_NE(sides.initiator.split().sending, sides.initiator.split().receiving);
  }
}

TEST(Patterns, AgainstTheRulesAreInvalid) {
  using enum Token;
  const auto valid = [](std::vector<MessagePattern> messages, bool known = false) {
    return is_valid({.initiator_known = known, .responder_known = known, .messages = messages});
  };

  EXPECT_TRUE(valid({{e}, {e, ee}}));
  EXPECT_FALSE(valid({}));
  // Rule 1: a DH of keys that one side does not have.
  EXPECT_FALSE(valid({{e, ee}}));
  EXPECT_FALSE(valid({{e, es}}));
  EXPECT_FALSE(valid({{e}, {e, ee, se}}));
  // Rule 2: a key is sent once.
  EXPECT_FALSE(valid({{e}, {e, ee}, {e}}));
  EXPECT_FALSE(valid({{e, s}, {e, ee, se}, {s}}));
  // Rule 3: a DH is done once.
  EXPECT_FALSE(valid({{e}, {e, ee, ee}}));
  // Rule 4: a DH with a static key does not protect what is sent without one with an ephemeral key.
  EXPECT_FALSE(valid({{ss}}, true));
  EXPECT_FALSE(valid({{e, ss}}, true));
  EXPECT_FALSE(valid({{e}, {es}}, true));
  // Section 9.3: neither does a pre-shared key.
  EXPECT_FALSE(valid({{psk, s, e}}));
  EXPECT_FALSE(valid({{psk}}));
  EXPECT_TRUE(valid({{psk, e}}));
  EXPECT_TRUE(valid({{e, psk}}));
}

}  // namespace
}  // namespace peal::secure
