// Simulated runs as traces in memory, for tests.
#pragma once

#include <cstdint>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "core/trace/reader.hpp"
#include "sim/run.hpp"
#include "sim/tracing/trace_recorder.hpp"

namespace peal::trace {

/// The trace of a seed's run.
inline std::vector<std::uint8_t> recorded_run(std::uint64_t seed, sim::RunOptions options = {},
                                              Texts texts = Texts::kept) {
  std::ostringstream out;
  sim::TraceRecorder recorder(out, {"test", "seed", texts});
  options.recorder = &recorder;
  EXPECT_FALSE(sim::run(seed, options).violation) << "seed " << seed;
  recorder.close();
  const std::string bytes = std::move(out).str();
  return {bytes.begin(), bytes.end()};
}

inline sim::RunOptions run_with(std::size_t servers, std::size_t people, std::int64_t chaos_us) {
  sim::RunOptions options;
  options.servers = servers;
  options.people = people;
  options.chaos_us = chaos_us;
  return options;
}
/// What the tests that read one again and again need.
inline sim::RunOptions short_run() { return run_with(3, 4, 5'000'000); }
/// With faults that matter: crashes, splits and people who come and go.
inline sim::RunOptions faulty_run() { return run_with(4, 5, 15'000'000); }

inline std::vector<Record> records_of(std::span<const std::uint8_t> file) {
  Reader reader(file);
  EXPECT_EQ(reader.refusal(), "");
  std::vector<Record> records;
  while (auto record = reader.next()) records.push_back(*std::move(record));
  return records;
}

}  // namespace peal::trace
