// Lines by libuv's streams, and files by its worker threads.
#include "runtime/lines.hpp"

#include <array>
#include <deque>
#include <string_view>
#include <utility>

#include "runtime/handle.hpp"

namespace peal::runtime {
namespace {

constexpr std::size_t chunk_bytes = 16U << 10U;

// A read of a file that is under way when its reader goes: freed when it is done.
struct FileRead {
  uv_fs_t request{};
  std::array<char, chunk_bytes> bytes{};
  void* reader = nullptr;  // Null: nobody waits any more.
};

}  // namespace

struct LineReader::Parts {
  std::function<void(std::string)> on_line;
  std::function<void()> on_end;
  uv_loop_t* loop = nullptr;
  int fd = -1;
  Handle<uv_pipe_t> pipe;
  Handle<uv_tty_t> tty;
  FileRead* file_read = nullptr;
  std::array<char, chunk_bytes> chunk{};
  std::string partial;
  std::deque<std::string> ready;
  bool paused = false;
  bool reading = false;
  bool at_end = false;
  bool end_told = false;
  bool telling = false;
  bool* gone = nullptr;  // Told when the owner ends the reader from inside a callback.

  ~Parts() {
    if (file_read != nullptr) file_read->reader = nullptr;
    if (gone != nullptr) *gone = true;
  }

  [[nodiscard]] uv_stream_t* stream() const {
    if (pipe) return reinterpret_cast<uv_stream_t*>(pipe.get());
    return reinterpret_cast<uv_stream_t*>(tty.get());
  }

  void take(std::string_view bytes) {
    for (const char c : bytes) {
      if (c == '\n') {
        finish_line();
      } else if (partial.size() <= line_bytes_max) {
        partial.push_back(c);
      }
    }
  }

  void finish_line() {
    if (!partial.empty() && partial.back() == '\r') partial.pop_back();
    ready.push_back(std::exchange(partial, {}));
  }

  void end() {
    if (at_end) return;
    at_end = true;
    if (!partial.empty()) finish_line();
  }

  void tell() {
    if (telling) return;
    telling = true;
    bool ended = false;
    gone = &ended;
    while (!paused && !ready.empty()) {
      std::string line = std::move(ready.front());
      ready.pop_front();
      on_line(std::move(line));
      if (ended) return;
    }
    if (!paused && at_end && !std::exchange(end_told, true)) {
      on_end();
      if (ended) return;
    }
    gone = nullptr;
    telling = false;
    read_or_rest();
  }

  void read_or_rest() {
    const bool wanted = !paused && !at_end;
    if (pipe || tty) {
      if (wanted && !reading) start_stream();
      if (!wanted && reading) uv_read_stop(stream());
      reading = wanted;
    } else if (wanted && file_read == nullptr) {
      start_file_read();
    }
  }

  void start_stream() {
    uv_read_start(
        stream(),
        [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
          auto& into = static_cast<Parts*>(handle->data)->chunk;
          *buffer = uv_buf_init(into.data(), static_cast<unsigned>(into.size()));
        },
        [](uv_stream_t* from, ssize_t count, const uv_buf_t* buffer) {
          auto* parts = static_cast<Parts*>(from->data);
          if (count > 0) parts->take({buffer->base, static_cast<std::size_t>(count)});
          if (count < 0) parts->end();
          if (count != 0) parts->tell();
        });
  }

  void start_file_read() {
    file_read = new FileRead;
    file_read->reader = this;
    file_read->request.data = file_read;
    uv_buf_t buffer = uv_buf_init(file_read->bytes.data(), chunk_bytes);
    uv_fs_read(loop, &file_read->request, fd, &buffer, 1, -1, [](uv_fs_t* request) {
      const std::unique_ptr<FileRead> done(static_cast<FileRead*>(request->data));
      const ssize_t count = request->result;
      uv_fs_req_cleanup(request);
      auto* parts = static_cast<Parts*>(done->reader);
      if (parts == nullptr) return;
      parts->file_read = nullptr;
      if (count > 0) parts->take({done->bytes.data(), static_cast<std::size_t>(count)});
      if (count <= 0) parts->end();
      parts->tell();
    });
  }
};

LineReader::LineReader(Loop& loop, int fd, std::function<void(std::string)> on_line,
                       std::function<void()> on_end)
    : parts_(std::make_unique<Parts>()) {
  parts_->on_line = std::move(on_line);
  parts_->on_end = std::move(on_end);
  parts_->loop = loop.uv();
  parts_->fd = fd;
  const uv_handle_type type = uv_guess_handle(fd);
  if (type == UV_NAMED_PIPE || type == UV_TCP) {
    parts_->pipe = make_handle<uv_pipe_t>(
        parts_.get(), [&](uv_pipe_t* handle) { return uv_pipe_init(loop.uv(), handle, 0); });
    check_uv(uv_pipe_open(parts_->pipe.get(), fd));
  } else if (type == UV_TTY) {
    parts_->tty = make_handle<uv_tty_t>(
        parts_.get(), [&](uv_tty_t* handle) { return uv_tty_init(loop.uv(), handle, fd, 0); });
  }
  parts_->read_or_rest();
}
LineReader::~LineReader() = default;

void LineReader::pause() {
  parts_->paused = true;
  parts_->read_or_rest();
}

void LineReader::resume() {
  if (!std::exchange(parts_->paused, false)) return;
  parts_->tell();
}

}  // namespace peal::runtime
