// Three servers and three people under the eyes of all oracles, without a run.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/oracles/oracles.hpp"
#include "tests/sim/entries.hpp"

namespace peal::sim {

inline constexpr LogId log_a{101};
inline constexpr LogId log_b{102};

inline Member member(std::uint64_t id, std::uint64_t incarnation) {
  return {ServerId{id}, Incarnation{incarnation}, {}};
}

inline VersionVector up_to(EntryId entry) {
  VersionVector vector;
  vector.advance(entry);
  return vector;
}

// Three servers with ids 1, 2, 3; people 1, 2 and 3 with a session each, of the same numbers.
class Watched : public ::testing::Test {
 protected:
  Watched() {
    for (std::uint64_t i = 1; i <= 3; ++i)
      sessions[i - 1] = oracles.ledger.open_session(
          SessionId{i}, user(static_cast<std::uint8_t>(i)), static_cast<std::uint32_t>(i));
    oracles.installed(ServerId{3},
                      View{{1, ServerId{3}}, {member(1, 11), member(2, 12), member(3, 13)}});
  }

  // Person `author` says its next message; the entry that carries it.
  SharedEntry say(std::size_t author, LogId log, std::uint64_t seq, std::uint64_t hlc) {
    const SessionIndex session = sessions[author - 1];
    const std::uint64_t n = oracles.ledger.sessions()[session].said.size() + 1;
    const SharedEntry entry =
        post(log, seq, hlc, {SessionId{author}, n}, static_cast<std::uint8_t>(author));
    oracles.said(session, entry->body);
    return entry;
  }
  void acknowledge(const SharedEntry& entry, std::uint32_t copies) {
    const auto session = *oracles.ledger.find_session(entry->message.session);
    oracles.settled(session, entry->message.n, entry->message, Outcome::acknowledged,
                    {entry->id, entry->hlc, copies, {1, ServerId{3}}});
  }
  /// On a majority's disks before.
  void show(std::size_t reader, const SharedEntry& entry, std::uint64_t gap = 0) {
    if (oracles.ledger.find_message(entry->message))
      for (const std::uint32_t server : {0U, 1U}) oracles.stored(server, *entry);
    oracles.shown(sessions[reader - 1], delivery_of(*entry, gap));
  }
  /// The broken promise in the oracle's words; empty: none was broken.
  [[nodiscard]] std::string broken() const {
    return oracles.judge.violation() ? oracles.judge.violation()->what : "";
  }
  [[nodiscard]] std::vector<EntryKey> keys() const {
    std::vector<EntryKey> all;
    for (MessageIndex i = 0; i < oracles.ledger.messages().size(); ++i)
      all.push_back(oracles.ledger.key_on(0, i).value_or(EntryKey{}));
    return all;
  }

  Oracles oracles{{ServerId{1}, ServerId{2}, ServerId{3}}};
  std::array<SessionIndex, 3> sessions{};
};

}  // namespace peal::sim
