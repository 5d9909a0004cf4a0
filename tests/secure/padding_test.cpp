// Padding hides lengths, and comes off again.
#include "core/secure/padding.hpp"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/limits.hpp"
#include "core/secure/sealing.hpp"
#include "tests/secure/hex.hpp"

namespace peal::secure {
namespace {

constexpr std::array every_padding{Padding::none, Padding::multiples_of_64, Padding::powers_of_two,
                                   Padding::always_full};

std::set<std::size_t> lengths(Padding padding) {
  std::set<std::size_t> lengths;
  for (std::size_t n = 0; n <= limits::message_bytes_max; ++n) {
    Bytes padded;
    pad(Bytes(n), padding, padded_bytes_max, padded);
    EXPECT_GT(padded.size(), n);
    EXPECT_LE(padded.size(), padded_bytes_max);
    lengths.insert(padded.size());
  }
  return lengths;
}

TEST(Padding, LeavesFewLengthsToSee) {
  EXPECT_EQ(lengths(Padding::none).size(), limits::message_bytes_max + 1);
  EXPECT_EQ(lengths(Padding::multiples_of_64).size(), 22U);
  EXPECT_EQ(lengths(Padding::powers_of_two).size(), 7U);
  EXPECT_EQ(lengths(Padding::always_full).size(), 1U);
}

TEST(Padding, ThatIsMissingIsNoticed) {
  for (const char* padded : {"", "00", "0000", "02", "6162", "616200"}) {
    Bytes bytes = test::from_hex(padded);
    EXPECT_FALSE(unpad(bytes)) << padded;
  }
}

RC_GTEST_PROP(Padding, ComesOffAgain, ()) {
  const auto message = *rc::gen::arbitrary<Bytes>();
  for (const Padding padding : every_padding) {
    Bytes padded;
    pad(message, padding, padded_bytes_max, padded);
    RC_ASSERT(unpad(padded));
    RC_ASSERT(padded == message);
  }
}

}  // namespace
}  // namespace peal::secure
