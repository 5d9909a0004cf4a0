// Where a test lives: a directory of its own, ports of its own, and only the loopback interface.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/time.hpp"
#include "runtime/network.hpp"

namespace peal::runtime {

/// Waits end when what they wait for has happened; this is only for what never does.
inline constexpr Duration patience = seconds(60);

/// A UDP port that was free a moment ago.
inline std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t length = sizeof address;
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  EXPECT_TRUE(bound);
  close(fd);
  return ntohs(address.sin_port);
}

class TestPlace {
 public:
  TestPlace() {
    std::string pattern = (std::filesystem::temp_directory_path() / "peal-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TestPlace() { std::filesystem::remove_all(path_); }
  TestPlace(const TestPlace&) = delete;
  TestPlace& operator=(const TestPlace&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Any data port on 127.0.0.1, this test's discovery port, the loopback interface only.
  [[nodiscard]] NetworkOptions network() const {
    NetworkOptions options;
    options.listen = ipv4_endpoint(127, 0, 0, 1, 0);
    options.discovery_port = discovery_port_;
    options.interfaces = {"lo"};
    return options;
  }

 private:
  std::filesystem::path path_;
  std::uint16_t discovery_port_ = free_port();
};

}  // namespace peal::runtime
