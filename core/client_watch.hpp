// Whether a client's home still answers: idle pings, urgent ones when it owes an answer.
#pragma once

#include <cstdint>
#include <optional>

#include "core/config.hpp"
#include "core/digest.hpp"
#include "core/parts.hpp"
#include "core/round_trip.hpp"
#include "core/time.hpp"

namespace peal {

class ClientWatch {
 public:
  enum class Advice : std::uint8_t { none, ping, silent };

  /// A new home, that answered just now.
  void start(Instant now) {
    *this = ClientWatch{};
    answered_ = now;
    pinged_ = now;
  }
  /// It answered something: it hears us.
  void answered(Instant now);
  /// It said something else, which it would say to one that it does not hear as well: no answer to
  /// who waits for one.
  void heard();
  /// The home's port refused a datagram: ping at once. The ping refused too: it is silent.
  void refused(Instant now);
  /// What to do now; ask again after a ping was sent. owed_since: since when the home owes an
  /// answer (never: it owes none). idle_pings: whether silence of an idle home matters.
  [[nodiscard]] Advice advise(Instant now, const ClientConfig& config, const RoundTrip& trip,
                              Instant owed_since, bool idle_pings);
  [[nodiscard]] Instant next_deadline(const ClientConfig& config, Instant owed_since,
                                      bool idle_pings) const;
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const ClientWatch&, const ClientWatch&) = default;

 private:
  struct Round {
    std::uint32_t sent = 0;
    Instant next;
    bool urgent = false;
    friend bool operator==(const Round&, const Round&) = default;
    PEAL_PARTS(sent, next, urgent)
  };

  [[nodiscard]] Instant urgent_due(const ClientConfig& config, Instant owed_since) const;

  Instant answered_;
  Instant pinged_;  // The home forgets sessions that say nothing, however much it says itself.
  std::optional<Round> round_;
  bool refused_ = false;
  bool silent_ = false;
  PEAL_PARTS(answered_, pinged_, round_, refused_, silent_)
};

}  // namespace peal
