// Answers with which little happens: for what nobody else decides.
#pragma once

#include <cstdint>

#include "sim/chooser.hpp"

namespace peal::sim {

/// How long people and faults wait: whatever these are asked with so many alternatives.
[[nodiscard]] constexpr bool is_wait(const Choice& choice, std::uint64_t alternatives) {
  return (choice.about == About::person || choice.about == About::fault) && alternatives > 65'536;
}

/// Nothing depends on which they are, but much on that they differ.
[[nodiscard]] constexpr bool is_identity(const Choice& choice) {
  return choice.about == About::incarnation || choice.about == About::session;
}

/// The harmless answer, 0; but everybody waits as long as may be, and identities are numbered.
class Calm {
 public:
  [[nodiscard]] std::uint64_t answer(const Choice& choice, std::uint64_t alternatives) {
    if (is_identity(choice)) return ++identities_ % alternatives;
    return is_wait(choice, alternatives) ? alternatives - 1 : 0;
  }

 private:
  std::uint64_t identities_ = 0;
};

}  // namespace peal::sim
