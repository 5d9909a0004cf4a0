// Files and stop signals in a command's loop.
#include "cli/command_loop.hpp"

#include "cli/stop.hpp"
#include "runtime/handle.hpp"

namespace peal::cli {

struct FileWatch::Parts {
  std::function<void()> on_readable;
  runtime::Handle<uv_poll_t> poll;
};

FileWatch::FileWatch(runtime::Loop& loop, int file, std::function<void()> on_readable)
    : parts_(std::make_unique<Parts>()) {
  parts_->on_readable = std::move(on_readable);
  parts_->poll = runtime::make_handle<uv_poll_t>(
      parts_.get(), [&](uv_poll_t* handle) { return uv_poll_init(loop.uv(), handle, file); });
  runtime::check_uv(uv_poll_start(parts_->poll.get(), UV_READABLE | UV_DISCONNECT,
                                  [](uv_poll_t* handle, int /*status*/, int /*events*/) {
                                    static_cast<Parts*>(handle->data)->on_readable();
                                  }));
}

FileWatch::~FileWatch() = default;
void FileWatch::stop() { uv_poll_stop(parts_->poll.get()); }

CommandLoop::CommandLoop() {
  catch_stop_signals();
  // The file stays readable after the signal; one call is enough to wake the loop.
  stop_watch_ = std::make_unique<FileWatch>(loop_, stop_file(), [this] { stop_watch_->stop(); });
}

CommandLoop::~CommandLoop() = default;

bool CommandLoop::run_until(const std::function<bool()>& done, Patience patience) {
  bool held = false;
  loop_.run_until(
      [&] {
        held = done();
        return held || stop_requested();
      },
      microseconds(std::chrono::microseconds(patience).count()));
  return held;
}

}  // namespace peal::cli
