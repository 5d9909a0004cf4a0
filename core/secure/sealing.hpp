// Messages as datagrams that hide and prove what they carry, in whatever order they arrive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/limits.hpp"
#include "core/secure/bytes.hpp"
#include "core/secure/cipher_state.hpp"
#include "core/secure/noise_fault.hpp"
#include "core/secure/padding.hpp"
#include "core/secure/replay_window.hpp"
#include "core/secure/wire.hpp"
#include "core/time.hpp"

namespace peal::secure {

/// Kind, receiver's session, counter: in clear, and authenticated with the message.
inline constexpr std::size_t sealed_header_bytes = 1 + 4 + 8;
/// A message and its padding.
inline constexpr std::size_t padded_bytes_max =
    limits::datagram_bytes_max - sealed_header_bytes - tag_bytes;
/// What a sealed datagram adds to a message that is not padded: 30 bytes.
inline constexpr std::size_t sealed_overhead_bytes = sealed_header_bytes + 1 + tag_bytes;

/// Counters from n * 2^20 on are under the n-th key, each made from the one before by Rekey().
inline constexpr unsigned messages_per_key_log2 = 20;
inline constexpr std::uint64_t messages_per_key = std::uint64_t{1} << messages_per_key_log2;
/// A key is not used for longer either: the counter then goes on with the next key's first one.
inline constexpr Duration key_time_max = seconds(3'600);
/// The key before the latest opens what was on the way for so long after the latest was first used.
inline constexpr Duration previous_key_time = seconds(30);
/// How many keys a datagram may be ahead: what a forged one can make the receiver compute, and more
/// than a connection that still works ever loses.
inline constexpr std::uint64_t keys_ahead_max = 4;
/// Then nothing more is sealed, and a new handshake is due: long before nonces could run out.
inline constexpr std::uint64_t counter_max = std::uint64_t{1} << 60U;

static_assert(limits::message_bytes_max + sealed_overhead_bytes <= limits::datagram_bytes_max);
static_assert(replay_window_size < messages_per_key);

/// The sending side of one direction of a session. A value.
class Sealer {
 public:
  /// The session is the receiver's number for it.
  Sealer(const CipherState& cipher, SessionIndex session, Padding padding, Instant now)
      : cipher_(cipher), session_(session), padding_(padding), key_since_(now) {}

  /// Appends one datagram. Faults: too_long, beyond limits::message_bytes_max; nonces_exhausted.
  [[nodiscard]] std::optional<NoiseFault> seal(Instant now, View message, Bytes& datagram);

  /// How many keys came before this one.
  [[nodiscard]] std::uint64_t rekeyed() const { return keys_; }

  friend bool operator==(const Sealer&, const Sealer&) = default;

 private:
  CipherState cipher_;
  SessionIndex session_;
  Padding padding_;
  Instant key_since_;
  std::uint64_t keys_ = 0;
  std::uint64_t counter_ = 0;  ///< of the next datagram
};

/// Why a sealed datagram was not opened.
enum class OpenFault {
  malformed,      ///< no sealed datagram, or shorter than any
  repeated,       ///< was there already
  too_old,        ///< behind the replay window, or of a key that is gone
  too_far_ahead,  ///< of a key that cannot be in use yet
  not_authentic,
  not_padded,  ///< authentic, but not of our format
};

/// The session that a sealed datagram is for. None: it is malformed.
[[nodiscard]] std::optional<SessionIndex> session_of(View datagram);

/// The receiving side of one direction of a session. A value.
class Opener {
 public:
  explicit Opener(const CipherState& cipher) : keys_{{.cipher = cipher}} {}

  /// Replaces message by what one whole datagram carries. now never goes back. A
  /// datagram that is not authentic changes nothing, and what it says is not believed.
  [[nodiscard]] std::optional<OpenFault> open(Instant now, View datagram, Bytes& message);

  friend bool operator==(const Opener&, const Opener&) = default;

 private:
  struct Key {
    std::uint64_t number = 0;
    CipherState cipher;
    ReplayWindow window;
    friend bool operator==(const Key&, const Key&) = default;
  };

  [[nodiscard]] Key* find(std::uint64_t number);
  [[nodiscard]] std::optional<OpenFault> open_with(Key& key, View datagram, Bytes& message) const;
  [[nodiscard]] std::optional<OpenFault> open_ahead(Instant now, std::uint64_t number,
                                                    View datagram, Bytes& message);

  std::vector<Key> keys_;  ///< the latest, last, and perhaps the one before
  Instant previous_until_{};
};

}  // namespace peal::secure
