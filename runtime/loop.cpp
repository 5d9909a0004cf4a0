// The event loop on libuv.
#include "runtime/loop.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "core/check.hpp"
#include "runtime/handle.hpp"

namespace peal::runtime {

struct Loop::Parts {
  uv_loop_t loop{};
  Handle<uv_async_t> wake;
  std::mutex mutex;
  std::vector<std::function<void()>> posted;  // Guarded by mutex.

  Parts() {
    check_uv(uv_loop_init(&loop));
    wake = make_handle<uv_async_t>(this, [this](uv_async_t* handle) {
      return uv_async_init(
          &loop, handle, [](uv_async_t* async) { static_cast<Parts*>(async->data)->run_posted(); });
    });
  }

  void run_posted() {
    std::vector<std::function<void()>> tasks;
    {
      const std::lock_guard lock(mutex);
      tasks.swap(posted);
    }
    for (const auto& task : tasks) task();
  }
};

Loop::Loop() : parts_(std::make_unique<Parts>()) {}

Loop::~Loop() {
  parts_->wake.reset();
  // What hung on the loop is gone already; its handles finish closing here.
  uv_run(&parts_->loop, UV_RUN_DEFAULT);
  CHECK(uv_loop_close(&parts_->loop) == 0);
}

void Loop::run() { uv_run(&parts_->loop, UV_RUN_DEFAULT); }

bool Loop::run_until(const std::function<bool()>& done, Duration at_most) {
  const Instant end = now() + at_most;
  Timer timer(*this, [] {});
  timer.at(end);
  while (!done()) {
    if (now() >= end) return false;
    uv_run(&parts_->loop, UV_RUN_ONCE);
  }
  return true;
}

void Loop::stop() { uv_stop(&parts_->loop); }

void Loop::post(std::function<void()> task) {
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->posted.push_back(std::move(task));
  }
  uv_async_send(parts_->wake.get());
}

Instant Loop::now() { return {static_cast<std::int64_t>(uv_hrtime() / 1'000)}; }

WallTime Loop::wall() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

uv_loop_s* Loop::uv() const { return &parts_->loop; }

struct Timer::Parts {
  std::function<void()> on_time;
  Handle<uv_timer_t> timer;
};

Timer::Timer(Loop& loop, std::function<void()> on_time) : parts_(std::make_unique<Parts>()) {
  parts_->on_time = std::move(on_time);
  parts_->timer = make_handle<uv_timer_t>(
      parts_.get(), [&](uv_timer_t* handle) { return uv_timer_init(loop.uv(), handle); });
}
Timer::~Timer() = default;

void Timer::at(Instant when) {
  if (when == never) return stop();
  // libuv counts from the time of the loop's last turn, in whole milliseconds.
  const auto turn = static_cast<std::int64_t>(uv_now(parts_->timer->loop)) * 1'000;
  const std::int64_t ms = std::max<std::int64_t>(0, (when.us - turn + 999) / 1'000);
  uv_timer_start(
      parts_->timer.get(), [](uv_timer_t* timer) { static_cast<Parts*>(timer->data)->on_time(); },
      static_cast<std::uint64_t>(ms), 0);
}
void Timer::after(Duration span) { at(Loop::now() + span); }
void Timer::stop() { uv_timer_stop(parts_->timer.get()); }

struct Signals::Parts {
  std::function<void(int)> on_signal;
  std::vector<Handle<uv_signal_t>> handles;
};

Signals::Signals(Loop& loop, const std::vector<int>& numbers, std::function<void(int)> on_signal)
    : parts_(std::make_unique<Parts>()) {
  parts_->on_signal = std::move(on_signal);
  for (const int number : numbers) {
    parts_->handles.push_back(make_handle<uv_signal_t>(
        parts_.get(), [&](uv_signal_t* handle) { return uv_signal_init(loop.uv(), handle); }));
    check_uv(uv_signal_start(
        parts_->handles.back().get(),
        [](uv_signal_t* signal, int got) { static_cast<Parts*>(signal->data)->on_signal(got); },
        number));
  }
}
Signals::~Signals() = default;

}  // namespace peal::runtime
