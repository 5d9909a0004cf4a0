// The counter says which key a datagram is under and which nonce; only the receiver remembers
// counters.
#include "core/secure/sealing.hpp"

#include <utility>

#include "core/check.hpp"

namespace peal::secure {
namespace {

constexpr std::size_t counter_offset = 5;

std::uint64_t key_number(std::uint64_t counter) { return counter >> messages_per_key_log2; }

}  // namespace

std::optional<NoiseFault> Sealer::seal(Instant now, View message, Bytes& datagram) {
  if (message.size() > limits::message_bytes_max) return NoiseFault::too_long;
  if (counter_ >= counter_max) return NoiseFault::nonces_exhausted;
  if (now - key_since_ >= key_time_max && key_number(counter_) == keys_)
    counter_ = (keys_ + 1) << messages_per_key_log2;
  if (key_number(counter_) != keys_) {
    cipher_.rekey();
    ++keys_;
    key_since_ = now;
  }

  Bytes header;
  header.reserve(sealed_header_bytes);
  header.push_back(static_cast<std::uint8_t>(Protection::sealed));
  put(header, session_);
  put(header, counter_);
  Bytes padded;
  padded.reserve(padded_bytes_max);
  pad(message, padding_, padded_bytes_max, padded);
  datagram.reserve(datagram.size() + header.size() + padded.size() + tag_bytes);
  datagram.insert(datagram.end(), header.begin(), header.end());
  cipher_.set_nonce(counter_++);
  return cipher_.encrypt_with_ad(header, padded, datagram);
}

std::optional<SessionIndex> session_of(View datagram) {
  if (datagram.size() < sealed_overhead_bytes || datagram.size() > limits::datagram_bytes_max ||
      datagram[0] != static_cast<std::uint8_t>(Protection::sealed))
    return std::nullopt;
  return get<SessionIndex>(datagram, 1);
}

std::optional<OpenFault> Opener::open(Instant now, View datagram, Bytes& message) {
  message.clear();
  if (!session_of(datagram)) return OpenFault::malformed;
  // What was sent under the key before and is still away stays away: let nobody find the key.
  if (keys_.size() > 1 && now >= previous_until_) keys_.erase(keys_.begin());
  const auto counter = get<std::uint64_t>(datagram, counter_offset);
  if (counter >= counter_max) return OpenFault::too_far_ahead;

  const std::uint64_t number = key_number(counter);
  if (number > keys_.back().number) return open_ahead(now, number, datagram, message);
  Key* const key = find(number);
  if (key == nullptr) return OpenFault::too_old;
  switch (key->window.check(counter)) {
    case ReplayWindow::Verdict::fresh: return open_with(*key, datagram, message);
    case ReplayWindow::Verdict::repeated: return OpenFault::repeated;
    case ReplayWindow::Verdict::too_old: return OpenFault::too_old;
  }
  CHECK(false);
}

Opener::Key* Opener::find(std::uint64_t number) {
  for (Key& key : keys_)
    if (key.number == number) return &key;
  return nullptr;
}

std::optional<OpenFault> Opener::open_with(Key& key, View datagram, Bytes& message) const {
  const auto counter = get<std::uint64_t>(datagram, counter_offset);
  CipherState cipher = key.cipher;
  cipher.set_nonce(counter);
  if (cipher.decrypt_with_ad(datagram.first(sealed_header_bytes),
                             datagram.subspan(sealed_header_bytes), message))
    return OpenFault::not_authentic;
  key.window.mark(counter);
  // Marked all the same: it was the peer who sent it.
  if (!unpad(message)) return OpenFault::not_padded;
  return std::nullopt;
}

/// The peer has gone on to a later key: ours to follow once a datagram under it is authentic.
std::optional<OpenFault> Opener::open_ahead(Instant now, std::uint64_t number, View datagram,
                                            Bytes& message) {
  const std::uint64_t ahead = number - keys_.back().number;
  if (ahead > keys_ahead_max) return OpenFault::too_far_ahead;
  Key next{.number = number, .cipher = keys_.back().cipher};
  for (std::uint64_t i = 0; i < ahead; ++i) next.cipher.rekey();
  const auto fault = open_with(next, datagram, message);
  if (fault == OpenFault::not_authentic) return fault;

  keys_ = {keys_.back(), next};
  previous_until_ = now + previous_key_time;
  return fault;
}

}  // namespace peal::secure
