// The event loop of a thread, and what programs hang on it: tasks, timers, signals.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/time.hpp"

struct uv_loop_s;

namespace peal::runtime {

/// A resource: created in place, used by the thread that runs it (but for post()), and outlived by
/// nothing that hangs on it.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop().
  void run();
  /// Runs until done() holds, which is looked at after everything that happens. False: it did not
  /// within at_most.
  bool run_until(const std::function<bool()>& done, Duration at_most);
  void stop();
  /// From any thread: calls the task on the loop's thread, soon, in the order given.
  void post(std::function<void()> task);

  /// The monotonic clock of all machines of this process.
  [[nodiscard]] static Instant now();
  [[nodiscard]] static WallTime wall();
  [[nodiscard]] uv_loop_s* uv() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Calls back on the loop's thread, once per setting, up to a millisecond late.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> on_time);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  /// Sets it anew; `never` stops it.
  void at(Instant when);
  void after(Duration span);
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Calls back on the loop's thread for each of these signals, instead of what they did before.
class Signals {
 public:
  Signals(Loop& loop, const std::vector<int>& numbers, std::function<void(int)> on_signal);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace peal::runtime
