// How a command ends when it cannot do what was asked: an exit code, and one line that says what to
// do.
#pragma once

#include <stdexcept>
#include <string>

namespace peal::cli {

/// The exit codes of every command; scripts rely on them.
enum class ExitCode : int {
  done = 0,
  failed = 1,      ///< a check or an oracle failed, or a server refused
  usage = 2,       ///< the command line makes no sense
  unreachable = 3  ///< no server answered in time
};

/// Ends the command. The text is one line, without "peal:" before it and a full stop behind it.
class Trouble : public std::runtime_error {
 public:
  Trouble(ExitCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

[[nodiscard]] inline Trouble usage_error(const std::string& text) {
  return {ExitCode::usage, text};
}
[[nodiscard]] inline Trouble failure(const std::string& text) { return {ExitCode::failed, text}; }
[[nodiscard]] inline Trouble unreachable(const std::string& text) {
  return {ExitCode::unreachable, text};
}

}  // namespace peal::cli
