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
#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

constexpr std::size_t page_bytes = 64 * 1'024;  // A multiple of every page size.

std::size_t whole_pages(std::size_t bytes) {
  return (bytes + page_bytes - 1) / page_bytes * page_bytes;
}

}  // namespace

std::string no_room_for(const std::filesystem::path& path) {
  return "the disk has no room for " + path.string();
}

RecordingFile::RecordingFile(std::filesystem::path path, std::string_view beginning,
                             std::size_t step_bytes)
    : path_(std::move(path)), step_bytes_(whole_pages(step_bytes)) {
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0) throw Trouble("cannot make " + path_.string() + ": " + std::strerror(errno));
  const std::span<std::uint8_t> first = room(beginning.size());
  if (first.empty()) {
    ::close(file_);
    ::unlink(path_.c_str());
    throw Trouble(no_room_for(path_));
  }
  std::ranges::copy(beginning, first.begin());
  use(beginning.size());
}

RecordingFile::~RecordingFile() {
  unmap();
  // Not cut off, it is a little longer than needed.
  static_cast<void>(::ftruncate(file_, static_cast<off_t>(used_)) == 0);
  ::close(file_);
}

void RecordingFile::unmap() {
  if (map_ != nullptr) ::munmap(map_, mapped_bytes_);
  map_ = nullptr;
}

std::span<std::uint8_t> RecordingFile::room(std::size_t at_least) {
  const std::size_t from = used_ / page_bytes * page_bytes;
  const std::size_t to = used_ + at_least;
  if (map_ != nullptr && to <= mapped_from_ + mapped_bytes_)
    return {map_ + (used_ - mapped_from_), mapped_from_ + mapped_bytes_ - used_};
  unmap();
  const std::size_t length = std::max(step_bytes_, whole_pages(to - from));
  if (from + length > reserved_) {
    const std::size_t more = from + length - reserved_;
    if (::posix_fallocate(file_, static_cast<off_t>(reserved_), static_cast<off_t>(more)) != 0)
      return {};
    reserved_ += more;
  }
  void* map =
      ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, file_, static_cast<off_t>(from));
  if (map == MAP_FAILED) return {};
  map_ = static_cast<std::uint8_t*>(map);
  mapped_from_ = from;
  mapped_bytes_ = length;
  return {map_ + (used_ - from), from + length - used_};
}

void RecordingFile::use(std::size_t bytes) {
  used_ += bytes;
  CHECK(used_ <= reserved_);
}

}  // namespace peal::runtime
