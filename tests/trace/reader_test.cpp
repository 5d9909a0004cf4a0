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

/// A trace as a recorder leaves it that is killed while it writes the last block, in the window.
struct Killed {
  explicit Killed(std::vector<std::uint8_t> whole) : trace(std::move(whole)) {
    for (std::size_t at = file_magic.size(); at < trace.size();) {
      last_at = at;
      at += read_block(std::span(trace).subspan(at))->bytes;
    }
    const std::size_t last = trace.size() - last_at;
    EXPECT_LE(last, window_bytes);
    window_at = (last_at / window_bytes + 3) * window_bytes;
    file.assign(trace.begin(), trace.begin() + static_cast<std::ptrdiff_t>(last_at));
    file.resize(window_at + window_bytes);
    std::copy_n(trace.end() - static_cast<std::ptrdiff_t>(last), last, at(window_at));
  }
  /// The first bytes of the last block, where it is to stay.
  void copy_behind(std::size_t bytes) { std::copy_n(at(window_at), bytes, at(last_at)); }
  [[nodiscard]] std::size_t last_bytes() const { return trace.size() - last_at; }
  [[nodiscard]] std::vector<std::uint8_t>::iterator at(std::size_t place) {
    return file.begin() + static_cast<std::ptrdiff_t>(place);
  }

  std::vector<std::uint8_t> trace;
  std::size_t last_at = 0;
  std::size_t window_at = 0;
  std::vector<std::uint8_t> file;
};
Killed killed_run() { return Killed(recorded_run(3, faulty_run())); }

/// How many records there are, whole and damaged ones.
struct Count {
  std::size_t records = 0;
  std::size_t damaged = 0;
  friend bool operator==(const Count&, const Count&) = default;
};
Count count_of(std::span<const std::uint8_t> file) {
  Count count;
  for (const Record& record : records_of(file))
    std::holds_alternative<Damaged>(record.what) ? ++count.damaged : ++count.records;
  return count;
}

TEST(TraceReader, ReadsTheBlockInTheWindowBehindTheOthers) {
  const Killed killed = killed_run();

  EXPECT_EQ(count_of(killed.file), count_of(killed.trace));
}

TEST(TraceReader, ReadsAFirstBlockThatIsInTheWindow) {
  Killed killed(trace_of({{{"program", "test"}}}, {}, Texts::kept));
  ASSERT_EQ(killed.last_at, file_magic.size());

  Reader reader(killed.file);

  EXPECT_EQ(reader.heading().fact("program"), "test");
  EXPECT_EQ(reader.next(), std::nullopt);
}

TEST(TraceReader, PassesOverAWindowThatWasCopied) {
  Killed killed = killed_run();
  killed.copy_behind(killed.last_bytes());

  EXPECT_EQ(count_of(killed.file), count_of(killed.trace));
}

TEST(TraceReader, PassesOverACopyOfTheWindowThatNobodyFinished) {
  Killed killed = killed_run();
  const Count whole = count_of(killed.trace);
  // Of one that lacks the last record the older slot is right.
  for (const std::size_t lacking : {1UL, 5UL, 1'000UL, killed.last_bytes() - 10}) {
    killed.copy_behind(killed.last_bytes() - lacking);
    EXPECT_EQ(count_of(killed.file), whole) << lacking;
    std::fill(killed.at(killed.last_at), killed.at(killed.window_at), std::uint8_t{0});
  }
}

TEST(TraceReader, AWindowThatIsBegunAnewIsNothing) {
  Killed killed = killed_run();
  killed.copy_behind(killed.last_bytes());
  std::fill_n(killed.at(killed.window_at), 4, std::uint8_t{0});

  EXPECT_EQ(count_of(killed.file), count_of(killed.trace));
}

TEST(TraceReader, WhatWasInTheWindowBeforeIsNothing) {
  Killed killed = killed_run();
  std::fill(killed.at(killed.window_at + killed.last_bytes()), killed.file.end(),
            std::uint8_t{'P'});

  EXPECT_EQ(count_of(killed.file), count_of(killed.trace));
}

TEST(TraceReader, ABlockBehindTheOneInTheWindowIsNothing) {
  Killed killed = killed_run();
  killed.copy_behind(killed.last_bytes());
  // As somebody may have written it into a message.
  BlockWriter block(std::span(killed.file).subspan(killed.window_at + killed.last_bytes()), 1'000);
  block.append(text_bytes("PB01"));

  EXPECT_EQ(count_of(killed.file), count_of(killed.trace));
}

TEST(TraceReader, TellsOfADamagedWindow) {
  Killed killed = killed_run();
  const Count whole = count_of(killed.trace);
  std::fill_n(killed.at(killed.window_at + 8), 40, std::uint8_t{0xff});

  const auto records = records_of(killed.file);

  const auto* damaged = std::get_if<Damaged>(&records.back().what);
  ASSERT_NE(damaged, nullptr);
  EXPECT_EQ(damaged->offset, killed.window_at);
  EXPECT_FALSE(damaged->torn);
  EXPECT_LT(records.size(), whole.records);
}

TEST(TraceReader, TellsWhatIsMissingBeforeTheWindow) {
  Killed killed = killed_run();
  const Count whole = count_of(killed.trace);
  std::size_t before = file_magic.size();
  for (std::size_t at = before; at < killed.last_at;) {
    before = at;
    at += read_block(std::span(killed.trace).subspan(at))->bytes;
  }
  // As the kernel had not written it yet when the power failed.
  std::fill(killed.at(before), killed.at(killed.last_at), std::uint8_t{0});

  const Count count = count_of(killed.file);

  EXPECT_EQ(count.damaged, 1U);
  EXPECT_LT(count.records, whole.records);
  EXPECT_EQ(records_of(killed.file).back().at_us, records_of(killed.trace).back().at_us);
}

}  // namespace
}  // namespace peal::trace
