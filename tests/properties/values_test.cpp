// Laws of vectors, ranges, clocks and text, for any values.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/hlc.hpp"
#include "core/limits.hpp"
#include "core/ranges.hpp"
#include "core/round_trip.hpp"
#include "core/text_rules.hpp"
#include "core/version_vector.hpp"

namespace peal {
namespace {

VersionVector some_vector() {
  const auto pairs = *rc::gen::container<std::vector<std::pair<std::uint64_t, std::uint64_t>>>(
      rc::gen::pair(rc::gen::inRange<std::uint64_t>(1, 8), rc::gen::inRange<std::uint64_t>(0, 6)));
  VersionVector vector;
  for (const auto& [log, seq] : pairs) vector.advance({LogId{log}, seq});
  return vector;
}

VersionVector merged(VersionVector a, const VersionVector& b) {
  a.merge(b);
  return a;
}

RC_GTEST_PROP(VersionVectorProperty, MergeIsAJoin, ()) {
  const auto a = some_vector();
  const auto b = some_vector();
  const auto c = some_vector();

  RC_ASSERT(merged(a, b) == merged(b, a));
  RC_ASSERT(merged(merged(a, b), c) == merged(a, merged(b, c)));
  RC_ASSERT(merged(a, a) == a);
  RC_ASSERT(merged(a, b).covers(a));
  RC_ASSERT(merged(a, b).covers(b));
}

RC_GTEST_PROP(VersionVectorProperty, MergeSaysWhetherItChangedAnything, ()) {
  auto a = some_vector();
  const auto b = some_vector();
  const auto before = a;

  const bool changed = a.merge(b);

  RC_ASSERT(changed == (a != before));
  RC_ASSERT(changed == !before.covers(b));
}

RC_GTEST_PROP(VersionVectorProperty, MeetIsTheLowerBound, ()) {
  const auto a = some_vector();
  const auto b = some_vector();

  const auto meet = a.meet(b);

  RC_ASSERT(meet == b.meet(a));
  RC_ASSERT(a.covers(meet) && b.covers(meet));
  RC_ASSERT(merged(a, b).meet(a) == a);
  RC_ASSERT(merged(a.meet(b), a) == a);
}

RC_GTEST_PROP(VersionVectorProperty, BeyondIsExactlyWhatTheOtherLacks, ()) {
  const auto a = some_vector();
  const auto b = some_vector();

  const auto beyond = a.beyond(b);

  for (const EntryId pair : beyond)
    RC_ASSERT(pair.seq == a.at(pair.log) && pair.seq > b.at(pair.log));
  RC_ASSERT(merged(b, VersionVector(beyond)) == merged(a, b));
  RC_ASSERT(beyond.empty() == b.covers(a));
  RC_ASSERT((a.count_beyond(b) == 0) == b.covers(a));
}

RC_GTEST_PROP(VersionVectorProperty, CoversIsAPartialOrder, ()) {
  const auto a = some_vector();
  const auto b = some_vector();
  const auto c = some_vector();

  RC_ASSERT(a.covers(a));
  if (a.covers(b) && b.covers(a)) RC_ASSERT(a == b);
  if (a.covers(b) && b.covers(c)) RC_ASSERT(a.covers(c));
}

RC_GTEST_PROP(RangesProperty, BehaveAsASet, (const std::vector<std::uint8_t>& numbers)) {
  Ranges ranges;
  std::set<std::uint64_t> model;

  for (const std::uint8_t n : numbers)
    RC_ASSERT(add_to_ranges(ranges, n) == model.insert(n).second);

  for (std::uint64_t n = 0; n <= 256; ++n) RC_ASSERT(in_ranges(ranges, n) == model.contains(n));
  RC_ASSERT(highest_in(ranges) == (model.empty() ? 0 : *model.rbegin()));
  std::uint64_t before = 0;
  for (const auto& [first, last] : ranges) {
    RC_ASSERT(first <= last);
    if (first != ranges.begin()->first) RC_ASSERT(first > before + 1);
    before = last;
  }
}

RC_GTEST_PROP(HybridClockProperty, OnlyGoesUpWhateverTheWallClockDoes, ()) {
  HybridClock clock;
  Hlc last;

  for (const std::int64_t wall : *rc::gen::container<std::vector<std::int64_t>>(
           rc::gen::inRange<std::int64_t>(-10, 1'000'000'000))) {
    if (wall % 3 == 0)
      clock.saw(Hlc{static_cast<std::uint64_t>(std::max<std::int64_t>(wall, 0)) << 10U});
    const Hlc next = clock.tick(WallTime{wall});
    RC_ASSERT(next > last);
    RC_ASSERT(next.wall() >= WallTime{std::max<std::int64_t>(wall, 0)});
    last = next;
  }
}

std::string utf8_of(char32_t c) {
  std::string text;
  const auto byte = [&](std::uint32_t value) { text.push_back(static_cast<char>(value)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xc0U | (c >> 6U));
    byte(0x80U | (c & 0x3fU));
  } else if (c < 0x10000) {
    byte(0xe0U | (c >> 12U));
    byte(0x80U | ((c >> 6U) & 0x3fU));
    byte(0x80U | (c & 0x3fU));
  } else {
    byte(0xf0U | (c >> 18U));
    byte(0x80U | ((c >> 12U) & 0x3fU));
    byte(0x80U | ((c >> 6U) & 0x3fU));
    byte(0x80U | (c & 0x3fU));
  }
  return text;
}

bool encodable(std::uint32_t c) { return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff); }

RC_GTEST_PROP(TextProperty, EveryCodePointIsReadAsItself, ()) {
  const auto c = *rc::gen::suchThat(rc::gen::inRange<std::uint32_t>(0, 0x110000), encodable);
  const std::string text = utf8_of(c);
  std::string_view rest = text;

  RC_ASSERT(take_code_point(rest) == std::optional<char32_t>(c));
  RC_ASSERT(rest.empty());
}

RC_GTEST_PROP(TextProperty, CuttingACharacterMakesTextInvalid, ()) {
  const auto c = *rc::gen::suchThat(rc::gen::inRange<std::uint32_t>(0x80, 0x110000), encodable);
  std::string text = utf8_of(c);

  text.pop_back();

  RC_ASSERT(!valid_utf8(text));
  RC_ASSERT(check_text(text) == TextFault::invalid);
}

RC_GTEST_PROP(TextProperty, ReadingAnyBytesEndsAndNeverReadsBeyond, (const std::string& bytes)) {
  std::string_view rest = bytes;
  std::string again;

  while (const auto c = take_code_point(rest)) again += utf8_of(*c);

  RC_ASSERT(again == bytes.substr(0, bytes.size() - rest.size()));
  RC_ASSERT(valid_utf8(bytes) == rest.empty());
}

RC_GTEST_PROP(TextProperty, ValidNamesAreShortAndHaveNoBlank, (const std::string& bytes)) {
  const std::string room = "#" + bytes;
  for (const std::string& name : {bytes, room}) {
    if (!valid_user_name(name) && !valid_room_name(name)) continue;
    RC_ASSERT(name.size() <= limits::name_bytes_max);
    RC_ASSERT(name.find_first_of(" \t\n~") == std::string::npos);
    RC_ASSERT(check_text(name) == TextFault::none);
    RC_ASSERT(valid_user_name(name) != valid_room_name(name));
  }
}

RC_GTEST_PROP(RoundTripProperty, StaysWithinWhatWasMeasured, ()) {
  const auto samples = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 1'000'000)));
  RoundTrip trip;

  for (const std::int64_t us : samples) trip.sample(microseconds(us));

  RC_ASSERT(trip.smoothed() >= microseconds(*std::ranges::min_element(samples)) - microseconds(1));
  RC_ASSERT(trip.smoothed() <= microseconds(*std::ranges::max_element(samples)));
  RC_ASSERT(trip.timeout(microseconds(0), seconds(100)) >= trip.smoothed());
}

RC_GTEST_PROP(IntegerSqrtProperty, IsTheFloorOfTheRoot, ()) {
  const auto n = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 60);

  const auto root = integer_sqrt(n);

  RC_ASSERT(root * root <= n);
  RC_ASSERT((root + 1) * (root + 1) > n);
}

}  // namespace
}  // namespace peal
