// One child process that cannot outlive us.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "core/time.hpp"

namespace peal::cli {

/// A running program with its standard output in a pipe and its standard error in a file. Killed
/// and waited for by the destructor; the kernel kills it when we die in any other way. It has a
/// process group of its own, so that Ctrl-C is ours to handle.
class Child {
 public:
  /// arguments[0] is the program's path. Throws Trouble when it cannot be started.
  Child(const std::vector<std::string>& arguments, const std::filesystem::path& error_file);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The next line of its standard output without the line feed; nothing at its end or after
  /// `patience`.
  [[nodiscard]] std::optional<std::string> read_line(std::chrono::milliseconds patience);
  void signal(int number) const;
  /// True once it ended; collects it.
  [[nodiscard]] bool ended();
  /// Waits until it ends, then kills it.
  void wait_or_kill(std::chrono::milliseconds patience);
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Of the processor, in all its threads so far; nothing once it ended.
  [[nodiscard]] Duration processor_time() const;

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string unread_;
  bool ended_ = false;
};

/// The path of the program that runs now.
[[nodiscard]] std::string own_program();

/// A directory under $TMPDIR or /tmp that goes away with this object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace peal::cli
