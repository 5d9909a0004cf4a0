// Lines of a file descriptor, whatever it is: a pipe, a terminal or a file.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "runtime/loop.hpp"

namespace peal::runtime {

/// Calls on_line for each line, without its end (\n or \r\n), also for a last one that has none,
/// then on_end once. A line longer than line_bytes_max comes cut off to one byte more than that.
class LineReader {
 public:
  static constexpr std::size_t line_bytes_max = 64U << 10U;
  LineReader(Loop& loop, int fd, std::function<void(std::string)> on_line,
             std::function<void()> on_end);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  /// No lines until resume(): for a program whose queue is full. May be called from on_line.
  void pause();
  void resume();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace peal::runtime
