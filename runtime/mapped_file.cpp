// A whole trace as bytes, read as they are needed.
#include "runtime/mapped_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/trace/block.hpp"
#include "runtime/recording_file.hpp"
#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

static_assert(recording_reserve_bytes % trace::window_bytes == 0, "it is mapped from there on");

/// 0, or why not.
int read_size(int file, std::size_t& size) {
  struct stat status{};
  if (::fstat(file, &status) != 0) return errno;
  if (!S_ISREG(status.st_mode)) return S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  size = static_cast<std::size_t>(status.st_size);
  return 0;
}

/// What the file does not have any more stays as it was.
void read_at(int file, std::span<std::uint8_t> bytes, std::size_t at) {
  while (!bytes.empty()) {
    const ssize_t read = ::pread(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (read <= 0) return;
    bytes = bytes.subspan(static_cast<std::size_t>(read));
    at += static_cast<std::size_t>(read);
  }
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  int error = file < 0 ? errno : 0;
  // Taken anew while its recorder makes it longer, or closes it.
  while (error == 0) {
    error = map(file);
    if (error != 0 || is_as_mapped(file)) break;
    unmap();
  }
  if (file >= 0) ::close(file);
  if (error == 0) return;
  unmap();
  throw Trouble("cannot read " + path.string() + ": " + std::strerror(error), Trouble::Kind::usage);
}

MappedFile::~MappedFile() { unmap(); }

void MappedFile::unmap() {
  if (map_ != nullptr) ::munmap(map_, size_);
  map_ = nullptr;
}

/// 0, or why not.
int MappedFile::map(int file) {
  if (const int error = read_size(file, size_); error != 0) return error;
  if (size_ == 0) return 0;
  void* map = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
  if (map == MAP_FAILED) return errno;
  map_ = static_cast<std::uint8_t*>(map);
  return trace::window_of(bytes()) == size_ ? 0 : copy_end(file);
}

/// Of a file that is being written the end changes, and may be cut off.
int MappedFile::copy_end(int file) {
  const std::size_t from = size_ - std::min(size_, recording_reserve_bytes);
  const std::span<std::uint8_t> end(map_ + from, size_ - from);
  if (::mmap(end.data(), end.size(), PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
    return errno;
  // First the window: what left it meanwhile is among the blocks then.
  const std::size_t window = end.size() - trace::window_bytes;
  read_at(file, end.subspan(window), from + window);
  read_at(file, end.first(window), from);
  return 0;
}

bool MappedFile::is_as_mapped(int file) const {
  std::size_t size = 0;
  return read_size(file, size) == 0 && size == size_;
}

}  // namespace peal::runtime
