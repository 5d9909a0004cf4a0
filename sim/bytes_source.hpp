// A fuzzer's bytes as the answers to everything that the world asks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/calm.hpp"
#include "sim/chooser.hpp"

namespace peal::sim {

/// Answers from bytes, and with 0 when they are used up. Up to 256 alternatives take one byte, more
/// of them as many as they need.
///
/// What is asked once in a while (the shape of the run, faults, what people do) is read from the
/// front. What every datagram and every write ask is read from the back, and after each answer a
/// byte there says how many of these questions are answered with 0: a few hundred bytes last for a
/// run, and a run that loses each datagram would show nothing. That a person errs is a chance too:
/// one byte in 256 says so. Identities are numbered, as nothing depends on which they are, but much
/// on that they differ.
class Bytes : public Source {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
  [[nodiscard]] std::uint64_t answer(const Choice& choice, std::uint64_t alternatives) override;

 private:
  [[nodiscard]] std::uint64_t from_front(std::uint64_t alternatives);
  [[nodiscard]] std::uint64_t from_back(std::uint64_t alternatives);

  std::span<const std::uint8_t> rest_;
  std::uint64_t quiet_ = 0;  // So many questions from the back are answered with 0.
  Calm calm_;
};

}  // namespace peal::sim
