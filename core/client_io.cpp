// The list of a client's effects.
#include "core/client_io.hpp"

#include <utility>

namespace peal {

ClientEffects::ClientEffects() = default;
ClientEffects::ClientEffects(const ClientEffects&) = default;
ClientEffects::ClientEffects(ClientEffects&&) noexcept = default;
ClientEffects& ClientEffects::operator=(const ClientEffects&) = default;
ClientEffects& ClientEffects::operator=(ClientEffects&&) noexcept = default;
ClientEffects::~ClientEffects() = default;

void ClientEffects::send(Endpoint to, Message message) {
  list_.emplace_back(Send{to, std::move(message)});
}
void ClientEffects::add(ClientEffect effect) { list_.push_back(std::move(effect)); }
void ClientEffects::clear() { list_.clear(); }

}  // namespace peal
