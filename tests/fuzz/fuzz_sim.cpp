// The whole simulated world, its decisions made by bytes: no input breaks a promise.
//
// Its corpus is random bytes, as many as a run takes: from nothing, libFuzzer would be long in
// getting beyond the shape of a run. Built with the option PEAL_MUTANTS, all servers and clients
// make the mistake that PEAL_MUTANT names: for scripts/mutants.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "core/mutant.hpp"
#include "sim/bytes_source.hpp"
#include "sim/run.hpp"

namespace {

constexpr std::int64_t chaos_us = 8'000'000;
constexpr std::uint64_t events_max = 400'000;

#ifdef PEAL_MUTANTS
bool make_mistake() {
  const char* name = std::getenv("PEAL_MUTANT");
  if (name == nullptr) return true;
  const auto mistake = peal::mutant_named(name);
  if (!mistake) {
    std::fprintf(stderr, "PEAL_MUTANT is %s: no such mutant\n", name);
    std::exit(2);
  }
  peal::mutant_at_work = *mistake;
  return true;
}
[[maybe_unused]] const bool mistake_made = make_mistake();
#endif

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace peal::sim;
  std::span<const std::uint8_t> input(data, size);
  RunOptions options;
  options.chaos_us = chaos_us;
  options.events_max = events_max;
  options.servers = 2;
  options.people = 2;
  if (!input.empty()) {
    options.servers += input.front() % 3U;
    options.people += input.front() / 3U % 3U;
    input = input.subspan(1);
  }
  Bytes source(input);
  options.source = &source;
  const RunResult result = run(0, options);
  if (!result.violation) return 0;
  const Violation& violation = *result.violation;
  std::fprintf(stderr, "%s after %.6f s: %s\n  %s\n", oracle_name(violation.oracle),
               static_cast<double>(violation.at_us) / 1e6, violation.what.c_str(),
               violation.detail.c_str());
  std::abort();
}
