// Whole machines as bytes, and back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/client.hpp"
#include "core/server.hpp"
#include "core/trace/redaction.hpp"

namespace peal::trace {

/// Appends the whole state: from it on, the same events give the same effects.
void save(const Server& server, std::vector<std::uint8_t>& bytes, Texts texts = Texts::kept);
void save(const Client& client, std::vector<std::uint8_t>& bytes, Texts texts = Texts::kept);

/// Nothing when the bytes are not exactly one state of this version.
[[nodiscard]] std::optional<Server> load_server(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<Client> load_client(std::span<const std::uint8_t> bytes);

}  // namespace peal::trace
