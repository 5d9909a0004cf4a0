// One file of a flight recorder: memory that outlives the process.
#include "runtime/recording_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/check.hpp"
#include "core/trace/block.hpp"
#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

using trace::window_bytes;
constexpr std::size_t page_bytes = 64 * 1'024;  // A multiple of every page size.
static_assert(window_bytes % page_bytes == 0);
// Whenever more is reserved, the window gets new pages.
constexpr std::size_t first_step = 1U << 20U;
constexpr std::size_t step_max = 4U << 20U;
static_assert(step_max + 2 * window_bytes <= recording_reserve_bytes);

std::size_t round_up(std::size_t bytes, std::size_t step) {
  return (bytes + step - 1) / step * step;
}

void unmap(std::span<std::uint8_t>& part) {
  if (!part.empty()) ::munmap(part.data(), part.size());
  part = {};
}

}  // namespace

std::string no_room_for(const std::filesystem::path& path) {
  return "the disk has no room for " + path.string();
}

std::size_t RecordingFile::disk_bytes(std::size_t about_bytes) {
  return round_up(about_bytes + 2 * window_bytes, window_bytes);
}

RecordingFile::RecordingFile(std::filesystem::path path, std::string_view beginning,
                             std::size_t about_bytes)
    : path_(std::move(path)), about_bytes_(about_bytes) {
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0) throw Trouble("cannot make " + path_.string() + ": " + std::strerror(errno));
  const std::span<std::uint8_t> first = room(beginning.size());
  if (!first.empty()) {
    std::ranges::copy(beginning, first.begin());
    use(beginning.size());
  }
  if (!first.empty() && !failed_) return;
  unmap(window_);
  ::close(file_);
  ::unlink(path_.c_str());
  throw Trouble(no_room_for(path_));
}

RecordingFile::~RecordingFile() {
  unmap(long_room_);
  unmap(window_);
  // A length that has no window; a zero at the end is room that was not used.
  const std::size_t length = used_ % window_bytes == 0 ? used_ + 1 : used_;
  // Not cut off, it is a little longer than needed.
  if (!failed_) static_cast<void>(::ftruncate(file_, static_cast<off_t>(length)) == 0);
  ::close(file_);
}

std::span<std::uint8_t> RecordingFile::room(std::size_t at_least) {
  const std::size_t bytes = std::max(at_least, window_bytes);
  if (failed_ || !reserve(used_ + bytes)) return {};
  if (at_least <= window_bytes) return window_;
  const std::size_t from = used_ / page_bytes * page_bytes;
  long_room_ = map(from, used_ + at_least);
  return long_room_.empty() ? long_room_ : long_room_.subspan(used_ - from);
}

/// So many bytes, and the window behind them.
bool RecordingFile::reserve(std::size_t bytes) {
  if (bytes + window_bytes <= reserved_) return true;
  // It has been copied, and will be a part of what was never used.
  trace::wipe(window_);
  unmap(window_);
  const std::size_t least = round_up(bytes + window_bytes, window_bytes);
  const std::size_t step = std::clamp(reserved_, first_step, step_max);
  const std::size_t end = std::max(least, std::min(reserved_ + step, disk_bytes(about_bytes_)));
  if (::posix_fallocate(file_, static_cast<off_t>(reserved_),
                        static_cast<off_t>(end - reserved_)) != 0)
    return false;
  reserved_ = end;
  window_ = map(end - window_bytes, end);
  return !window_.empty();
}

std::span<std::uint8_t> RecordingFile::map(std::size_t from, std::size_t to) const {
  void* map = ::mmap(nullptr, to - from, PROT_READ | PROT_WRITE, MAP_SHARED, file_,
                     static_cast<off_t>(from));
  if (map == MAP_FAILED) return {};
  return {static_cast<std::uint8_t*>(map), to - from};
}

void RecordingFile::use(std::size_t bytes) {
  if (long_room_.empty()) {
    CHECK(bytes <= window_.size());
    failed_ = !copy_window(bytes);
    if (failed_) return;
  }
  unmap(long_room_);
  used_ += bytes;
  CHECK(used_ + window_bytes <= reserved_);
}

/// Behind what is used, where space is reserved for it.
bool RecordingFile::copy_window(std::size_t bytes) const {
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t written =
        ::pwrite(file_, window_.data() + done, bytes - done, static_cast<off_t>(used_ + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace peal::runtime
