// Written beside its place, brought to the disk, then moved there.
#include "cli/whole_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/terminal.hpp"
#include "cli/trouble.hpp"

namespace peal::cli {
namespace {

Trouble cannot_write(const std::string& what, const std::string& path, int error) {
  return failure(
      fmt::format("{}: cannot write {}: {}", what, harmless(path), std::strerror(error)));
}

/// A file of its own beside the place of another.
class Beside {
 public:
  Beside(const std::string& path, const std::string& text, std::string what, mode_t mode = 0666)
      : path_(path), part_(fmt::format("{}.{}.part", path, ::getpid())), what_(std::move(what)) {
    // What is moved to the place of a device or a pipe would replace it.
    std::error_code error_code;
    if (const auto place = std::filesystem::status(path_, error_code);
        std::filesystem::exists(place) && std::filesystem::is_other(place))
      throw failure(
          fmt::format("{}: cannot write {}: it is no regular file", what_, harmless(path_)));
    const int opened = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    std::FILE* file = opened < 0 ? nullptr : ::fdopen(opened, "w");
    if (file == nullptr) throw cannot_write(what_, path_, errno);
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size() &&
                         std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
    const int error = errno;
    const bool closed = std::fclose(file) == 0;
    if (written && closed) return;
    ::unlink(part_.c_str());
    throw cannot_write(what_, path_, written ? errno : error);
  }
  ~Beside() { ::unlink(part_.c_str()); }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;

  void replace() {
    if (std::rename(part_.c_str(), path_.c_str()) != 0) throw cannot_write(what_, path_, errno);
  }
  bool take_free_place() {
    if (::link(part_.c_str(), path_.c_str()) == 0) return true;
    if (errno == EEXIST) return false;
    // File systems without links: nearly as good.
    if (std::filesystem::exists(path_)) return false;
    replace();
    return true;
  }

 private:
  std::string path_;
  std::string part_;
  std::string what_;
};

}  // namespace

std::string read_whole(const std::string& path, const std::string& what) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, error))
    throw usage_error(fmt::format("{} {}: cannot be read", what, harmless(path)));
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) throw usage_error(fmt::format("{} {}: cannot be read", what, harmless(path)));
  return text;
}

void check_place(const std::string& path, const std::string& what) {
  std::error_code error;
  const std::filesystem::path place(path);
  if (std::filesystem::is_directory(place, error))
    throw usage_error(fmt::format("{} {}: is a directory", what, harmless(path)));
  const std::filesystem::path directory = place.has_parent_path() ? place.parent_path() : ".";
  if (!std::filesystem::is_directory(directory, error) || ::access(directory.c_str(), W_OK) != 0)
    throw usage_error(fmt::format("{} {}: cannot be written", what, harmless(path)));
}

void write_whole(const std::string& path, const std::string& text, const std::string& what) {
  Beside(path, text, what).replace();
}

void write_private(const std::string& path, const std::string& text, const std::string& what) {
  Beside(path, text, what, 0600).replace();
}

bool write_new(const std::string& path, const std::string& text, const std::string& what) {
  return Beside(path, text, what).take_free_place();
}

}  // namespace peal::cli
