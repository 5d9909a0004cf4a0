// What keeps a program from starting or going on, in words for the person who started it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace peal::runtime {

/// One clear line: what happened, and what to do about it. Thrown while something is brought up (a
/// port is taken, a directory in use); main prints it and ends with exit_code.
class Trouble : public std::runtime_error {
 public:
  /// The documented exit codes: 1 something failed, 2 the program was called wrongly.
  enum class Kind : std::uint8_t { failed = 1, usage = 2 };
  explicit Trouble(const std::string& line, Kind kind = Kind::failed)
      : std::runtime_error(line), kind_(kind) {}
  [[nodiscard]] int exit_code() const { return static_cast<int>(kind_); }

 private:
  Kind kind_;
};

}  // namespace peal::runtime
