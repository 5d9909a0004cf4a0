// Who may say what.
#include "core/transport/rights.hpp"

#include <variant>

namespace peal::transport {
namespace {

template <class... Kinds>
bool is_one_of(const Message& message) {
  return (std::holds_alternative<Kinds>(message) || ...);
}

}  // namespace

bool may_come_from_client(const Message& message) {
  return is_one_of<Probe, Ping, Pong, Suspect, Submit, Attach, Detach, DeliverAck, Query, GroupAck,
                   Unsupported>(message);
}

}  // namespace peal::transport
