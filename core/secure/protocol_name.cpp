// Protocol names taken apart.
#include "core/secure/protocol_name.hpp"

#include <algorithm>

namespace peal::secure {
namespace {

/// The number of "psk0" to "psk9". None: another word.
std::optional<std::size_t> psk_number(std::string_view modifier) {
  if (modifier.size() != 4 || !modifier.starts_with("psk")) return std::nullopt;
  const char digit = modifier.back();
  if (digit < '0' || digit > '9') return std::nullopt;
  return static_cast<std::size_t>(digit - '0');
}

/// The pattern with modifiers such as "psk0+psk2". Their order makes no difference to the pattern,
/// so section 8 wants them sorted.
std::optional<HandshakePattern> modified(HandshakePattern pattern, std::string_view modifiers) {
  std::optional<std::size_t> before;
  while (true) {
    const std::size_t plus = modifiers.find('+');
    const auto number = psk_number(modifiers.substr(0, plus));
    if (!number || (before && *number <= *before)) return std::nullopt;
    auto with = with_psk(std::move(pattern), *number);
    if (!with || plus == std::string_view::npos) return with;
    pattern = std::move(*with);
    before = number;
    modifiers.remove_prefix(plus + 1);
  }
}

}  // namespace

std::optional<HandshakePattern> parse_protocol_name(std::string_view name) {
  constexpr std::string_view before = "Noise_";
  constexpr std::string_view behind = "_25519_ChaChaPoly_BLAKE2b";
  if (!name.starts_with(before)) return std::nullopt;
  name.remove_prefix(before.size());
  if (!name.ends_with(behind)) return std::nullopt;
  name.remove_suffix(behind.size());

  const auto lower_case = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto base = static_cast<std::size_t>(std::ranges::find_if(name, lower_case) - name.begin());
  auto pattern = find_pattern(name.substr(0, base));
  if (pattern && base < name.size()) pattern = modified(std::move(*pattern), name.substr(base));
  if (!pattern || !is_valid(*pattern)) return std::nullopt;
  return pattern;
}

}  // namespace peal::secure
