// Seeds worth running again: those that failed, and those that alone reach a rare path.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/json_fields.hpp"
#include "sim/run.hpp"
#include "sim/totals.hpp"

namespace peal::sim {

/// Of each cause and of each rare mark so many seeds are kept.
inline constexpr std::size_t corpus_failures_max = 5;
inline constexpr std::size_t corpus_marks_max = 3;
/// A mark is rare when at most one run in so many has hit it, of at least so many runs.
inline constexpr std::uint64_t rare_in = 100;

/// One seed, and why it is kept.
struct Keepsake {
  std::uint64_t seed = 0;
  RunOptions run;
  std::string program;  ///< name and version of what ran it
  Digest digest;
  std::variant<Violation, Mark> why;
};

/// Without the ending: "failure-fifo-7", "mark-solo_view-12".
[[nodiscard]] std::string file_name(const Keepsake& keepsake);
/// Schema peal-corpus, version 1.
[[nodiscard]] Json to_json(const Keepsake& keepsake);
/// Damaged when the text is none.
[[nodiscard]] Keepsake parse_keepsake(std::string_view text);

/// What is kept already, so that each reason is kept a few times only.
class Corpus {
 public:
  void add(const Keepsake& keepsake);
  /// For what the run should be kept besides. `totals` include it.
  [[nodiscard]] std::vector<Keepsake> look(const RunResult& result, const RunOptions& run,
                                           const std::string& program, const Totals& totals);

 private:
  std::map<CauseName, std::set<std::uint64_t>> failures_;  // Seeds of each cause.
  std::array<std::set<std::uint64_t>, mark_count> marks_;  // Seeds of each mark.
};

/// What became of a keepsake when its seed was run again.
enum class Again : std::uint8_t {
  violated,  ///< the same promise, in the same words
  other,     ///< another promise
  gone,      ///< no promise is broken any more
  hit,       ///< the mark
  not_hit
};
[[nodiscard]] Again compare(const Keepsake& keepsake, const RunResult& result);

}  // namespace peal::sim
