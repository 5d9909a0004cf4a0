// One of two secure endpoints that talk, told the same as its copy, and what must be true of it
// after each call.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "core/check.hpp"
#include "core/limits.hpp"
#include "core/prng.hpp"
#include "core/secure/secure_endpoint.hpp"
#include "tests/secure/keys.hpp"

namespace peal::fuzz {

class SecureSide {
 public:
  using Transmits = std::vector<secure::Transmit>;
  /// Messages that somebody sent and nobody has opened. Each is another one.
  using Mail = std::set<secure::Bytes>;

  /// theirs: the key of the only one who is ever at the other end.
  SecureSide(const secure::SecureConfig& config, const secure::PublicKey& theirs)
      : config_(config),
        theirs_(theirs),
        endpoint_(config),
        copy_(endpoint_),
        prng_(config.first_index) {
    restock();
  }

  [[nodiscard]] Transmits open(Instant now, const Endpoint& to, secure::ChannelKind kind) {
    asked_for_.insert(to);
    return to_known([&](auto& endpoint, auto& effects) {
      return static_cast<int>(endpoint.open(now, to, kind, effects));
    });
  }

  /// The message goes to the mail if it was sent.
  [[nodiscard]] Transmits say(Instant now, std::size_t channel, const secure::Bytes& message) {
    secure::SendResult result{};
    Transmits transmits = to_known([&](auto& endpoint, auto& effects) {
      result = endpoint.send(now, up_.at(channel), message, effects);
      return static_cast<int>(result);
    });
    CHECK(result != secure::SendResult::no_channel);
    CHECK((result == secure::SendResult::too_long) == (message.size() > limits::message_bytes_max));
    if (result == secure::SendResult::sent && !message.empty()) CHECK(mail_.insert(message).second);
    return transmits;
  }

  [[nodiscard]] Transmits receive(Instant now, const Endpoint& from, secure::View datagram,
                                  Mail& theirs) {
    look_for_proof(from, datagram);
    const std::size_t kept = endpoint_.handshakes() + endpoint_.sessions();
    Transmits transmits = call(
        [&](auto& endpoint, auto& effects) {
          endpoint.receive(now, from, datagram, effects);
          return 0;
        },
        &theirs);
    std::size_t answered = 0;
    for (const secure::Transmit& transmit : transmits) {
      CHECK(transmit.to == from);
      answered += transmit.datagram.size();
    }
    if (!is_known(from)) {
      CHECK(answered <= datagram.size());
      CHECK(endpoint_.handshakes() + endpoint_.sessions() == kept);
    }
    return transmits;
  }

  [[nodiscard]] Transmits wake(Instant now) {
    Transmits transmits = to_known([&](auto& endpoint, auto& effects) {
      endpoint.wake(now, effects);
      return 0;
    });
    CHECK(endpoint_.next_deadline() > now);
    return transmits;
  }

  void close(std::size_t channel) {
    const secure::ChannelId gone = up_.at(channel);
    up_.erase(up_.begin() + static_cast<std::ptrdiff_t>(channel));
    const Transmits none = call([&](auto& endpoint, auto& /*effects*/) {
      endpoint.close(gone);
      return 0;
    });
    CHECK(none.empty());
  }

  void rotate() {
    const secure::CookieSecret drawn = secure::test::secret(prng_.next());
    endpoint_.rotate(drawn);
    copy_.rotate(drawn);
  }

  /// From now on another copy is told the same.
  void copy() {
    copy_ = endpoint_;
    CHECK(copy_ == endpoint_);
  }
  /// Whether there are new ephemeral keys after each call.
  void feed(bool fed) {
    fed_ = fed;
    restock();
  }

  [[nodiscard]] const std::vector<secure::ChannelId>& up() const { return up_; }
  [[nodiscard]] Instant next_deadline() const { return endpoint_.next_deadline(); }
  [[nodiscard]] Mail& mail() { return mail_; }
  [[nodiscard]] bool is_empty() const {
    return endpoint_.handshakes() == 0 && endpoint_.sessions() == 0 && endpoint_.channels() == 0 &&
           endpoint_.next_deadline() == never;
  }

 private:
  /// What is sent goes to whoever was asked for or has proven an address.
  template <class Call>
  Transmits to_known(Call one) {
    Transmits transmits = call(one);
    for (const secure::Transmit& transmit : transmits) CHECK(is_known(transmit.to));
    return transmits;
  }

  template <class Call>
  Transmits call(Call one, Mail* theirs = nullptr) {
    secure::SecureEffects effects;
    secure::SecureEffects same;
    CHECK(one(endpoint_, effects) == one(copy_, same));
    CHECK(effects == same);
    restock();
    CHECK(endpoint_ == copy_);
    Transmits transmits;
    for (secure::SecureEffect& effect : effects)
      std::visit([&](auto& told) { take(told, transmits, theirs); }, effect);
    check_limits();
    return transmits;
  }

  void take(secure::Transmit& transmit, Transmits& transmits, Mail* /*theirs*/) {
    CHECK(!transmit.datagram.empty() && transmit.datagram.size() <= limits::datagram_bytes_max);
    const auto handshake = secure::parse_handshake(transmit.datagram);
    const auto* retry = handshake ? std::get_if<secure::Retry>(&*handshake) : nullptr;
    if (retry != nullptr) cookies_[transmit.to].insert(retry->cookie);
    transmits.push_back(std::move(transmit));
  }
  void take(const secure::ChannelUp& told, Transmits& /*transmits*/, Mail* /*theirs*/) {
    CHECK(told.channel.value > latest_.value);
    CHECK(told.key == theirs_);
    latest_ = told.channel;
    up_.push_back(told.channel);
  }
  void take(const secure::ChannelDown& down, Transmits& /*transmits*/, Mail* /*theirs*/) {
    CHECK(std::erase(up_, down.channel) == 1);
  }
  void take(const secure::Unreachable& unreachable, Transmits& /*transmits*/, Mail* /*theirs*/) {
    CHECK(is_known(unreachable.at));
  }
  /// Of anybody, who is owed nothing.
  void take(const secure::Unknown& /*unknown*/, Transmits& /*transmits*/, Mail* /*theirs*/) {}
  /// Opened is what the other side sent, and only once.
  void take(const secure::Opened& opened, Transmits& /*transmits*/, Mail* theirs) {
    CHECK(std::ranges::find(up_, opened.channel) != up_.end());
    CHECK(theirs != nullptr && theirs->erase(opened.message) == 1);
  }

  void check_limits() const {
    CHECK(endpoint_.handshakes() <= config_.handshakes_max);
    CHECK(endpoint_.handshakes() <= proven_.size() * config_.handshakes_per_address_max);
    CHECK(endpoint_.handshakes() + endpoint_.sessions() <= config_.sessions_max);
    CHECK(endpoint_.channels() == up_.size());
    // Of each channel the session before, the current one and the next.
    CHECK(endpoint_.sessions() >= up_.size() && endpoint_.sessions() <= 3 * up_.size());
  }

  /// An address is its sender's when a cookie that was sent there comes back from there.
  void look_for_proof(const Endpoint& from, secure::View datagram) {
    const auto handshake = secure::parse_handshake(datagram);
    const auto* initiation = handshake ? std::get_if<secure::Initiation>(&*handshake) : nullptr;
    if (initiation != nullptr && cookies_[from].contains(initiation->cookie)) proven_.insert(from);
  }
  [[nodiscard]] bool is_known(const Endpoint& at) const {
    return proven_.contains(at) || asked_for_.contains(at);
  }

  void restock() {
    while (fed_ && endpoint_.ephemerals_wanted() > 0) {
      const secure::PrivateKey drawn = secure::test::secret(prng_.next());
      endpoint_.stock(drawn);
      copy_.stock(drawn);
    }
  }

  secure::SecureConfig config_;
  secure::PublicKey theirs_;
  secure::SecureEndpoint endpoint_;
  secure::SecureEndpoint copy_;
  Prng prng_;
  bool fed_ = true;
  std::vector<secure::ChannelId> up_;
  secure::ChannelId latest_;
  Mail mail_;
  std::set<Endpoint> asked_for_;
  std::set<Endpoint> proven_;
  std::map<Endpoint, std::set<secure::Cookie>> cookies_;
};

}  // namespace peal::fuzz
