// A whole file as bytes, read as they are needed.
#include "runtime/mapped_file.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/trouble.hpp"

namespace peal::runtime {

MappedFile::MappedFile(const std::filesystem::path& path) {
  const auto cannot = [&](int error) {
    return Trouble("cannot read " + path.string() + ": " + std::strerror(error),
                   Trouble::Kind::usage);
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw cannot(errno);
  struct stat status{};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file);
    throw cannot(S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  }
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ != 0) {
    // A private copy of what is there now, as a server may be writing to it.
    void* map = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    const int error = errno;
    ::close(file);
    if (map == MAP_FAILED) throw cannot(error);
    map_ = static_cast<const std::uint8_t*>(map);
    return;
  }
  ::close(file);
}

MappedFile::~MappedFile() {
  if (map_ != nullptr)
    ::munmap(const_cast<std::uint8_t*>(map_), size_);  // NOLINT: as mmap gave it.
}

}  // namespace peal::runtime
