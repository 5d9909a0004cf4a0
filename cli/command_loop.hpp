// The event loop of a command: runs until something is done, patience is over, or a stop signal
// came.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "runtime/loop.hpp"

namespace peal::cli {

using Patience = std::chrono::milliseconds;
inline constexpr Patience forever = std::chrono::hours(24 * 365);

/// Calls back on the loop's thread while a file is readable. Ends with the object.
class FileWatch {
 public:
  FileWatch(runtime::Loop& loop, int file, std::function<void()> on_readable);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;
  /// No more calls; also from inside one.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

class CommandLoop {
 public:
  /// From here on stop signals end run_until() instead of the process.
  CommandLoop();
  ~CommandLoop();
  CommandLoop(const CommandLoop&) = delete;
  CommandLoop& operator=(const CommandLoop&) = delete;

  /// done() is asked after everything that happens. True when it held; false when patience was over
  /// or a stop signal came first.
  bool run_until(const std::function<bool()>& done, Patience patience);
  [[nodiscard]] runtime::Loop& loop() { return loop_; }

 private:
  runtime::Loop loop_;
  std::unique_ptr<FileWatch> stop_watch_;
};

}  // namespace peal::cli
