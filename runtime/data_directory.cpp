// A server's directory and its lock.
#include "runtime/data_directory.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

struct LockNote {
  std::uint64_t process = 0;
  std::uint64_t server = 0;
};

LockNote read_note(int fd) {
  std::array<char, 256> bytes{};
  const ssize_t count = pread(fd, bytes.data(), bytes.size() - 1, 0);
  std::istringstream text(count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count))
                                    : "");
  LockNote note;
  std::string word;
  std::uint64_t number = 0;
  while (text >> word >> number) {
    if (word == "process") note.process = number;
    if (word == "server") note.server = number;
  }
  return note;
}

void write_note(int fd, const LockNote& note) {
  std::string text = "process " + std::to_string(note.process) + "\n";
  if (note.server != 0) text += "server " + std::to_string(note.server) + "\n";
  // Only for people; a full disk shows itself at the database.
  if (pwrite(fd, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()))
    static_cast<void>(ftruncate(fd, static_cast<off_t>(text.size())) == 0);
}

void make_directory(const std::filesystem::path& path) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(path, error);
  if (error)
    throw Trouble("cannot make the data directory " + path.string() + ": " + error.message() +
                  "; give another one with --data");
  if (!std::filesystem::is_directory(path, error))
    throw Trouble(path.string() + " is not a directory; give another one with --data");
  if (made) chmod(path.c_str(), S_IRWXU);  // People's messages are nobody else's business.
}

}  // namespace

DataDirectory::DataDirectory(std::filesystem::path path) : DataDirectory(std::move(path), false) {}

DataDirectory::DataDirectory(std::filesystem::path path, bool only_if_free)
    : path_(std::move(path)) {
  make_directory(path_);
  const auto lock_file = path_ / "LOCK";
  lock_ = open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock_ < 0)
    throw Trouble("cannot write in the data directory " + path_.string() + ": " +
                  std::strerror(errno) + "; check who owns it, or give another one with --data");
  const LockNote note = read_note(lock_);
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    close(std::exchange(lock_, -1));
    if (only_if_free) return;
    throw Trouble("data directory " + path_.string() + " is in use by process " +
                  std::to_string(note.process) + "; stop it, or give another one with --data");
  }
  if (note.server != 0) noted_id_ = ServerId{note.server};
  write_note(lock_, {static_cast<std::uint64_t>(getpid()), note.server});
}

DataDirectory DataDirectory::first_free(const std::filesystem::path& base) {
  for (int number = 1;; ++number) {
    DataDirectory directory(base / std::to_string(number), true);
    if (directory.lock_ >= 0) return directory;
  }
}

DataDirectory DataDirectory::unchanged(const std::filesystem::path& path) {
  DataDirectory directory;
  directory.path_ = path;
  const auto lock_file = path / "LOCK";
  directory.lock_ = open(lock_file.c_str(), O_RDONLY | O_CLOEXEC);
  if (directory.lock_ < 0) return directory;  // A copy: a server always makes one.
  const LockNote note = read_note(directory.lock_);
  if (note.server != 0) directory.noted_id_ = ServerId{note.server};
  if (flock(directory.lock_, LOCK_EX | LOCK_NB) == 0) return directory;
  throw Trouble("data directory " + path.string() + " is in use by process " +
                    std::to_string(note.process) + ", a server that runs; stop it first, or look " +
                    "at a copy",
                Trouble::Kind::usage);
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      noted_id_(other.noted_id_) {}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) close(lock_);
}

void DataDirectory::note(ServerId id) {
  noted_id_ = id;
  write_note(lock_, {static_cast<std::uint64_t>(getpid()), id.value});
}

}  // namespace peal::runtime
