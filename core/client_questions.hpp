// Questions of a client's program that have no answer yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/client_io.hpp"
#include "core/parts.hpp"

namespace peal {

/// Each question is sent again, ever more rarely, until some server answers it; told once.
class ClientQuestions {
 public:
  /// False when limits::client_questions_max are open: the question was not taken.
  /// seen: what was shown by now and the home did not deliver.
  [[nodiscard]] bool ask(Instant now, Ticket ticket, Question question, std::vector<EntryId> seen);
  void send_due(Instant now, const Endpoint& server, ClientEffects& effects);
  /// Another server: all are due at once.
  void start_over(Instant now);
  void take(Instant now, const Answer& answer, ClientEffects& effects);

  [[nodiscard]] Instant next_deadline() const;
  /// Since when the server owes an answer; never when it owes none.
  [[nodiscard]] Instant waiting_since() const;
  [[nodiscard]] bool empty() const { return open_.empty(); }
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const ClientQuestions&, const ClientQuestions&) = default;

 private:
  struct Open {
    Ticket ticket;
    Question question;
    std::vector<EntryId> seen;
    Instant due;
    std::optional<Instant> asked;
    std::uint32_t tries = 0;
    friend bool operator==(const Open&, const Open&) = default;
    PEAL_PARTS(ticket, question, seen, due, asked, tries)
  };

  std::uint64_t next_ = 1;
  std::map<std::uint64_t, Open> open_;
  PEAL_PARTS(next_, open_)
};

}  // namespace peal
