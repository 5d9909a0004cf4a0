// What a client's program said and has no verdict on yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>

#include "core/client_io.hpp"
#include "core/parts.hpp"
#include "core/round_trip.hpp"

namespace peal {

/// Numbers the bodies from 1, keeps a window of them under way, sends them again until each has its
/// verdict, and tells the verdicts in the order of the numbers, each once.
/// Pairs of Submit::seen: the latest logs that the author knows to have written to.
inline constexpr std::size_t written_pairs_max = 8;

class ClientOutbox {
 public:
  explicit ClientOutbox(SessionId session) : session_(session) {}

  /// False when limits::client_queue_max bodies wait behind a full window: the body was not taken.
  [[nodiscard]] bool say(Instant now, Ticket ticket, Body body);
  /// Submits what is due to this home. latest: the latest hlc that the author saw.
  void send_due(Instant now, Hlc latest, const std::vector<EntryId>& seen, const Endpoint& home,
                ClientEffects& effects);
  /// Another home, or the same that forgot us: everything under way is due at once.
  void start_over(Instant now);
  void take(Instant now, const Receipt& receipt, ClientEffects& effects);

  /// When something is due to be sent.
  [[nodiscard]] Instant next_deadline() const;
  /// Since when the home owes a verdict; never when it owes none.
  [[nodiscard]] Instant waiting_since() const;
  [[nodiscard]] std::size_t pending() const { return items_.size(); }
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const ClientOutbox&, const ClientOutbox&) = default;

 private:
  using Told = std::variant<std::monostate, Accepted, Refusal>;
  struct Item {
    Ticket ticket;
    Body body;
    Digest body_digest;
    Instant due;                   // When to send it (again).
    std::optional<Instant> asked;  // Since when this home owes the verdict.
    std::uint32_t tries = 0;       // Sent so often to this home.
    std::uint32_t refusals = 0;    // Times that it was told to come later.
    bool said_waiting = false;
    Told told;  // The verdict, until those before it are told.
    friend bool operator==(const Item&, const Item&) = default;
    PEAL_PARTS(ticket, body, body_digest, due, asked, tries, refusals, said_waiting, told)
  };

  [[nodiscard]] std::uint64_t window_end() const;
  void hurry_refused(Instant now);
  void tell_in_order(ClientEffects& effects);
  void tell(std::uint64_t n, const Item& item, ClientEffects& effects) const;
  [[nodiscard]] Duration patience(const Item& item) const;

  SessionId session_;
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, Item> items_;  // The first is the oldest without a verdict told.
  RoundTrip verdict_trip_;
  bool refused_ = false;  // Something was told to come later since the last verdict.
  PEAL_PARTS(session_, next_, items_, verdict_trip_, refused_)
};

}  // namespace peal
