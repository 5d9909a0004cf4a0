// Bytes as a flat list of msgpack elements: the only place where untrusted bytes are parsed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/codec/defect.hpp"

namespace peal::codec {

// As wide as size, so that a token has no padding.
enum class TokenType : std::uint32_t { positive, negative, boolean, text, bytes, array, end };

/// One element. number: its value (negative: as two's complement), or where its text or bytes start
/// in the input. size: length in bytes, or how many elements an array has.
struct Token {
  std::uint64_t number = 0;
  std::uint32_t size = 0;
  TokenType type = TokenType::end;
};

/// How far a parse got. With unknown set, version and kind are all that was read.
struct Parsed {
  std::span<const Token> tokens;  ///< with a last one of type end; valid until the next parse
  Defect defect = Defect::none;
  bool unknown = false;
  std::uint64_t version = 0;
  std::uint64_t kind = 0;
};

/// Accepts exactly one array of integers, booleans, text, bytes and further arrays, and nothing
/// behind it. Depth and number of elements are limited before anything is kept; the list of tokens
/// is reused and never longer than tokens_max.
class Tokenizer {
 public:
  /// [version, kind, ...]: stops at an unknown version or kind, whatever follows it.
  [[nodiscard]] Parsed parse_message(std::span<const std::uint8_t> input);
  /// Any array.
  [[nodiscard]] Parsed parse(std::span<const std::uint8_t> input);

 private:
  Parsed run(std::span<const std::uint8_t> input, bool is_message);
  /// By msgpack's own parser, which tells in what way it is wrong.
  Parsed run_thoroughly(std::span<const std::uint8_t> input, std::size_t limit, bool is_message);

  std::vector<Token> tokens_;
};

}  // namespace peal::codec
