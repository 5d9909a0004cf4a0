// When a handshake pattern is safe: the rules of sections 7.3 and 9.3.
#include <array>
#include <set>

#include "core/secure/handshake_pattern.hpp"

namespace peal::secure {
namespace {

/// What has happened up to some token of a pattern.
class Walk {
 public:
  explicit Walk(const HandshakePattern& pattern)
      : knows_static_{pattern.responder_known, pattern.initiator_known} {}

  /// One token of a message that the initiator, or the responder, sends. False: against a rule.
  bool take(Token token, bool initiator) {
    const std::size_t sender = initiator ? 0 : 1;
    const std::size_t receiver = 1 - sender;
    switch (token) {
      case Token::e:
        if (sent_ephemeral_[sender]) return false;
        sent_ephemeral_[sender] = true;
        keyed_ = keyed_ || psk_;
        return true;
      case Token::s:
        // The rule is not to send a static key again that the other side already has.
        if (knows_static_[receiver] || !may_encrypt(initiator)) return false;
        knows_static_[receiver] = true;
        return true;
      case Token::psk: psk_ = keyed_ = true; return true;
      default: keyed_ = true; return possible(token) && done_.insert(token).second;
    }
  }

  /// Whether the sender may call ENCRYPT() now. Without a key it does not, whatever happened.
  [[nodiscard]] bool may_encrypt(bool initiator) const {
    if (!keyed_) return true;
    if (psk_ && !sent_ephemeral_[initiator ? 0 : 1]) return false;
    if (initiator)
      return (!did(Token::se) || did(Token::ee)) && (!did(Token::ss) || did(Token::es));
    return (!did(Token::es) || did(Token::ee)) && (!did(Token::ss) || did(Token::se));
  }

 private:
  [[nodiscard]] bool did(Token token) const { return done_.contains(token); }
  /// Both sides have the keys of this DH.
  [[nodiscard]] bool possible(Token token) const {
    const bool initiator_static = token == Token::se || token == Token::ss;
    const bool responder_static = token == Token::es || token == Token::ss;
    return (initiator_static ? knows_static_[1] : sent_ephemeral_[0]) &&
           (responder_static ? knows_static_[0] : sent_ephemeral_[1]);
  }

  std::array<bool, 2> sent_ephemeral_{};  ///< initiator, responder
  std::array<bool, 2> knows_static_{};    ///< of the other side: initiator, responder
  std::set<Token> done_;
  bool psk_ = false;
  bool keyed_ = false;
};

}  // namespace

bool is_valid(const HandshakePattern& pattern) {
  Walk walk(pattern);
  bool initiator = true;
  for (const MessagePattern& message : pattern.messages) {
    for (const Token token : message)
      if (!walk.take(token, initiator)) return false;
    // The payload.
    if (!walk.may_encrypt(initiator)) return false;
    initiator = !initiator;
  }
  return !pattern.messages.empty();
}

}  // namespace peal::secure
