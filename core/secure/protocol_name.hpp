// Names such as Noise_XXpsk3_25519_ChaChaPoly_BLAKE2b, and the patterns that they stand for.
#pragma once

#include <optional>
#include <string_view>

#include "core/secure/handshake_pattern.hpp"

namespace peal::secure {

/// The pattern of a protocol name, modifiers applied (section 8 of the Noise specification,
/// revision 34). None: no such pattern or modifier, modifiers repeated or unsorted, or a suite
/// other than 25519_ChaChaPoly_BLAKE2b. What is returned is valid.
[[nodiscard]] std::optional<HandshakePattern> parse_protocol_name(std::string_view name);

}  // namespace peal::secure
