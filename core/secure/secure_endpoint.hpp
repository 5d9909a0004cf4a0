// All secure channels of one socket as a deterministic state machine: datagrams in, messages out,
// and back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "core/endpoint.hpp"
#include "core/secure/boxed.hpp"
#include "core/secure/cookie.hpp"
#include "core/secure/handshake_datagram.hpp"
#include "core/secure/handshake_state.hpp"
#include "core/secure/sealing.hpp"
#include "core/secure/secure_config.hpp"
#include "core/secure/secure_drops.hpp"
#include "core/secure/secure_effect.hpp"
#include "core/time.hpp"

namespace peal::secure {

enum class OpenResult { begun, under_way, no_ephemeral, no_cluster_key, full };
enum class SendResult { sent, no_channel, too_long, exhausted };

/// A value: the same calls in the same order have the same effects. now never goes back. What
/// others send wrongly is counted and dropped; what our driver does wrongly is told by the result.
class SecureEndpoint {
 public:
  explicit SecureEndpoint(SecureConfig config);

  /// Ephemeral keys are drawn by the driver, each is used once: call stock() until none is wanted,
  /// after every other call.
  [[nodiscard]] std::size_t ephemerals_wanted() const {
    return ephemerals_stocked - std::min(ephemerals_.size(), ephemerals_stocked);
  }
  void stock(const PrivateKey& drawn) { ephemerals_.push_back(drawn); }
  /// A new secret for cookies, every cookie_secret_time.
  void rotate(const CookieSecret& secret) { cookies_.rotate(secret); }

  /// Begins a handshake, also beside a channel that there is: the way to renew it, or to try when
  /// its peer is silent. Ends with ChannelUp, with Unreachable, or silently with a renewed channel.
  [[nodiscard]] OpenResult open(Instant now, const Endpoint& to, ChannelKind kind,
                                SecureEffects& effects);
  /// Any datagram that is not plain.
  void receive(Instant now, const Endpoint& from, View datagram, SecureEffects& effects);
  /// One message of at most limits::message_bytes_max; an empty one reaches no one, but keeps the
  /// channel. exhausted: a new handshake has begun, if it could.
  [[nodiscard]] SendResult send(Instant now, ChannelId channel, View message,
                                SecureEffects& effects);
  /// Forgets a channel. Its peer is not told.
  void close(ChannelId channel);
  /// What is due at now: call it at next_deadline().
  void wake(Instant now, SecureEffects& effects);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] const SecureDrops& drops() const { return drops_; }
  [[nodiscard]] std::size_t channels() const { return channels_.size(); }
  [[nodiscard]] std::size_t sessions() const { return sessions_; }
  /// Those that others began.
  [[nodiscard]] std::size_t handshakes() const { return responding_.size(); }

  friend bool operator==(const SecureEndpoint&, const SecureEndpoint&) = default;

 private:
  /// When to send a handshake datagram again, and when no more.
  struct Resending {
    Instant give_up_at;
    Duration after = resend_time_min;
    friend bool operator==(const Resending&, const Resending&) = default;
  };
  /// We sent an Initiation and wait for a Response.
  struct Initiating {
    Endpoint to;
    Boxed<HandshakeState> noise;
    Initiation initiation;
    Resending resending;
    unsigned retries = 0;
    bool rested = false;  ///< once, for a handshake that the other side began too
    friend bool operator==(const Initiating&, const Initiating&) = default;
  };
  /// We sent a Confirmation and wait for the first sealed datagram. Only this proves that a server
  /// knows the cluster's key, so the session is not used before.
  struct Confirming {
    Endpoint to;
    ChannelKind kind;
    PublicKey key;
    Sealer sealer;
    Opener opener;
    Bytes confirmation;
    Resending resending;
    friend bool operator==(const Confirming&, const Confirming&) = default;
  };
  /// We sent a Response and wait for a Confirmation.
  struct Responding {
    Endpoint from;
    Boxed<HandshakeState> noise;
    Initiation initiation;
    Bytes response;
    friend bool operator==(const Responding&, const Responding&) = default;
  };
  struct Session {
    ChannelId channel;
    Sealer sealer;
    Opener opener;
    Instant heard;
    bool responded = false;  ///< the handshake was the other side's
    friend bool operator==(const Session&, const Session&) = default;
  };
  using Role = std::variant<Initiating, Confirming, Responding, Session>;
  struct Entry {
    Role role;
    Instant deadline = never;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  using Entries = std::map<SessionIndex, Entry>;

  struct ChannelName {
    Endpoint at;
    ChannelKind kind = ChannelKind::client;
    PublicKey key;
    friend auto operator<=>(const ChannelName&, const ChannelName&) = default;
  };
  struct Channel {
    ChannelName name;
    SessionIndex current = 0;   ///< what we send under
    SessionIndex previous = 0;  ///< still opened; 0: none
    SessionIndex next = 0;      ///< for when its initiator is seen to use it; 0: none
    Instant reminded{};
    friend bool operator==(const Channel&, const Channel&) = default;
  };
  using Target = std::pair<Endpoint, ChannelKind>;

  // secure_endpoint.cpp: entries and their deadlines.
  [[nodiscard]] SessionIndex free_index();
  Entry& keep(SessionIndex index, Role role, Instant deadline);
  void arm(SessionIndex index, Entry& entry, Instant deadline);
  /// The entry, if it has this role. What refers to it by address is left alone.
  template <class T>
  [[nodiscard]] T* find(SessionIndex index);
  /// Forgets an entry and whatever refers to it.
  void forget(SessionIndex index);
  /// Sends again what is due, and says when it is due next. False: given up.
  [[nodiscard]] bool resend(Instant now, SessionIndex index, Entry& entry, Resending& resending,
                            const Endpoint& to, Bytes datagram, SecureEffects& effects);
  [[nodiscard]] std::optional<KeyPair> take_ephemeral();
  [[nodiscard]] HandshakeState handshake(ChannelKind kind, bool initiator, const KeyPair& e) const;
  [[nodiscard]] bool full() const;

  // secure_initiator.cpp
  void on(Instant now, const Endpoint& from, const Retry& retry, SecureEffects& effects);
  void on(Instant now, const Endpoint& from, const Response& response, SecureEffects& effects);
  void wake(Instant now, SessionIndex index, Entry& entry, Initiating& initiating,
            SecureEffects& effects);
  void wake(Instant now, SessionIndex index, Entry& entry, Confirming& confirming,
            SecureEffects& effects);
  void give_up(SessionIndex index, Target target, SecureEffects& effects);

  // secure_responder.cpp
  void on(Instant now, const Endpoint& from, const Initiation& initiation, SecureEffects& effects);
  void on(Instant now, const Endpoint& from, const Confirmation& confirmation,
          SecureEffects& effects);
  [[nodiscard]] Responding* find_same(const Endpoint& from, const Initiation& initiation);
  /// Whether it is for the other side to answer us: both began at once.
  [[nodiscard]] bool crosses_ours(Instant now, const Endpoint& from, const Initiation& initiation);
  void respond(Instant now, const Endpoint& from, const Initiation& initiation,
               SecureEffects& effects);
  void make_room(const Endpoint& from);
  void wake(Instant now, SessionIndex index, Entry& entry, Responding& responding,
            SecureEffects& effects);

  // secure_sessions.cpp
  void on_sealed(Instant now, const Endpoint& from, View datagram, SecureEffects& effects);
  void on_first_sealed(Instant now, SessionIndex index, const Endpoint& from, View datagram,
                       SecureEffects& effects);
  void count(OpenFault fault);
  /// Who sends under a session that is gone here has missed the one that replaced it, or lost it.
  void remind(Instant now, const Endpoint& at, SecureEffects& effects);
  /// A handshake has become a session of its channel.
  void establish(Instant now, SessionIndex index, const ChannelName& name, Session session,
                 SecureEffects& effects);
  [[nodiscard]] ChannelId channel_of(const ChannelName& name, SecureEffects& effects);
  [[nodiscard]] bool has_channel(const Target& target) const;
  /// The session becomes the one that its channel sends under.
  void promote(Instant now, Channel& channel, SessionIndex index);
  void retire(Instant now, Channel& channel, SessionIndex old);
  SendResult seal(Instant now, Session& session, const Endpoint& to, View message,
                  SecureEffects& effects);
  void wake(Instant now, SessionIndex index, Entry& entry, Session& session,
            SecureEffects& effects);
  void end_session(SessionIndex index, ChannelId id, SecureEffects& effects);

  SecureConfig config_;
  CookieJar cookies_;
  std::vector<PrivateKey> ephemerals_;
  SessionIndex next_index_ = 0;
  std::uint64_t last_channel_ = 0;

  Entries entries_;
  std::set<std::pair<Instant, SessionIndex>> deadlines_;
  std::map<Target, SessionIndex> begun_;                         ///< Initiating and Confirming
  std::map<Endpoint, std::vector<SessionIndex>> responding_to_;  ///< the oldest first
  std::set<std::pair<Instant, SessionIndex>> responding_;        ///< by when they expire
  std::map<ChannelId, Channel> channels_;
  std::map<ChannelName, ChannelId> names_;
  std::size_t sessions_ = 0;
  SecureDrops drops_;
};

template <class T>
T* SecureEndpoint::find(SessionIndex index) {
  const auto found = entries_.find(index);
  return found == entries_.end() ? nullptr : std::get_if<T>(&found->second.role);
}

}  // namespace peal::secure
