// Joining and leaving groups on the interfaces that are up.
#include "runtime/group_ears.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "runtime/address.hpp"

namespace peal::runtime {

GroupEars::GroupEars(Loop& loop, UdpSocket::Handlers handlers)
    : loop_(loop), handlers_(std::move(handlers)) {}

void GroupEars::hear(std::vector<Endpoint> groups, const std::vector<Interface>& interfaces) {
  groups_ = std::move(groups);
  settle(interfaces);
}

void GroupEars::interfaces_changed(const std::vector<Interface>& interfaces) {
  // Memberships go with an interface, and do not come back with it.
  ears_.clear();
  settle(interfaces);
}

void GroupEars::settle(const std::vector<Interface>& interfaces) {
  for (const Interface& interface : interfaces)
    if (interface.has_v4() && !groups_.empty() && !ears_.contains(interface.index))
      open(interface, groups_.front().port);
  for (const Interface& interface : interfaces) {
    const auto found = ears_.find(interface.index);
    if (found == ears_.end()) continue;
    Ear& ear = found->second;
    for (const Endpoint& group : ear.joined)
      if (std::ranges::find(groups_, group) == groups_.end())
        ear.socket->leave(group, interface.index);
    std::erase_if(ear.joined, [this](const Endpoint& group) {
      return std::ranges::find(groups_, group) == groups_.end();
    });
    for (const Endpoint& group : groups_) {
      if (ear.joined.contains(group)) continue;
      if (ear.socket->join(group, interface.index)) {
        ear.joined.insert(group);
      } else {
        shortcomings_.push_back("the group " + format_endpoint(group) + " cannot be joined on " +
                                interface.name);
      }
    }
  }
}

void GroupEars::open(const Interface& interface, std::uint16_t port) {
  try {
    ears_[interface.index].socket = std::make_unique<UdpSocket>(
        loop_, UdpOptions{.local = ipv4_endpoint(0, 0, 0, 0, port), .shared_port = true},
        handlers_);
  } catch (const std::system_error& error) {
    ears_.erase(interface.index);
    shortcomings_.push_back("groups cannot be heard on " + interface.name + ": " +
                            error.code().message());
  }
}

std::vector<std::string> GroupEars::take_shortcomings() { return std::exchange(shortcomings_, {}); }

}  // namespace peal::runtime
