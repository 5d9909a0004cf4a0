// A UDP socket with libuv, and Linux's error queue.
#include "runtime/udp.hpp"

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/address.hpp"

namespace peal::runtime {
namespace {

constexpr int buffer_bytes = 4 << 20;
// Enough for a site; routers keep administratively scoped groups inside of it.
constexpr int multicast_hops = 4;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Closes the descriptor unless it was given away.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

void set(int fd, int level, int option, int value) {
  if (setsockopt(fd, level, option, &value, sizeof value) != 0) fail("setsockopt");
}

void set_options(int fd, bool v4, const UdpOptions& options) {
  if (v4) {
    set(fd, IPPROTO_IP, IP_RECVERR, 1);
    set(fd, IPPROTO_IP, IP_MULTICAST_TTL, multicast_hops);
    // Only groups joined by this socket, not those of others on this host.
    set(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
    set(fd, SOL_SOCKET, SO_BROADCAST, 1);
  } else {
    set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, multicast_hops);
  }
  // The system gives less when it allows less.
  set(fd, SOL_SOCKET, SO_RCVBUF, buffer_bytes);
  set(fd, SOL_SOCKET, SO_SNDBUF, buffer_bytes);
  if (options.shared_port) {
    set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  }
  if (!options.device.empty() && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, options.device.data(),
                                            static_cast<socklen_t>(options.device.size())) != 0)
    fail("bind to interface");
}

socklen_t length_of(const sockaddr_storage& address) {
  return address.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
}

// The reason, when the error came from another host by ICMP.
std::optional<int> icmp_error_in(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    const bool v4 = c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR;
    const bool v6 = c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR;
    if (!v4 && !v6) continue;
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(c), sizeof error);
    if (error.ee_origin == SO_EE_ORIGIN_ICMP || error.ee_origin == SO_EE_ORIGIN_ICMP6)
      return static_cast<int>(error.ee_errno);
  }
  return std::nullopt;
}

}  // namespace

UdpSocket::UdpSocket(Loop& loop, const UdpOptions& options, Handlers handlers)
    : handlers_(std::move(handlers)) {
  const bool v4 = options.local.is_v4();
  Descriptor fd(socket(v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) fail("socket");
  set_options(fd.get(), v4, options);
  sockaddr_storage address = to_sockaddr(options.local);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length_of(address)) != 0)
    fail("bind");
  socklen_t length = sizeof address;
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
    fail("getsockname");
  local_ = endpoint_of(reinterpret_cast<const sockaddr*>(&address));

  later_ = make_handle<uv_async_t>(this, [&](uv_async_t* handle) {
    return uv_async_init(loop.uv(), handle, [](uv_async_t* async) {
      static_cast<UdpSocket*>(async->data)->tell_refusals();
    });
  });
  udp_ =
      make_handle<uv_udp_t>(this, [&](uv_udp_t* handle) { return uv_udp_init(loop.uv(), handle); });
  check_uv(uv_udp_open(udp_.get(), fd.get()));
  fd_ = fd.release();
  start();
}

void UdpSocket::start() {
  check_uv(uv_udp_recv_start(
      udp_.get(),
      [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        auto& into = static_cast<UdpSocket*>(handle->data)->buffer_;
        *buffer = uv_buf_init(into.data(), static_cast<unsigned>(into.size()));
      },
      [](uv_udp_t* udp, ssize_t count, const uv_buf_t* buffer, const sockaddr* from, unsigned) {
        static_cast<UdpSocket*>(udp->data)->received(count, buffer, from);
      }));
}

// libuv reports a refused datagram as an error without an address, and does not empty the socket's
// error queue, which would wake the loop again and again. So an error, and a wake that brought
// nothing at all, are the signs to look there.
void UdpSocket::received(ssize_t count, const uv_buf_t* buffer, const sockaddr* from) {
  ++callbacks_;
  if (count >= 0 && from != nullptr) {
    heard_something_ = true;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(buffer->base);
    handlers_.on_datagram(endpoint_of(from), {bytes, static_cast<std::size_t>(count)});
    return;
  }
  const bool woken_for_nothing = count == 0 && !std::exchange(heard_something_, false);
  if (count < 0 || woken_for_nothing) drain_error_queue();
  tell_refusals();
}

bool UdpSocket::drain_error_queue() {
  bool any = false;
  for (;;) {
    sockaddr_storage to{};
    std::array<char, 64> payload{};
    alignas(cmsghdr) std::array<char, 512> control{};
    iovec part{payload.data(), payload.size()};
    msghdr message{};
    message.msg_name = &to;
    message.msg_namelen = sizeof to;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(fd_, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
      if (errno == EINTR) continue;
      return any;
    }
    any = true;
    if (icmp_error_in(message) != ECONNREFUSED) continue;
    ++refusals_;
    refused_.push_back(endpoint_of(reinterpret_cast<const sockaddr*>(&to)));
  }
}

void UdpSocket::tell_refusals() {
  // The handler may send, and so find more.
  const std::vector<Endpoint> told = std::exchange(refused_, {});
  for (const Endpoint& to : told) handlers_.on_refused(to);
}

Sending UdpSocket::send(const Endpoint& to, std::span<const std::uint8_t> datagram) {
  if (to.is_v4() != local_.is_v4()) return Sending::failed;
  const sockaddr_storage address = to_sockaddr(to);
  // libuv takes char*; it does not write there.
  uv_buf_t buffer{};
  buffer.base = const_cast<char*>(reinterpret_cast<const char*>(datagram.data()));
  buffer.len = datagram.size();
  // A send also reports, instead of sending, that an earlier one was refused; once for each time
  // that the error queue grew.
  for (int tries = 0; tries < 3; ++tries) {
    const int status =
        uv_udp_try_send(udp_.get(), &buffer, 1, reinterpret_cast<const sockaddr*>(&address));
    if (status >= 0) return Sending::sent;
    if (status == UV_EAGAIN || status == UV_ENOBUFS) return Sending::full;
    if (!drain_error_queue()) return Sending::failed;
    if (!refused_.empty()) uv_async_send(later_.get());
  }
  return Sending::failed;
}

Sending UdpSocket::send_multicast(const Endpoint& group, std::uint32_t interface,
                                  std::span<const std::uint8_t> datagram, bool heard_here) {
  const int index = static_cast<int>(interface);
  if (local_.is_v4()) {
    const int loop = heard_here ? 1 : 0;
    if (heard_here != multicast_heard_here_ &&
        setsockopt(fd_, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof loop) == 0)
      multicast_heard_here_ = heard_here;
    ip_mreqn by{};
    by.imr_ifindex = index;
    if (setsockopt(fd_, IPPROTO_IP, IP_MULTICAST_IF, &by, sizeof by) != 0) return Sending::failed;
    return send(group, datagram);
  }
  if (setsockopt(fd_, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index) != 0)
    return Sending::failed;
  Endpoint scoped = group;
  scoped.scope = interface;
  return send(scoped, datagram);
}

namespace {

group_req group_on(const Endpoint& group, std::uint32_t interface) {
  group_req request{};
  request.gr_interface = interface;
  request.gr_group = to_sockaddr(group);
  return request;
}

}  // namespace

void UdpSocket::leave(const Endpoint& group, std::uint32_t interface) {
  const group_req request = group_on(group, interface);
  // The interface may be gone, and its memberships with it.
  static_cast<void>(setsockopt(fd_, local_.is_v4() ? IPPROTO_IP : IPPROTO_IPV6, MCAST_LEAVE_GROUP,
                               &request, sizeof request));
}

bool UdpSocket::join(const Endpoint& group, std::uint32_t interface) {
  const group_req request = group_on(group, interface);
  return setsockopt(fd_, local_.is_v4() ? IPPROTO_IP : IPPROTO_IPV6, MCAST_JOIN_GROUP, &request,
                    sizeof request) == 0 ||
         errno == EADDRINUSE;
}

}  // namespace peal::runtime
