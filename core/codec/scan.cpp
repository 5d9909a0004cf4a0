// A loop over lead bytes (https://github.com/msgpack/msgpack/blob/master/spec.md), and how many
// elements each open array still lacks.
#include "core/codec/scan.hpp"

#include <array>

#include "core/codec/wire.hpp"

namespace peal::codec {
namespace {

class Scan {
 public:
  Scan(std::span<const std::uint8_t> input, std::span<Token> tokens)
      : begin_(input.data()),
        at_(input.data()),
        end_(input.data() + input.size()),
        token_(tokens.data()),
        tokens_end_(tokens.data() + tokens.size()) {}

  /// True when the input was one array. As it begins with one, no element stands outside of arrays.
  bool run() {
    if (at_ == end_ || !is_array(*at_)) return false;
    do {
      if (at_ == end_ || token_ == tokens_end_) return false;
      const std::uint8_t lead = *at_++;
      if (!element(lead)) return false;
      while (lacks_[depth_] == 0 && depth_ != 0) --depth_;
    } while (depth_ != 0);
    return at_ == end_;
  }
  [[nodiscard]] const Token* token() const { return token_; }

 private:
  static bool is_array(std::uint8_t lead) {
    return (lead >= 0x90 && lead <= 0x9f) || lead == 0xdc || lead == 0xdd;
  }

  bool element(std::uint8_t lead) {
    if (lead < 0x80) return add(TokenType::positive, lead);
    if (lead >= 0xe0) return signed_number(static_cast<std::int8_t>(lead));
    if (lead >= 0xa0 && lead < 0xc0) return bytes(TokenType::text, lead & 0x1fU);
    if (lead >= 0x90 && lead < 0xa0) return array(lead & 0x0fU);
    switch (lead) {
      case 0xc2: return add(TokenType::boolean, 0);
      case 0xc3: return add(TokenType::boolean, 1);
      case 0xc4: return sized_bytes<1>(TokenType::bytes);
      case 0xc5: return sized_bytes<2>(TokenType::bytes);
      case 0xc6: return sized_bytes<4>(TokenType::bytes);
      case 0xcc: return unsigned_number<1>();
      case 0xcd: return unsigned_number<2>();
      case 0xce: return unsigned_number<4>();
      case 0xcf: return unsigned_number<8>();
      case 0xd0: return has(1) && signed_number(static_cast<std::int8_t>(take<1>()));
      case 0xd1: return has(2) && signed_number(static_cast<std::int16_t>(take<2>()));
      case 0xd2: return has(4) && signed_number(static_cast<std::int32_t>(take<4>()));
      case 0xd3: return has(8) && signed_number(static_cast<std::int64_t>(take<8>()));
      case 0xd9: return sized_bytes<1>(TokenType::text);
      case 0xda: return sized_bytes<2>(TokenType::text);
      case 0xdb: return sized_bytes<4>(TokenType::text);
      case 0xdc: return has(2) && array(static_cast<std::uint32_t>(take<2>()));
      case 0xdd: return has(4) && array(static_cast<std::uint32_t>(take<4>()));
      default: return false;  // Nil, maps, floats, extensions.
    }
  }

  [[nodiscard]] bool has(std::size_t size) const {
    return static_cast<std::size_t>(end_ - at_) >= size;
  }
  /// A big-endian number of so many bytes, which are there.
  template <std::size_t Size>
  std::uint64_t take() {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < Size; ++i) value = value << 8U | at_[i];
    at_ += Size;
    return value;
  }

  bool add(TokenType type, std::uint64_t number, std::uint32_t size = 0) {
    token_->number = number;
    token_->size = size;
    token_->type = type;
    ++token_;
    --lacks_[depth_];  // Of depth 0 nothing is asked.
    return true;
  }
  template <std::size_t Size>
  bool unsigned_number() {
    return has(Size) && add(TokenType::positive, take<Size>());
  }
  /// The signed formats may carry positive numbers too.
  bool signed_number(std::int64_t number) {
    return add(number < 0 ? TokenType::negative : TokenType::positive,
               static_cast<std::uint64_t>(number));
  }
  template <std::size_t Size>
  bool sized_bytes(TokenType type) {
    return has(Size) && bytes(type, static_cast<std::uint32_t>(take<Size>()));
  }
  bool bytes(TokenType type, std::uint32_t size) {
    if (!has(size)) return false;
    add(type, size == 0 ? 0 : static_cast<std::uint64_t>(at_ - begin_), size);
    at_ += size;
    return true;
  }
  bool array(std::uint32_t elements) {
    if (depth_ == depth_max) return false;
    add(TokenType::array, 0, elements);
    lacks_[++depth_] = elements;
    return true;
  }

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  Token* token_;
  const Token* tokens_end_;
  std::size_t depth_ = 0;                             // Of the innermost open array; 0: none.
  std::array<std::uint32_t, depth_max + 1> lacks_{};  // [depth] elements still to come.
};

}  // namespace

std::size_t scan(std::span<const std::uint8_t> input, std::span<Token> tokens) {
  Scan scan(input, tokens);
  return scan.run() ? static_cast<std::size_t>(scan.token() - tokens.data()) : 0;
}

}  // namespace peal::codec
