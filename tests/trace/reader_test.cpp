// Reading traces: what was written comes back, and what is damaged costs no more than itself.
#include "core/trace/reader.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "core/trace/block.hpp"
#include "core/trace/writer.hpp"
#include "tests/trace/recorded_run.hpp"

namespace peal::trace {
namespace {

std::vector<std::uint8_t> text_bytes(std::string_view text) { return {text.begin(), text.end()}; }

std::size_t damaged_bytes(const std::vector<Record>& records) {
  std::size_t bytes = 0;
  for (const Record& record : records)
    if (const auto* damaged = std::get_if<Damaged>(&record.what)) bytes += damaged->bytes;
  return bytes;
}

TEST(TraceReader, RefusesWhatIsNoTrace) {
  EXPECT_EQ(Reader({}).refusal(), "is empty");
  EXPECT_EQ(Reader(text_bytes("#!/bin/sh\n")).refusal(), "is no trace of peal");
  EXPECT_NE(Reader(text_bytes("peal trace 002\n")).refusal().find("does not know"),
            std::string::npos);
  EXPECT_NE(Reader(text_bytes("peal trace 001\n")).refusal().find("damaged"), std::string::npos);
}

TEST(TraceReader, KnowsTheHeading) {
  const auto trace = recorded_run(1, short_run());
  const Reader reader(trace);
  EXPECT_EQ(reader.heading().fact("source"), "seed");
  EXPECT_EQ(reader.heading().fact("texts"), "kept");
  EXPECT_EQ(reader.heading().fact("weather"), "");
}

TEST(TraceReader, ReadsWhatIsThereOfATornFile) {
  const auto trace = recorded_run(1, short_run());
  const std::size_t all = records_of(trace).size();
  Prng prng(1);
  for (int i = 0; i < 50; ++i) {
    const std::size_t size = 2'000 + prng.below(trace.size() - 2'000);
    Reader reader(std::span<const std::uint8_t>(trace).first(size));
    if (!reader.refusal().empty()) continue;
    std::size_t records = 0;
    while (reader.next()) ++records;
    ASSERT_LE(records, all) << size;
  }
}

TEST(TraceReader, BehindADamagedBlockGoesOn) {
  auto trace = recorded_run(3, faulty_run());
  const auto before = records_of(trace);
  ASSERT_GT(trace.size(), 3 * block_bytes);
  trace[trace.size() / 2] ^= 0x10U;

  const auto after = records_of(trace);

  EXPECT_GT(damaged_bytes(after), 0U);
  EXPECT_LE(damaged_bytes(after), 2 * block_bytes);
  EXPECT_GT(after.size(), before.size() / 3);
  EXPECT_EQ(after.back().at_us, before.back().at_us);
}

TEST(TraceReader, NeverReadsWhatABitFlippedInto) {
  const auto trace = recorded_run(1, short_run());
  const auto records = records_of(trace);
  Prng prng(2);
  for (int i = 0; i < 100; ++i) {
    auto flipped = trace;
    flipped[file_magic.size() + prng.below(trace.size() - file_magic.size())] ^=
        static_cast<std::uint8_t>(1U << prng.below(8));
    Reader reader(flipped);
    std::size_t read = 0;
    while (const auto record = reader.next())
      if (!std::holds_alternative<Damaged>(record->what)) ++read;
    ASSERT_LE(read, records.size());
  }
}

TEST(TraceReader, RoomThatWasNeverUsedIsNoDamage) {
  auto trace = recorded_run(1, short_run());
  const auto before = records_of(trace).size();
  trace.resize(trace.size() + 100'000);

  const auto records = records_of(trace);

  EXPECT_EQ(records.size(), before);
  EXPECT_EQ(damaged_bytes(records), 0U);
}

TEST(TraceReader, ABlockThatIsMissingIsTold) {
  const auto trace = recorded_run(3, faulty_run());
  const std::size_t second = find_block(trace, block_bytes / 2);
  const std::size_t third = find_block(trace, second + 1);
  ASSERT_LT(third, trace.size());
  std::vector<std::uint8_t> shorter(trace.begin(),
                                    trace.begin() + static_cast<std::ptrdiff_t>(second));
  shorter.insert(shorter.end(), trace.begin() + static_cast<std::ptrdiff_t>(third), trace.end());

  const auto records = records_of(shorter);

  EXPECT_TRUE(std::ranges::any_of(
      records, [](const Record& record) { return std::holds_alternative<Damaged>(record.what); }));
}

}  // namespace
}  // namespace peal::trace
