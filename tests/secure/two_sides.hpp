// Both sides of a handshake of any pattern, with keys drawn from a number.
#pragma once

#include <string>
#include <utility>

#include "core/secure/handshake_state.hpp"
#include "core/secure/protocol_name.hpp"
#include "tests/secure/hex.hpp"
#include "tests/secure/keys.hpp"

namespace peal::secure::test {

inline std::string protocol(const std::string& pattern) {
  return "Noise_" + pattern + "_25519_ChaChaPoly_BLAKE2b";
}

/// What one side of the pattern needs, with more keys than it uses. The sides of one number fit.
inline HandshakeConfig config(const std::string& pattern, bool initiator, std::uint64_t number) {
  const HandshakePattern known = parse_protocol_name(protocol(pattern)).value();
  HandshakeConfig config{.protocol_name = protocol(pattern),
                         .initiator = initiator,
                         .prologue = bytes_of("prologue"),
                         .s = keypair(number + (initiator ? 1 : 2)),
                         .e = keypair(number + (initiator ? 3 : 4))};
  if (initiator ? known.responder_known : known.initiator_known)
    config.rs = keypair(number + (initiator ? 2 : 1)).public_key;
  for (std::size_t i = 0; i < known.psks(); ++i) config.psks.push_back(secret(number + 10 + i));
  return config;
}

struct TwoSides {
  HandshakeState initiator;
  HandshakeState responder;

  explicit TwoSides(const std::string& pattern, std::uint64_t number = 1'000)
      : initiator(config(pattern, true, number)), responder(config(pattern, false, number)) {}

  HandshakeState& writer() { return initiator.to_write() ? initiator : responder; }
  HandshakeState& reader() { return initiator.to_write() ? responder : initiator; }
  [[nodiscard]] bool finished() const { return initiator.finished() && responder.finished(); }

  /// The next message of the handshake; its writer has moved on.
  Bytes write(View payload) {
    Bytes message;
    EXPECT_EQ(writer().write_message(payload, message), std::nullopt);
    return message;
  }
};

/// Runs a handshake to its end. False: a message was refused.
inline bool shake_hands(TwoSides& sides) {
  while (!sides.finished()) {
    HandshakeState& reader = sides.reader();
    Bytes payload;
    if (reader.read_message(sides.write(bytes_of("payload")), payload)) return false;
  }
  return true;
}

}  // namespace peal::secure::test
