// The tables of patterns, written as the specification writes them.
#include "core/secure/handshake_pattern.hpp"

#include <algorithm>
#include <array>

#include "core/check.hpp"

namespace peal::secure {
namespace {

struct Row {
  std::string_view name;
  std::string_view known;     ///< pre-messages: "->" the initiator's key, "<-" the responder's
  std::string_view messages;  ///< tokens, messages end with ";"
};

constexpr std::array rows{
    // One-way patterns, section 7.4.
    Row{"N", "<-", "e es;"},
    Row{"K", "-> <-", "e es ss;"},
    Row{"X", "<-", "e es s ss;"},
    // Interactive patterns (fundamental), section 7.5.
    Row{"NN", "", "e; e ee;"},
    Row{"NK", "<-", "e es; e ee;"},
    Row{"NX", "", "e; e ee s es;"},
    Row{"XN", "", "e; e ee; s se;"},
    Row{"XK", "<-", "e es; e ee; s se;"},
    Row{"XX", "", "e; e ee s es; s se;"},
    Row{"KN", "->", "e; e ee se;"},
    Row{"KK", "-> <-", "e es ss; e ee se;"},
    Row{"KX", "->", "e; e ee se s es;"},
    Row{"IN", "", "e s; e ee se;"},
    Row{"IK", "<-", "e es s ss; e ee se;"},
    Row{"IX", "", "e s; e ee se s es;"},
    // Deferred patterns, section 18.1.
    Row{"NK1", "<-", "e; e ee es;"},
    Row{"NX1", "", "e; e ee s; es;"},
    Row{"X1N", "", "e; e ee; s; se;"},
    Row{"X1K", "<-", "e es; e ee; s; se;"},
    Row{"XK1", "<-", "e; e ee es; s se;"},
    Row{"X1K1", "<-", "e; e ee es; s; se;"},
    Row{"X1X", "", "e; e ee s es; s; se;"},
    Row{"XX1", "", "e; e ee s; es s se;"},
    Row{"X1X1", "", "e; e ee s; es s; se;"},
    Row{"K1N", "->", "e; e ee; se;"},
    Row{"K1K", "-> <-", "e es; e ee; se;"},
    Row{"KK1", "-> <-", "e; e ee se es;"},
    Row{"K1K1", "-> <-", "e; e ee es; se;"},
    Row{"K1X", "->", "e; e ee s es; se;"},
    Row{"KX1", "->", "e; e ee se s; es;"},
    Row{"K1X1", "->", "e; e ee s; se es;"},
    Row{"I1N", "", "e s; e ee; se;"},
    Row{"I1K", "<-", "e es s; e ee; se;"},
    Row{"IK1", "<-", "e s; e ee se es;"},
    Row{"I1K1", "<-", "e s; e ee es; se;"},
    Row{"I1X", "", "e s; e ee s es; se;"},
    Row{"IX1", "", "e s; e ee se s; es;"},
    Row{"I1X1", "", "e s; e ee s; se es;"},
};

Token token_of(std::string_view word) {
  constexpr std::array<std::string_view, 6> words{"e", "s", "ee", "es", "se", "ss"};
  const auto found = std::ranges::find(words, word);
  CHECK(found != words.end());
  return static_cast<Token>(found - words.begin());
}

HandshakePattern pattern_of(const Row& row) {
  HandshakePattern pattern{.initiator_known = row.known.find("->") != std::string_view::npos,
                           .responder_known = row.known.find("<-") != std::string_view::npos};
  MessagePattern message;
  std::size_t start = 0;
  for (std::size_t i = 0; i < row.messages.size(); ++i) {
    const char c = row.messages[i];
    if (c != ' ' && c != ';') continue;
    if (i > start) message.push_back(token_of(row.messages.substr(start, i - start)));
    start = i + 1;
    if (c != ';') continue;
    pattern.messages.push_back(message);
    message.clear();
  }
  return pattern;
}

}  // namespace

std::size_t HandshakePattern::psks() const {
  std::size_t count = 0;
  for (const MessagePattern& message : messages)
    count += static_cast<std::size_t>(std::ranges::count(message, Token::psk));
  return count;
}

std::optional<HandshakePattern> find_pattern(std::string_view name) {
  const auto row = std::ranges::find(rows, name, &Row::name);
  if (row == rows.end()) return std::nullopt;
  return pattern_of(*row);
}

std::vector<std::string_view> pattern_names() {
  std::vector<std::string_view> names;
  for (const Row& row : rows) names.push_back(row.name);
  return names;
}

std::optional<HandshakePattern> with_psk(HandshakePattern pattern, std::size_t n) {
  if (n > pattern.messages.size()) return std::nullopt;
  if (n == 0) {
    MessagePattern& first = pattern.messages.front();
    first.insert(first.begin(), Token::psk);
  } else {
    pattern.messages[n - 1].push_back(Token::psk);
  }
  return pattern;
}

}  // namespace peal::secure
