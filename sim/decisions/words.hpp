// What decisions are about, in words: for files that outlive the code, and for people.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sim/chooser.hpp"
#include "sim/place.hpp"

namespace peal::sim {

/// "latency vote 0 2": about what, which detail of it, who, and to whom. Kinds of messages, faults
/// and steps are written with their names, so the words mean the same when there are more of them.
[[nodiscard]] std::string words_of(const Choice& choice);
/// And back; nothing when this program asks for nothing of that name.
[[nodiscard]] std::optional<Choice> choice_of_words(std::string_view words);

/// How many hosts of which kind there are in a run.
struct HostCounts {
  std::size_t servers = 0;
  std::size_t people = 0;
};

/// "latency of Vote s0 -> s2", as traces name kinds of messages.
[[nodiscard]] std::string describe(const Choice& choice,
                                   const std::function<std::string(Place)>& name);
/// With the names that hosts have when somebody looks into the run of a seed: s0, p0, r0.
[[nodiscard]] std::string describe(const Choice& choice, const HostCounts& hosts);
/// "lost" where the answer has a name, else the number.
[[nodiscard]] std::string describe_answer(const Choice& choice, std::uint64_t answer);
/// "1st", "2nd", "11th".
[[nodiscard]] std::string ordinal(std::uint64_t n);

}  // namespace peal::sim
