// The quick pass accepts what msgpack's own parser accepts of what is on our wire, and makes the
// same of it.
#include "core/codec/scan.hpp"

#include <array>
#include <optional>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/codec/encoder.hpp"
#include "core/codec/wire.hpp"
#include "core/prng.hpp"
#include "tests/codec/crafted.hpp"
#include "tests/support/generators.hpp"

namespace peal::codec {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Tokens = std::vector<Token>;

Tokens scanned(std::span<const std::uint8_t> input) {
  Tokens tokens(input.size());
  tokens.resize(scan(input, tokens));
  return tokens;
}

/// One value and all in it. False: it is of a kind, or so deep, that a message never is.
bool flatten(const msgpack::object& value, std::size_t depth, std::vector<msgpack::object>& list) {
  switch (value.type) {
    case msgpack::type::POSITIVE_INTEGER:
    case msgpack::type::NEGATIVE_INTEGER:
    case msgpack::type::BOOLEAN:
    case msgpack::type::STR:
    case msgpack::type::BIN: list.push_back(value); return depth != 0;
    case msgpack::type::ARRAY: break;
    default: return false;
  }
  if (depth == depth_max) return false;
  list.push_back(value);
  for (std::uint32_t i = 0; i < value.via.array.size; ++i)
    if (!flatten(value.via.array.ptr[i], depth + 1, list)) return false;
  return true;
}

bool same_bytes(std::span<const std::uint8_t> input, const Token& token, const char* data,
                std::uint32_t size) {
  return token.size == size &&
         std::equal(data, data + size, input.data() + token.number,
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

bool is(std::span<const std::uint8_t> input, const Token& token, const msgpack::object& value) {
  const auto& via = value.via;
  switch (token.type) {
    case TokenType::positive:
      return value.type == msgpack::type::POSITIVE_INTEGER && via.u64 == token.number;
    case TokenType::negative:
      return value.type == msgpack::type::NEGATIVE_INTEGER &&
             via.i64 == static_cast<std::int64_t>(token.number);
    case TokenType::boolean:
      return value.type == msgpack::type::BOOLEAN && via.boolean == (token.number != 0);
    case TokenType::text:
      return value.type == msgpack::type::STR &&
             same_bytes(input, token, via.str.ptr, via.str.size);
    case TokenType::bytes:
      return value.type == msgpack::type::BIN &&
             same_bytes(input, token, via.bin.ptr, via.bin.size);
    case TokenType::array:
      return value.type == msgpack::type::ARRAY && via.array.size == token.size;
    case TokenType::end: return false;
  }
  return false;
}

/// What msgpack reads, when it is one array of what our messages are made of.
std::optional<std::vector<msgpack::object>> parsed(std::span<const std::uint8_t> input,
                                                   msgpack::object_handle& handle) {
  try {
    std::size_t offset = 0;
    const msgpack::unpack_limit limit(tokens_max, 0, 1U << 20U, 1U << 20U, 0, 64);
    msgpack::unpack(handle, reinterpret_cast<const char*>(input.data()), input.size(), offset,
                    nullptr, nullptr, limit);
    std::vector<msgpack::object> list;
    if (offset != input.size() || !flatten(handle.get(), 0, list)) return std::nullopt;
    return list;
  } catch (const msgpack::unpack_error&) {
    return std::nullopt;
  }
}

bool agree(std::span<const std::uint8_t> input) {
  const Tokens tokens = scanned(input);
  msgpack::object_handle handle;
  const auto values = parsed(input, handle);
  if (!values) return tokens.empty();
  return std::ranges::equal(tokens, *values, [&](const Token& token, const msgpack::object& value) {
    return is(input, token, value);
  });
}

Bytes message_of(const Packet& packet) {
  Encoder encoder;
  const auto datagram = encoder.encode(packet).front();
  return {datagram.begin() + 1, datagram.end()};
}

RC_GTEST_PROP(Scan, ReadsWhateverIsEncoded, ()) {
  const Bytes message = message_of(*test::any_packet());

  RC_ASSERT(!scanned(message).empty());
  RC_ASSERT(agree(message));
}

RC_GTEST_PROP(Scan, AgreesWithMsgpackOnWhatWasDamaged, ()) {
  const Bytes whole = message_of(*test::any_packet());
  Prng prng(*rc::gen::arbitrary<std::uint64_t>());
  for (int round = 0; round < 100; ++round) {
    Bytes damaged = whole;
    for (std::uint64_t changes = 1 + prng.below(4); changes > 0; --changes)
      damaged[prng.below(damaged.size())] = static_cast<std::uint8_t>(prng.below(256));
    RC_ASSERT(agree(damaged));
    damaged.resize(prng.below(damaged.size()));
    RC_ASSERT(agree(damaged));
  }
}

RC_GTEST_PROP(Scan, AgreesWithMsgpackOnAnyBytes, (Bytes bytes)) {
  RC_ASSERT(agree(bytes));
  bytes.insert(bytes.begin(), {0x93});  // Of three elements, so that it more often is one.
  RC_ASSERT(agree(bytes));
}

TEST(Scan, AgreesWithMsgpackOnEveryLeadByte) {
  for (unsigned lead = 0; lead < 256; ++lead) {
    for (std::size_t behind = 0; behind < 40; ++behind) {
      Bytes input{0x91, static_cast<std::uint8_t>(lead)};
      for (std::size_t i = 0; i < behind; ++i) input.push_back(i < 3 ? 0 : 0x11);
      EXPECT_TRUE(agree(input)) << "lead " << lead << ", " << behind << " bytes behind it";
    }
  }
}

TEST(Scan, TakesNumbersOfEveryFormatWithTheirSigns) {
  const Bytes input{0x97, 0xd0, 0x05, 0xd0, 0xfb, 0xd1, 0x00, 0x05, 0xcd, 0x00, 0x05, 0xff, 0xd2,
                    0xff, 0xff, 0xff, 0xfe, 0xd3, 0,    0,    0,    0,    0,    0,    0,    0x07};

  const Tokens tokens = scanned(input);

  ASSERT_EQ(tokens.size(), 8U);
  const std::array<std::int64_t, 7> numbers{5, -5, 5, 5, -1, -2, 7};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(static_cast<std::int64_t>(tokens[i + 1].number), numbers.at(i));
    EXPECT_EQ(tokens[i + 1].type, numbers.at(i) < 0 ? TokenType::negative : TokenType::positive);
  }
}

TEST(Scan, GivesUpWhereThereIsNoRoomForAToken) {
  const Bytes input{0x92, 1, 2};
  std::array<Token, 2> two{};
  std::array<Token, 3> three{};

  EXPECT_EQ(scan(input, two), 0U);
  EXPECT_EQ(scan(input, three), 3U);
}

TEST(Scan, ReadsArraysToTheLimitOfTheirDepthAndNoDeeper) {
  Bytes deep(depth_max - 1, 0x91);
  deep.push_back(0x90);

  EXPECT_EQ(scanned(deep).size(), depth_max);
  deep.insert(deep.begin(), 0x91);
  EXPECT_TRUE(scanned(deep).empty());
}

}  // namespace
}  // namespace peal::codec
