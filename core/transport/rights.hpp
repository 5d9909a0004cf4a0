// Who may say what: messages in clear, and those of clients.
#pragma once

#include "core/message.hpp"

namespace peal::transport {

/// Anybody, in clear; it is only heeded as a hint.
[[nodiscard]] bool is_discovery(const Message& message);
/// A client to a server.
[[nodiscard]] bool may_come_from_client(const Message& message);

}  // namespace peal::transport
