// The one source of every decision of the simulated world.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "core/check.hpp"
#include "sim/streams.hpp"

namespace peal::sim {

/// What kind of thing is decided.
enum class About : std::uint8_t {
  setup,       ///< shape of the run: servers, people, ids, which faults exist
  fate,        ///< of a datagram: arrives, lost, twice, corrupted
  latency,     ///< of a datagram
  corruption,  ///< which bits of a datagram flip
  refusal,     ///< whether and when a refused datagram is told to its sender
  disk_delay,
  disk_crash,  ///< how many unsynced writes survive
  incarnation,
  session,
  fault,   ///< which fault, where, for how long
  person,  ///< what a person does next
  clock,
  work,    ///< how long a slow host takes for one thing
  news,    ///< what a server of a later version says besides
  foreign  ///< only in recordings: what this program asks nothing about
};

/// What a decision is about. Equal questions are told apart by their order, so a seed and a list of
/// decisions still fit after the code around them changed, or when other decisions are gone.
struct Choice {
  About about = About::setup;
  std::uint8_t detail = 0;    ///< message kind, disk operation, or step of a script
  std::uint16_t subject = 0;  ///< process, or the sender of a datagram
  std::uint16_t object = 0;   ///< receiver of a datagram
  friend constexpr auto operator<=>(const Choice&, const Choice&) = default;
};

/// Different for different choices, and never 0.
[[nodiscard]] constexpr std::uint64_t matter_of(const Choice& choice) {
  return std::uint64_t{1} << 56U | static_cast<std::uint64_t>(choice.about) << 40U |
         std::uint64_t{choice.detail} << 32U | std::uint64_t{choice.subject} << 16U |
         std::uint64_t{choice.object};
}

struct Decision {
  Choice choice;
  std::uint64_t answer = 0;
  friend constexpr auto operator<=>(const Decision&, const Decision&) = default;
};

/// Answers in place of the seed: recorded decisions, a fuzzer's bytes, an enumeration of all
/// answers. An answer is below `alternatives`; 0 is always the harmless one, so that a source can
/// calm the world by answering 0. Each question comes once, to answer() or to instead_of().
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;
  [[nodiscard]] virtual std::uint64_t answer(const Choice& choice, std::uint64_t alternatives) = 0;
  /// The answer where the seed has one, too; a source may let that stand.
  [[nodiscard]] virtual std::uint64_t instead_of(std::uint64_t /*seeds*/, const Choice& choice,
                                                 std::uint64_t alternatives) {
    return answer(choice, alternatives);
  }
  /// Whether this is to be asked also where chance leaves one answer only: the fate of a datagram
  /// in good weather.
  [[nodiscard]] virtual bool insists(const Choice& /*choice*/) const { return false; }
};

/// Every decision of a run goes through one Chooser. Alternatives are numbers below 2^32.
class Chooser {
 public:
  explicit Chooser(std::uint64_t seed) : streams_(seed) {}
  /// The source decides, and sees what the seed would.
  explicit Chooser(Source& source, std::uint64_t seed = 0) : streams_(seed), source_(&source) {}

  /// Appends every decision from now on to `record`, which must outlive the chooser.
  void record_into(std::vector<Decision>* record) { record_ = record; }
  /// From now on the seed's answers are others, which depend on the salt too; 0: its own again.
  void diverge(std::uint64_t salt) { streams_.diverge(salt); }

  /// A number below `alternatives`, all equally likely from a seed.
  [[nodiscard]] std::uint64_t choose(const Choice& choice, std::uint64_t alternatives) {
    return settled(choice, alternatives, below(choice, alternatives));
  }
  /// A number from low to high, both included.
  [[nodiscard]] std::int64_t between(const Choice& choice, std::int64_t low, std::int64_t high) {
    return low +
           static_cast<std::int64_t>(choose(choice, static_cast<std::uint64_t>(high - low) + 1));
  }
  /// True so many times in a million. What never happens is no decision.
  [[nodiscard]] bool chance(const Choice& choice, std::uint32_t per_million) {
    if (per_million == 0) return false;
    return settled(choice, 2, below(choice, 1'000'000) < per_million ? 1 : 0) != 0;
  }
  /// The index of one of the weights, in proportion to them. Weights add up to less than 2^32.
  [[nodiscard]] std::size_t pick(const Choice& choice, std::span<const std::uint32_t> weights);
  /// 64 random bits that are not zero: for identities. From a source: small numbers that differ.
  [[nodiscard]] std::uint64_t identity(const Choice& choice);
  /// Whether a question with one likely answer is to be asked all the same.
  [[nodiscard]] bool insists(const Choice& choice) const {
    return source_ != nullptr && source_->insists(choice);
  }

 private:
  [[nodiscard]] std::uint64_t below(const Choice& choice, std::uint64_t n) {
    return ((streams_.next(matter_of(choice)) >> 32U) * n) >> 32U;
  }
  // Of the seed's answer and the source's: the one that counts.
  std::uint64_t settled(const Choice& choice, std::uint64_t alternatives, std::uint64_t answer) {
    if (source_ != nullptr) {
      answer = source_->instead_of(answer, choice, alternatives);
      CHECK(answer < alternatives);
    }
    if (record_ != nullptr) record_->push_back({choice, answer});
    return answer;
  }

  Streams streams_;
  Source* source_ = nullptr;
  std::vector<Decision>* record_ = nullptr;
};

}  // namespace peal::sim
