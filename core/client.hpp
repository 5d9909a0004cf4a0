// One client as a deterministic state machine: finds a home, keeps submitting until acknowledged,
// fails over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "core/client_candidates.hpp"
#include "core/client_groups.hpp"
#include "core/client_inbox.hpp"
#include "core/client_io.hpp"
#include "core/client_outbox.hpp"
#include "core/client_questions.hpp"
#include "core/client_watch.hpp"
#include "core/config.hpp"
#include "core/parts.hpp"
#include "core/round_trip.hpp"

namespace peal {

/// A value: copy it, compare it, digest it. The same contract on time and order as Server.
///
/// Looking (asks around) -> Attaching (asks one server) -> Attached (has a home) -> Closed. A home
/// that is silent or says goodbye leads back to Attaching, with the next server of the last known
/// view. A client that only asks questions (config.attach false) takes a server's Pong for an
/// Attached, and has no session there.
///
/// The program's own messages are delivered like any other, so that all devices of a user see them;
/// Acknowledged and Arrived of one message come in either order. What was said and has no verdict
/// when the client is closed has none: the program may say it again in another session.
class Client {
 public:
  Client(ClientConfig config, Instant now);

  void step(Instant now, const ClientEvent& event, ClientEffects& effects);
  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] Digest digest(Instant now) const;

  [[nodiscard]] bool attached() const {
    return config_.attach && std::holds_alternative<AtHome>(state_);
  }
  [[nodiscard]] const VersionVector& cursor() const { return inbox_.cursor(); }
  /// Bodies said that have no verdict yet.
  [[nodiscard]] std::size_t pending() const { return outbox_.pending(); }
  [[nodiscard]] bool closed() const { return std::holds_alternative<Gone>(state_); }

  friend bool operator==(const Client&, const Client&) = default;

 private:
  struct Looking {
    Instant next_probe;
    friend bool operator==(const Looking&, const Looking&) = default;
    PEAL_PARTS(next_probe)
  };
  struct Attaching {
    Endpoint at;
    Instant sent;  // The latest try.
    Instant next_try;
    std::uint32_t tries = 0;
    bool announced = false;  // It said so just now; or else nobody knows whether it lives.
    friend bool operator==(const Attaching&, const Attaching&) = default;
    PEAL_PARTS(at, sent, next_try, tries, announced)
  };
  struct AtHome {
    Sender home;
    Endpoint at;
    ClientWatch watch;
    friend bool operator==(const AtHome&, const AtHome&) = default;
    PEAL_PARTS(home, at, watch)
  };
  struct Gone {
    friend bool operator==(const Gone&, const Gone&) = default;
    PEAL_PARTS()
  };

  struct Handle;  // One overload for each event.
  struct Listen;  // One overload for each kind of message.

  // Events.
  void received(Instant now, const Received& received, ClientEffects& effects);
  void say(Instant now, const Say& say, ClientEffects& effects);
  void ask(Instant now, const Ask& ask, ClientEffects& effects);
  void close(ClientEffects& effects);
  void refused_at(Instant now, const Endpoint& to, ClientEffects& effects);
  void on_time(Instant now, ClientEffects& effects);

  // Finding a home.
  void seek(Instant now, ServerId lost, const Endpoint& lost_at, ClientEffects& effects);
  void try_next(Instant now, ClientEffects& effects);
  void try_server(Instant now, const Endpoint& at, bool announced, ClientEffects& effects);
  void send_attach(Instant now, Attaching& trial, ClientEffects& effects);
  void probe(Instant now, ClientEffects& effects);
  /// True when this home is another server than the last one.
  bool settle(Instant now, Sender home, const Endpoint& at);
  void lose_home(Instant now, bool silent, ClientEffects& effects);
  void attach_again(Instant now, ClientEffects& effects);
  void report_suspicion(Instant now, const AtHome& home, ClientEffects& effects);
  void tell_when_nobody_answers(Instant now, ClientEffects& effects);

  // Messages.
  void announced(Instant now, const Received& from, const Announce& announce,
                 ClientEffects& effects);
  void attached_to(Instant now, const Received& from, const Attached& attached,
                   ClientEffects& effects);
  void pong(Instant now, const Received& from, const Pong& pong, ClientEffects& effects);
  void detached(Instant now, const Received& from, const Detached& detached,
                ClientEffects& effects);
  void submitted(Instant now, const Received& from, const Submitted& submitted,
                 ClientEffects& effects);
  void delivered(const Received& from, const Deliver& deliver, ClientEffects& effects);
  void leave_groups(const Deliver& deliver);
  void told_groups(Instant now, const Received& from, const Groups& groups, ClientEffects& effects);
  void heard_from_group(Instant now, const Received& from, const GroupPosts& posts,
                        ClientEffects& effects);
  void view_changed(const Received& from, const Servers& servers, ClientEffects& effects);

  [[nodiscard]] bool from_home(const Sender& sender) const;
  [[nodiscard]] bool idle_pings() const { return config_.attach; }
  [[nodiscard]] Instant owed_since() const;
  [[nodiscard]] Hlc latest() const;
  [[nodiscard]] std::vector<EntryId> seen_beyond_home();
  [[nodiscard]] std::optional<Instant> unanswered_deadline() const;

  ClientConfig config_;
  std::variant<Looking, Attaching, AtHome, Gone> state_;
  ClientCandidates candidates_;
  ClientOutbox outbox_;
  ClientInbox inbox_;
  ClientGroups groups_;
  ClientQuestions questions_;
  RoundTrip trip_;
  Hlc acknowledged_;                   // The latest that a receipt told.
  VersionVector written_;              // Own entries beyond the cursor.
  std::uint64_t attachment_ = 0;       // Of the latest server tried.
  std::uint32_t probes_ = 0;           // Since there is no home.
  std::optional<Sender> former_home_;  // Whom we were attached to last.
  std::optional<ServerId> suspected_;  // To be told to the next home.
  std::optional<Instant> last_suspect_;
  std::optional<Instant> homeless_since_;  // None: there is a home, or Disconnected was told.
  std::optional<DetachReason> last_refusal_;
  PEAL_PARTS(config_, state_, candidates_, outbox_, inbox_, groups_, questions_, trip_,
             acknowledged_, written_, attachment_, probes_, former_home_, suspected_, last_suspect_,
             homeless_since_, last_refusal_)
};

}  // namespace peal
