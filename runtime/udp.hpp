// One UDP socket on the loop: datagrams in and out, and what other hosts refuse.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <uv.h>

#include "core/endpoint.hpp"
#include "runtime/handle.hpp"
#include "runtime/loop.hpp"

namespace peal::runtime {

enum class Sending : std::uint8_t {
  sent,
  full,   ///< the socket's buffer has no room: dropped
  failed  ///< no route, not permitted, or of a family that the socket has not
};

struct UdpOptions {
  /// Where to listen, and with which family. Port 0: any free one.
  Endpoint local;
  /// Others may listen on the same port, too; broadcasts and multicasts reach all of them.
  bool shared_port = false;
  /// Only what arrives on this interface. Empty: on any.
  std::string device;
};

/// A resource. An IPv6 socket takes IPv6 only.
class UdpSocket {
 public:
  struct Handlers {
    std::function<void(const Endpoint& from, std::span<const std::uint8_t>)> on_datagram;
    /// The host of this address says that nobody listens there (ICMP port unreachable).
    std::function<void(const Endpoint& to)> on_refused;
  };

  /// Throws std::system_error with the errno of what failed.
  UdpSocket(Loop& loop, const UdpOptions& options, Handlers handlers);
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  /// Never blocks, and never calls a handler: refusals found on the way come in the loop's next
  /// turn.
  Sending send(const Endpoint& to, std::span<const std::uint8_t> datagram);
  /// To a multicast group by one interface. heard_here: by listeners of this host, too.
  Sending send_multicast(const Endpoint& group, std::uint32_t interface,
                         std::span<const std::uint8_t> datagram, bool heard_here = true);
  /// False: that interface cannot.
  bool join(const Endpoint& group, std::uint32_t interface);
  void leave(const Endpoint& group, std::uint32_t interface);

  [[nodiscard]] const Endpoint& local() const { return local_; }
  /// How often libuv called; tells a loop that spins.
  [[nodiscard]] std::uint64_t callbacks() const { return callbacks_; }
  [[nodiscard]] std::uint64_t refusals() const { return refusals_; }

 private:
  void start();
  void received(ssize_t count, const uv_buf_t* buffer, const sockaddr* from);
  bool drain_error_queue();
  void tell_refusals();

  Endpoint local_;
  Handlers handlers_;
  int fd_ = -1;  ///< libuv's to close
  Handle<uv_udp_t> udp_;
  Handle<uv_async_t> later_;
  std::array<char, 2'048> buffer_{};
  std::vector<Endpoint> refused_;
  std::uint64_t callbacks_ = 0;
  std::uint64_t refusals_ = 0;
  bool heard_something_ = false;
  bool multicast_heard_here_ = true;  ///< as the system's default is
};

}  // namespace peal::runtime
