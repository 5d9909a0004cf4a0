// The words for how far a joining server is, and showing them while it goes on.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/terminal.hpp"
#include "core/message.hpp"

namespace peal::cli {

/// "312,448 of 1,000,000 entries, 41,200/s, 17 s left".
[[nodiscard]] std::string text_of(const Joining& joining);
/// Seconds until it is done at the present rate; none while that is not known.
[[nodiscard]] std::optional<std::uint64_t> seconds_left(const Joining& joining);

/// On a terminal one line that changes; elsewhere a log line now and then.
class JoinProgress {
 public:
  JoinProgress() : line_(stderr) {}
  void show(const Joining& joining);
  /// It is a member now, or something else is to be said: the line is cleared.
  void clear() { line_.clear(); }

 private:
  ProgressLine line_;
  std::optional<std::chrono::steady_clock::time_point> logged_;
};

}  // namespace peal::cli
