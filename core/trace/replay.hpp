// Runs recorded events through the machines again, and compares what they do.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/client.hpp"
#include "core/server.hpp"
#include "core/trace/differences.hpp"
#include "core/trace/record.hpp"
#include "core/trace/redaction.hpp"

namespace peal::trace {

/// Where a machine did not do what it did when it was recorded.
struct Mismatch {
  /// state: it begins from what cannot be read. effects: an event had others. digest: its state
  /// became another, unseen. snapshot: so it shows when the next file begins.
  enum class Kind : std::uint8_t { state, effects, digest, snapshot };
  Kind kind = Kind::effects;
  Sender machine;
  std::uint64_t event = 0;  ///< how many events into this machine before and with it
  /// snapshot: from the recorded state to this one. effects: what the event changed here.
  std::vector<Difference> differences;
};

/// A machine of the trace, and how far it has come.
struct Actor {
  Sender id;
  /// Nothing: what it did since is not known, as records are missing or it did something else.
  std::variant<std::monostate, Server, Client> machine;
  std::uint64_t events = 0;
  std::optional<std::uint32_t> check{};  ///< of the event that was taken last
  bool ended = false;
};

class Replay {
 public:
  /// texts: as the traces were recorded.
  explicit Replay(Texts texts) : texts_(texts) {}

  /// Takes the records in their order. Behind a mismatch a machine stands still until it begins
  /// again.
  [[nodiscard]] std::optional<Mismatch> take(const Record& record);

  [[nodiscard]] const Actor* actor(std::uint32_t track) const;
  [[nodiscard]] const std::map<std::uint32_t, Actor>& actors() const { return actors_; }
  /// Events whose effects were what they had been.
  [[nodiscard]] std::uint64_t compared() const { return compared_; }
  /// Of the event that was taken last, into a server and into a client.
  [[nodiscard]] const Effects& effects() const { return effects_; }
  [[nodiscard]] const ClientEffects& client_effects() const { return client_effects_; }

 private:
  using Outcome = std::optional<Mismatch>;
  Outcome take(Actor& actor, const Heading&) { return none(actor); }
  Outcome take(Actor& actor, const Fact&) { return none(actor); }
  Outcome take(Actor& actor, const Began& began);
  Outcome take(Actor& actor, const Stepped& stepped);
  Outcome take(Actor& actor, const ClientStepped& stepped);
  Outcome take(Actor& actor, const Checked& checked);
  Outcome take(Actor& actor, const Digested& digested);
  Outcome take(Actor& actor, const Ended& ended);
  Outcome take(Actor& actor, const Damaged& damaged);
  static Outcome none(const Actor& /*actor*/) { return std::nullopt; }
  template <class Machine, class Step, class List>
  void step(Actor& actor, const Step& stepped, List& effects);

  Texts texts_;
  std::map<std::uint32_t, Actor> actors_;
  std::uint64_t compared_ = 0;
  Effects effects_;
  ClientEffects client_effects_;
};

}  // namespace peal::trace
