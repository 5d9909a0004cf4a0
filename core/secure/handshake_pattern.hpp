// Who sends which key when, and what is agreed from which: the handshake patterns of Noise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace peal::secure {

/// The first letter of a DH is the initiator's key, the second the responder's (section 7.1).
enum class Token : std::uint8_t { e, s, ee, es, se, ss, psk };

using MessagePattern = std::vector<Token>;

/// A value. Sections 7 and 9 of the Noise specification (revision 34).
struct HandshakePattern {
  /// Whose static key the other side knows before.
  bool initiator_known = false;
  bool responder_known = false;
  /// The first is the initiator's, then in turns.
  std::vector<MessagePattern> messages;

  /// Only the initiator ever sends.
  [[nodiscard]] bool one_way() const { return messages.size() == 1; }
  /// How many pre-shared keys it takes, in the order of their tokens.
  [[nodiscard]] std::size_t psks() const;

  friend bool operator==(const HandshakePattern&, const HandshakePattern&) = default;
};

/// One pattern of the specification's tables, without modifiers: one-way (7.4), interactive (7.5),
/// deferred (18.1). None: there is none of that name.
[[nodiscard]] std::optional<HandshakePattern> find_pattern(std::string_view name);
/// The names of all of them.
[[nodiscard]] std::vector<std::string_view> pattern_names();
/// The pattern with modifier pskn: at the start of the first message for 0, otherwise at the end of
/// message n (section 9.4). None: the pattern has no such message.
[[nodiscard]] std::optional<HandshakePattern> with_psk(HandshakePattern pattern, std::size_t n);

/// Whether the pattern keeps the rules of sections 7.3 and 9.3, without which it may leak keys.
[[nodiscard]] bool is_valid(const HandshakePattern& pattern);

}  // namespace peal::secure
