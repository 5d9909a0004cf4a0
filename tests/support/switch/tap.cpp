// TAP devices by /dev/net/tun.
#include "tests/support/switch/tap.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace peal::lan {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Tap::Tap(const std::string& name) : fd_(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
  if (fd_ < 0) fail("/dev/net/tun");
  ifreq request{};
  // Without offloads the system finishes checksums and cuts packets to size before we see them.
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  std::copy_n(name.begin(), std::min(name.size(), sizeof request.ifr_name - 1), request.ifr_name);
  if (ioctl(fd_, TUNSETIFF, &request) != 0) {
    const int why = errno;
    close(fd_);
    errno = why;
    fail("network card " + name);
  }
}

Tap::~Tap() { close(fd_); }

std::span<const std::uint8_t> Tap::read(std::span<std::uint8_t> into) const {
  const ssize_t count = ::read(fd_, into.data(), into.size());
  if (count <= 0) return {};
  return into.first(static_cast<std::size_t>(count));
}

void Tap::write(std::span<const std::uint8_t> frame) const {
  [[maybe_unused]] const ssize_t count = ::write(fd_, frame.data(), frame.size());
}

}  // namespace peal::lan
