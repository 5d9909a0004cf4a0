// Who may say what.
#pragma once

#include "core/message.hpp"

namespace peal::transport {

/// A client to a server.
[[nodiscard]] bool may_come_from_client(const Message& message);

}  // namespace peal::transport
