// A visitor for msgpack's parser that refuses before it keeps.
#include "core/codec/tokens.hpp"

#include <algorithm>

#include <msgpack.hpp>

#include "core/codec/scan.hpp"
#include "core/codec/wire.hpp"
#include "core/message.hpp"

namespace peal::codec {
namespace {

/// tokens: the array, the version, the kind.
bool has_header(const Token* tokens) {
  return tokens[1].type == TokenType::positive && tokens[2].type == TokenType::positive;
}
bool is_known_header(const Token* tokens) {
  const std::uint64_t kind = tokens[2].number;
  return tokens[1].number == protocol_version && (kind < message_kinds || kind == fragment_kind);
}

/// Every element takes at least one byte, so that an array which claims more elements than there
/// are bytes is refused at once.
struct Visitor : msgpack::null_visitor {
  Visitor(const char* bytes, Token* list, std::size_t tokens_at_most, bool has_header)
      : input(bytes), tokens(list), limit(tokens_at_most), is_message(has_header) {}

  const char* input;
  Token* tokens;
  std::size_t limit;
  bool is_message;
  std::size_t count = 0;
  std::size_t depth = 0;
  Defect defect = Defect::none;
  bool unknown = false;

  bool refuse(Defect why) {
    defect = why;
    return false;
  }
  /// Writes the members one by one: a Token passed by value costs g++ 12 a stalled copy each.
  bool add(TokenType type, std::uint64_t number, std::uint32_t size = 0) {
    if (count >= limit) return refuse(Defect::too_many_elements);
    if (count == 0 && type != TokenType::array) return refuse(Defect::wrong_type);
    Token& token = tokens[count++];
    token.number = number;
    token.size = size;
    token.type = type;
    return count != 3 || !is_message || check_header();
  }
  bool check_header() {
    if (!has_header(tokens)) return refuse(Defect::wrong_type);
    unknown = !is_known_header(tokens);
    return !unknown;
  }

  bool visit_positive_integer(std::uint64_t v) { return add(TokenType::positive, v); }
  bool visit_negative_integer(std::int64_t v) {
    // The signed formats may carry positive numbers too.
    const auto type = v < 0 ? TokenType::negative : TokenType::positive;
    return add(type, static_cast<std::uint64_t>(v));
  }
  bool visit_boolean(bool v) { return add(TokenType::boolean, v ? 1 : 0); }
  bool visit_str(const char* v, std::uint32_t size) { return add_bytes(v, size, TokenType::text); }
  bool visit_bin(const char* v, std::uint32_t size) { return add_bytes(v, size, TokenType::bytes); }
  bool add_bytes(const char* v, std::uint32_t size, TokenType type) {
    const auto offset = size == 0 ? 0 : static_cast<std::uint64_t>(v - input);
    return add(type, offset, size);
  }
  bool start_array(std::uint32_t elements) {
    if (++depth > depth_max) return refuse(Defect::too_deep);
    if (!add(TokenType::array, 0, elements)) return false;
    return elements <= limit - count || refuse(Defect::too_many_elements);
  }
  bool end_array() {
    --depth;
    return true;
  }

  bool visit_nil() { return refuse(Defect::foreign_element); }
  bool visit_float32(float) { return refuse(Defect::foreign_element); }
  bool visit_float64(double) { return refuse(Defect::foreign_element); }
  bool visit_ext(const char*, std::uint32_t) { return refuse(Defect::foreign_element); }
  bool start_map(std::uint32_t) { return refuse(Defect::foreign_element); }
  void parse_error(std::size_t, std::size_t) { defect = Defect::foreign_element; }
  void insufficient_bytes(std::size_t, std::size_t) { defect = Defect::truncated; }
};

/// Why the parse did not succeed; none when it did.
Defect run_parser(const char* input, std::size_t size, Visitor& visitor) {
  try {
    std::size_t offset = 0;
    if (!msgpack::parse(input, size, offset, visitor)) return visitor.defect;
    return offset == size ? Defect::none : Defect::trailing_bytes;
  } catch (const msgpack::unpack_error&) {
    // An extension of 4 GiB: where std::size_t has 32 bits, the parser throws before it asks us.
    return Defect::foreign_element;
  }
}

}  // namespace

Parsed Tokenizer::parse_message(std::span<const std::uint8_t> input) { return run(input, true); }

Parsed Tokenizer::parse(std::span<const std::uint8_t> input) { return run(input, false); }

Parsed Tokenizer::run(std::span<const std::uint8_t> input, bool is_message) {
  if (input.empty()) return {.defect = Defect::empty};
  const std::size_t limit = std::min(input.size(), tokens_max);
  if (tokens_.size() < limit + 1) tokens_.resize(limit + 1);
  const std::size_t count = scan(input, {tokens_.data(), limit});
  const bool known =
      !is_message || (count >= 3 && has_header(tokens_.data()) && is_known_header(tokens_.data()));
  if (count == 0 || !known) return run_thoroughly(input, limit, is_message);
  tokens_[count] = Token{};
  return {.tokens = {tokens_.data(), count + 1}};
}

Parsed Tokenizer::run_thoroughly(std::span<const std::uint8_t> input, std::size_t limit,
                                 bool is_message) {
  Parsed parsed;
  const char* bytes = reinterpret_cast<const char*>(input.data());
  Visitor visitor(bytes, tokens_.data(), limit, is_message);
  parsed.defect = run_parser(bytes, input.size(), visitor);
  if (visitor.unknown) {
    parsed.defect = Defect::none;
    parsed.unknown = true;
    parsed.version = tokens_[1].number;
    parsed.kind = tokens_[2].number;
    return parsed;
  }
  tokens_[visitor.count] = Token{};
  parsed.tokens = {tokens_.data(), visitor.count + 1};
  return parsed;
}

}  // namespace peal::codec
