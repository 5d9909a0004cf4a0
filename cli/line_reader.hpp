// Lines that somebody enters: with an editor and a history at a terminal, plain elsewhere.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace peal::cli {

class LineReader {
 public:
  /// Of standard input.
  LineReader();
  [[nodiscard]] bool at_terminal() const { return at_terminal_; }
  /// The next line; none when there are no more. The prompt is for terminals only.
  [[nodiscard]] std::optional<std::string> read(const std::string& prompt);
  /// Counts what read() gave.
  [[nodiscard]] std::size_t lines() const { return lines_; }

 private:
  bool at_terminal_;
  std::size_t lines_ = 0;
};

}  // namespace peal::cli
