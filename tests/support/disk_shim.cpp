// Loaded before a server: its disk fails or hangs as long as a file says so.
//
// PEAL_TEST_DISK names the file. "failing": what is to be made durable is not, with an I/O error.
// "slow": whoever wants to make something durable waits until the file says something else.
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

namespace {

bool says(const char* word) {
  const char* name = std::getenv("PEAL_TEST_DISK");
  if (name == nullptr) return false;
  const int file = ::open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[16] = {};
  const ssize_t bytes = ::read(file, text, sizeof text - 1);
  ::close(file);
  return bytes > 0 && std::strncmp(text, word, std::strlen(word)) == 0;
}

int sync_by(const char* function, int file) {
  while (says("slow")) ::usleep(20'000);
  if (says("failing")) {
    errno = EIO;
    return -1;
  }
  using Sync = int (*)(int);
  return reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, function))(file);
}

}  // namespace

extern "C" int fdatasync(int file) { return sync_by("fdatasync", file); }
extern "C" int fsync(int file) { return sync_by("fsync", file); }
