// Interfaces by getifaddrs.
#include "runtime/interfaces.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/limits.hpp"
#include "runtime/address.hpp"
#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

bool is_link_local(const Endpoint& e) {
  return e.is_v4() ? e.ip[12] == 169 && e.ip[13] == 254 : needs_scope(e);
}

// The last address of an IPv4 network; none for networks of one or two addresses.
Endpoint broadcast_of(const Endpoint& address, const sockaddr* netmask) {
  if (netmask == nullptr) return {};
  // The kernel leaves the family of a mask unset at times.
  sockaddr_in mask{};
  std::copy_n(reinterpret_cast<const std::uint8_t*>(netmask), sizeof mask,
              reinterpret_cast<std::uint8_t*>(&mask));
  const std::uint32_t bits = ntohl(mask.sin_addr.s_addr);
  if (~bits <= 1) return {};
  Endpoint out = address;
  for (std::size_t i = 0; i < 4; ++i)
    out.ip[12 + i] |= static_cast<std::uint8_t>(~bits >> (24 - 8 * i));
  return out;
}

using Owner = std::unique_ptr<ifaddrs, void (*)(ifaddrs*)>;
Owner all_addresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) list = nullptr;
  return {list, freeifaddrs};
}

// The address that the system would send from; none when there is no route.
Endpoint source_of(Endpoint to) {
  if (to.port == 0) to.port = 1;  // Any port will do.
  const int fd = socket(to.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return {};
  sockaddr_storage address = to_sockaddr(to);
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = to.is_v4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  Endpoint source;
  if (connect(fd, raw, size) == 0) {
    size = sizeof address;
    if (getsockname(fd, raw, &size) == 0) source = endpoint_of(raw);
  }
  close(fd);
  source.port = 0;
  return source;
}

}  // namespace

bool Interface::has_v4() const { return std::ranges::any_of(addresses, &Endpoint::is_v4); }
bool Interface::has_v6() const {
  return std::ranges::any_of(addresses, [](const Endpoint& e) { return !e.is_v4(); });
}

std::vector<Interface> interfaces_up(const std::vector<std::string>& names) {
  std::map<std::string, Interface> found;
  const Owner list = all_addresses();
  for (const ifaddrs* each = list.get(); each != nullptr; each = each->ifa_next) {
    constexpr unsigned usable = IFF_UP | IFF_RUNNING;
    if (each->ifa_addr == nullptr || (each->ifa_flags & usable) != usable) continue;
    if (!names.empty() && std::ranges::find(names, each->ifa_name) == names.end()) continue;
    const Endpoint address = endpoint_of(each->ifa_addr);
    if (address == Endpoint{}) continue;  // Of another family.
    Interface& interface = found[each->ifa_name];
    interface.name = each->ifa_name;
    interface.index = if_nametoindex(each->ifa_name);
    interface.loopback = (each->ifa_flags & IFF_LOOPBACK) != 0;
    interface.multicast = (each->ifa_flags & IFF_MULTICAST) != 0;
    interface.addresses.push_back(address);
    if (!address.is_v4()) continue;
    const Endpoint broadcast = broadcast_of(address, each->ifa_netmask);
    if (broadcast != Endpoint{}) interface.broadcasts.push_back(broadcast);
  }
  std::vector<Interface> out;
  for (auto& [name, interface] : found) out.push_back(std::move(interface));
  std::ranges::sort(out, {}, &Interface::index);
  return out;
}

void check_interface_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (if_nametoindex(name.c_str()) != 0) continue;
    std::string known;
    for (const Interface& interface : interfaces_up({}))
      known += (known.empty() ? "" : ", ") + interface.name;
    throw Trouble(
        "--interface " + name + ": there is no such interface; those that are up: " + known,
        Trouble::Kind::usage);
  }
}

bool leaves_by(const std::vector<std::string>& names, const Endpoint& to) {
  const Endpoint source = source_of(to);
  // What a host sends to itself stays there.
  if (source.ip == to.ip || to.is_loopback()) return true;
  return std::ranges::any_of(interfaces_up(names), [&](const Interface& interface) {
    return std::ranges::find(interface.addresses, source) != interface.addresses.end();
  });
}

std::vector<Endpoint> addresses_to_publish(const std::vector<Interface>& interfaces,
                                           std::uint16_t port4, std::uint16_t port6) {
  std::vector<Endpoint> out;
  const auto add = [&](bool v4, bool loopback) {
    for (const Interface& interface : interfaces)
      for (Endpoint address : interface.addresses) {
        address.port = v4 ? port4 : port6;
        if (address.is_v4() != v4 || address.is_loopback() != loopback || address.port == 0)
          continue;
        if (is_link_local(address) || out.size() >= limits::addresses_max) continue;
        out.push_back(address);
      }
  };
  add(true, false);
  add(false, false);
  if (!out.empty()) return out;
  add(true, true);
  add(false, true);
  return out;
}

}  // namespace peal::runtime
