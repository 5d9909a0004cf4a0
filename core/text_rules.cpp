// UTF-8 as RFC 3629 has it, and the characters that names and texts must not contain.
#include "core/text_rules.hpp"

#include "core/limits.hpp"

namespace peal {
namespace {

struct CodePointRange {
  char32_t first;
  char32_t last;
};

constexpr bool within(char32_t c, CodePointRange range) {
  return c >= range.first && c <= range.last;
}

/// C0, DEL and C1.
constexpr bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

/// Blanks, line separators, and what changes how neighbours are read without being seen. A name
/// with one of these could pass for another.
constexpr CodePointRange unseen[] = {
    {0x20, 0x20},     {0xa0, 0xa0},     {0xad, 0xad},     {0x34f, 0x34f},   {0x61c, 0x61c},
    {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f},
    {0x3000, 0x3000}, {0x3164, 0x3164}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

bool visible(char32_t c) {
  if (is_control(c)) return false;
  for (const CodePointRange range : unseen)
    if (within(c, range)) return false;
  return true;
}

/// 1 to name_characters_max visible characters, '~' not among them.
bool valid_name(std::string_view name) {
  if (name.empty() || name.size() > limits::name_bytes_max) return false;
  std::size_t characters = 0;
  while (!name.empty()) {
    const auto c = take_code_point(name);
    if (!c || !visible(*c) || *c == U'~') return false;
    if (++characters > limits::name_characters_max) return false;
  }
  return true;
}

/// How many bytes follow a leading byte, and the least code point that needs so many.
struct Sequence {
  std::size_t following;
  char32_t least;
  char32_t lead_bits;
};

std::optional<Sequence> sequence_of(std::uint8_t lead) {
  if (lead < 0x80U) return Sequence{0, 0, lead};
  if ((lead & 0xe0U) == 0xc0U) return Sequence{1, 0x80, lead & 0x1fU};
  if ((lead & 0xf0U) == 0xe0U) return Sequence{2, 0x800, lead & 0x0fU};
  if ((lead & 0xf8U) == 0xf0U) return Sequence{3, 0x10000, lead & 0x07U};
  return std::nullopt;
}

}  // namespace

std::optional<char32_t> take_code_point(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const auto sequence = sequence_of(static_cast<std::uint8_t>(text.front()));
  if (!sequence || text.size() <= sequence->following) return std::nullopt;
  char32_t c = sequence->lead_bits;
  for (std::size_t i = 1; i <= sequence->following; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if ((byte & 0xc0U) != 0x80U) return std::nullopt;
    c = (c << 6U) | (byte & 0x3fU);
  }
  if (c < sequence->least || c > 0x10ffff || within(c, {0xd800, 0xdfff})) return std::nullopt;
  text.remove_prefix(sequence->following + 1);
  return c;
}

bool valid_utf8(std::string_view text) {
  while (!text.empty())
    if (!take_code_point(text)) return false;
  return true;
}

std::string cut_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  const auto continues = [&](std::size_t at) {
    return (static_cast<std::uint8_t>(text[at]) & 0xc0U) == 0x80U;
  };
  // A code point has at most three bytes behind its first; more of them are no UTF-8 anyway.
  std::size_t end = bytes_max;
  while (end > 0 && bytes_max - end < 3 && continues(end)) --end;
  return std::string(text.substr(0, end));
}

bool valid_user_name(std::string_view name) { return !name.starts_with('#') && valid_name(name); }

bool valid_room_name(std::string_view name) {
  return name.starts_with('#') && name.size() > 1 && valid_name(name);
}

bool valid_sign(std::string_view sign) {
  if (sign.empty() || sign.size() > limits::sign_bytes_max) return false;
  bool seen = false;
  while (!sign.empty()) {
    const auto c = take_code_point(sign);
    if (!c) return false;
    // What joins the parts of an emoji is itself not seen.
    constexpr char32_t joiner = 0x200d;
    if (!visible(*c) && *c != joiner && !within(*c, {0xe0020, 0xe007f})) return false;
    seen |= visible(*c);
  }
  return seen;
}

bool mentions(std::string_view text, std::string_view name) {
  if (name.empty()) return false;
  const auto part_of_word = [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return byte >= 0x80U || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || c == '_' || c == '~';
  };
  for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    if (at != 0 && part_of_word(text[at - 1])) continue;
    const std::string_view rest = text.substr(at + 1);
    if (!rest.starts_with(name)) continue;
    if (rest.size() == name.size() || !part_of_word(rest[name.size()])) return true;
  }
  return false;
}

TextFault check_text(std::string_view text) {
  if (text.empty()) return TextFault::empty;
  if (text.size() > limits::text_bytes_max) return TextFault::too_long;
  while (!text.empty()) {
    const auto c = take_code_point(text);
    if (!c || (is_control(*c) && *c != U'\n' && *c != U'\t')) return TextFault::invalid;
  }
  return TextFault::none;
}

TextFault check_topic(std::string_view topic) {
  if (topic.size() > limits::topic_bytes_max) return TextFault::too_long;
  while (!topic.empty()) {
    const auto c = take_code_point(topic);
    if (!c || is_control(*c)) return TextFault::invalid;
  }
  return TextFault::none;
}

}  // namespace peal
