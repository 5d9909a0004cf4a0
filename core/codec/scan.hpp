// Tokens of well-formed bytes in one quick pass; why bytes are not well-formed, msgpack's parser
// says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/codec/tokens.hpp"

namespace peal::codec {

/// Almost every datagram is what a Peal has written, and almost all the time of decoding went into
/// a parser that can stop and go on anywhere. This one reads exactly what the Tokenizer accepts:
/// one array of integers, booleans, text, bytes and further arrays, with nothing behind it, in any
/// of msgpack's formats for them, no deeper than depth_max.
///
/// How many tokens it wrote; 0: the input is something else, or has more tokens than there is room.
[[nodiscard]] std::size_t scan(std::span<const std::uint8_t> input, std::span<Token> tokens);

}  // namespace peal::codec
