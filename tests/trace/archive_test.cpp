// Values as bytes and back: short, exact, and never more than the bytes can hold.
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/event.hpp"
#include "core/prng.hpp"
#include "core/trace/archive_reader.hpp"
#include "core/trace/archive_writer.hpp"

namespace peal::trace {
namespace {

template <class T>
std::vector<std::uint8_t> bytes_of(const T& value) {
  std::vector<std::uint8_t> bytes;
  Recall recall;
  ArchiveWriter(bytes, recall).put(value);
  return bytes;
}

template <class T>
std::optional<T> read(const std::vector<std::uint8_t>& bytes) {
  Recall recall;
  ArchiveReader reader(bytes, recall);
  T value{};
  if (!reader.get(value) || !reader.at_end()) return std::nullopt;
  return value;
}

TEST(Archive, NumbersAreAsShortAsTheyGet) {
  EXPECT_EQ(bytes_of(std::uint64_t{127}).size(), 1U);
  EXPECT_EQ(bytes_of(std::uint64_t{128}).size(), 2U);
  EXPECT_EQ(bytes_of(std::int64_t{-64}).size(), 1U);
  EXPECT_EQ(bytes_of(std::numeric_limits<std::uint64_t>::max()).size(), 10U);
}

TEST(Archive, NumbersComeBackWhateverTheyAre) {
  Prng prng(1);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t number = prng.next() >> prng.below(64);
    const auto either_sign = static_cast<std::int64_t>(number);
    ASSERT_EQ(read<std::uint64_t>(bytes_of(number)), number);
    ASSERT_EQ(read<std::int64_t>(bytes_of(either_sign)), either_sign);
  }
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(read<std::int64_t>(bytes_of(least)), least);
}

TEST(Archive, NumbersThatDoNotFitAreRefused) {
  EXPECT_FALSE(read<std::uint16_t>(bytes_of(std::uint64_t{65'536})));
  EXPECT_FALSE(read<bool>(bytes_of(std::uint64_t{2})));
  EXPECT_FALSE(read<std::uint64_t>({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}));
  EXPECT_FALSE(read<DiskTrouble>({4}));
  EXPECT_EQ(read<DiskTrouble>({3}), DiskTrouble::slow);
}

TEST(Archive, MoreItemsThanBytesAreRefused) {
  EXPECT_FALSE(read<std::string>({5, 'a', 'b'}));
  EXPECT_FALSE((read<std::vector<std::uint64_t>>({0xff, 0xff, 0xff, 0xff, 0x0f, 1})));
}

TEST(Archive, OfOneOfSeveralKindsTheKindMustBe) {
  using Either = std::variant<std::monostate, bool>;
  EXPECT_EQ(read<Either>(bytes_of(Either{true})), Either{true});
  EXPECT_FALSE(read<Either>({2}));
}

TEST(Archive, AnEntryThatIsSharedIsSaidOnce) {
  Entry entry;
  entry.body = Post{RoomName{"#lunch"}, std::string(1'000, 'x')};
  const std::vector<SharedEntry> shared(3, SharedEntry(entry));

  const auto bytes = bytes_of(shared);

  EXPECT_LT(bytes.size(), 1'200U);
  EXPECT_EQ(read<std::vector<SharedEntry>>(bytes), shared);
}

TEST(Archive, AnEntryThatWasNeverSaidIsRefused) {
  EXPECT_FALSE(read<std::vector<SharedEntry>>({1, 1}));
}

}  // namespace
}  // namespace peal::trace
