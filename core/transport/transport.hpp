// Between a machine and its socket: what it says reaches only who it is meant for, and it hears
// only who has the keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/codec/encoder.hpp"
#include "core/codec/receiver.hpp"
#include "core/effect.hpp"
#include "core/secure/secure_endpoint.hpp"
#include "core/transport/transport_drops.hpp"
#include "core/transport/transport_effect.hpp"
#include "core/transport/waiting.hpp"

namespace peal::transport {

/// Endpoints with this bit in their scope stand for a client's channel at a server: what is sent
/// there reaches the client that spoke from there, and nobody who took over its address.
inline constexpr std::uint32_t channel_scope = 1U << 31U;

struct TransportConfig {
  /// Its prologue is the cluster's name, whatever it says. A server answers others.
  secure::SecureConfig secure;
  Sender self;
  std::string cluster;
};

/// Pure and sans-IO, like the machine behind it. now never goes back.
class Transport {
 public:
  explicit Transport(TransportConfig config);

  /// As secure::SecureEndpoint says; call after every other call.
  [[nodiscard]] std::size_t ephemerals_wanted() const { return endpoint_.ephemerals_wanted(); }
  void stock(const secure::PrivateKey& drawn) { endpoint_.stock(drawn); }
  void rotate(const secure::CookieSecret& secret) { endpoint_.rotate(secret); }

  /// Of the machine's effects Send, Broadcast and Multicast.
  void send(Instant now, const Endpoint& to, const Message& message, TransportEffects& effects);
  void broadcast(Instant now, const Message& message, TransportEffects& effects);
  /// Groups have no keys yet, so they hear nothing, and everything goes to each member alone.
  void multicast(const Multicast& /*multicast*/) { ++drops_.to_groups; }

  /// Any datagram.
  void receive(Instant now, const Endpoint& from, secure::View datagram, TransportEffects& effects);
  /// Nobody listens there, its host says: told of the address, and of all clients who were there.
  void refused(const Endpoint& at, TransportEffects& effects) const;
  /// Call it at next_deadline().
  void wake(Instant now, TransportEffects& effects);
  [[nodiscard]] Instant next_deadline() const { return endpoint_.next_deadline(); }

  [[nodiscard]] const TransportDrops& drops() const { return drops_; }
  [[nodiscard]] const secure::SecureEndpoint& endpoint() const { return endpoint_; }

 private:
  using ChannelId = secure::ChannelId;
  using ChannelKind = secure::ChannelKind;
  struct Channel {
    Endpoint at;
    ChannelKind kind = ChannelKind::client;
    UserId user;
    Endpoint known_as;  ///< to the machine
    Instant heard;
    std::set<SessionId> sessions{};  ///< that it speaks for
  };
  struct SaidToAll {
    Instant at;
    secure::Bytes message;
  };

  /// Of channels that this side begins.
  [[nodiscard]] ChannelKind own_kind() const {
    return config_.self.is_server() ? ChannelKind::server : ChannelKind::client;
  }
  [[nodiscard]] Channel* channel_to(const Endpoint& at);
  [[nodiscard]] Endpoint name_for_client(Endpoint at);
  void send_message(Instant now, const Endpoint& to, secure::View message);
  /// Whether a handshake has begun.
  bool open(Instant now, const Endpoint& to);
  void seal(Instant now, ChannelId channel, secure::View message);
  void carry_out(Instant now, TransportEffects& effects);
  void carry_out(Instant now, const secure::ChannelUp& up, TransportEffects& effects);
  void carry_out(Instant now, secure::Opened& opened, TransportEffects& effects);
  void carry_out(Instant now, const secure::ChannelDown& down, TransportEffects& effects);
  void carry_out(Instant now, const secure::Unreachable& unreachable, TransportEffects& effects);
  void carry_out(Instant now, const secure::Unknown& unknown, TransportEffects& effects);
  void carry_out(Instant now, secure::Transmit& transmit, TransportEffects& effects);
  void receive_in_clear(Instant now, const Endpoint& from, secure::View datagram,
                        TransportEffects& effects);
  void say_here(const Endpoint& to, TransportEffects& effects);
  void heed(Instant now, const Endpoint& from);
  [[nodiscard]] bool is_entitled(ChannelId id, Channel& channel, const Packet& packet);
  [[nodiscard]] bool speaks_for(ChannelId id, Channel& channel, const Packet& packet);

  TransportConfig config_;
  secure::SecureEndpoint endpoint_;
  codec::Encoder encoder_;
  codec::Receiver in_clear_;
  codec::Receiver opened_;
  std::map<ChannelId, Channel> channels_;
  std::map<Endpoint, ChannelId> to_;       ///< the latest of own_kind() there
  std::map<Endpoint, ChannelId> clients_;  ///< as known_as says
  std::map<SessionId, ChannelId> sessions_;
  std::set<Endpoint> hinted_;  ///< handshakes in progress because of what was heard in clear
  std::uint32_t last_name_ = 0;
  Waiting waiting_;
  std::optional<SaidToAll> said_to_all_;
  secure::SecureEffects inner_;
  TransportDrops drops_;
};

}  // namespace peal::transport
