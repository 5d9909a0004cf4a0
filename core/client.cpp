// What a client does at each event: time, the program, and finding a home.
#include "core/client.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "core/limits.hpp"
#include "core/mutant.hpp"

namespace peal {
namespace {

constexpr Duration attach_again_min = milliseconds(20);
constexpr Duration attach_again_max = milliseconds(60);
constexpr std::uint32_t attach_tries_max = 3;
/// Probes go out more rarely the longer nobody answers, and each few of them all known servers are
/// tried directly once more.
constexpr std::uint32_t probes_per_pass = 4;
constexpr Duration probe_every_max = seconds(1);
/// Nobody answered for so long: the program is told.
constexpr Duration told_after = seconds(1);
constexpr Duration suspect_every = seconds(1);

const char* words_for(DetachReason reason) {
  switch (reason) {
    case DetachReason::unknown_session: return "does not know this session";
    case DetachReason::leaving: return "is leaving";
    case DetachReason::disk_failed: return "has a failed disk";
    case DetachReason::full: return "is full";
    case DetachReason::not_in_a_view: return "has not found its cluster yet";
    case DetachReason::draining: return "is being drained";
  }
  return "refused";
}

std::optional<RejectReason> name_too_long(const std::string& name) {
  if (name.size() <= limits::name_bytes_max) return std::nullopt;
  return RejectReason::invalid_name;
}

// Why a value does not even fit into a message that a server reads.
template <class F>
struct TooLong {
  using Reason = std::optional<RejectReason>;
  Reason operator()(const std::string& text) const {
    if (F::at_most == limits::name_bytes_max) return name_too_long(text);
    return text.size() > F::at_most ? Reason(RejectReason::text_too_long) : std::nullopt;
  }
  Reason operator()(const RoomName& room) const { return name_too_long(room.value); }
  Reason operator()(const Destination& to) const {
    const auto* room = std::get_if<RoomName>(&to);
    return room != nullptr ? (*this)(*room) : std::nullopt;
  }
  template <class Fixed>
  Reason operator()(const Fixed&) const {
    return std::nullopt;
  }
};

template <class B>
std::optional<RejectReason> too_long_field(const B& body) {
  std::optional<RejectReason> reason;
  B::Fields::each([&]<class F>(F) {
    reason = TooLong<F>{}(F::of(body));
    return !reason;
  });
  return reason;
}

std::optional<RejectReason> too_long(const Body& body) {
  return std::visit([](const auto& b) { return too_long_field(b); }, body);
}

}  // namespace

Client::Client(ClientConfig config, Instant now)
    : config_(std::move(config)),
      state_(Looking{now}),
      candidates_(config_),
      outbox_(config_.session),
      homeless_since_(now) {
  CHECK(config_.session);
  attachment_ = config_.attachments_before;
}

struct Client::Handle {
  Client& client;
  Instant now;
  ClientEffects& effects;
  void operator()(const Received& event) const { client.received(now, event, effects); }
  void operator()(const RefusedAt& event) const { client.refused_at(now, event.to, effects); }
  void operator()(const Wake&) const {}
  void operator()(const Say& event) const { client.say(now, event, effects); }
  void operator()(const Ask& event) const { client.ask(now, event, effects); }
  void operator()(const Close&) const { client.close(effects); }
};

void Client::step(Instant now, const ClientEvent& event, ClientEffects& effects) {
  std::visit(Handle{*this, now, effects}, event.what);
  on_time(now, effects);
}

void Client::say(Instant now, const Say& say, ClientEffects& effects) {
  if (const auto reason = too_long(say.body)) {
    effects.add(
        Rejected{say.ticket, {config_.session, 0}, *reason, "longer than any server takes"});
    return;
  }
  if (closed() || !config_.attach || !outbox_.say(now, say.ticket, say.body))
    effects.add(QueueFull{say.ticket});
}

void Client::ask(Instant now, const Ask& ask, ClientEffects& effects) {
  if (closed() || !questions_.ask(now, ask.ticket, ask.question, inbox_.beyond_home()))
    effects.add(QueueFull{ask.ticket});
}

void Client::close(ClientEffects& effects) {
  if (closed()) return;
  if (config_.attach) {
    if (const auto* home = std::get_if<AtHome>(&state_)) effects.send(home->at, Detach{});
    // Its Attached may be on the way.
    if (const auto* trial = std::get_if<Attaching>(&state_)) effects.send(trial->at, Detach{});
  }
  state_ = Gone{};
  effects.add(Closed{});
}

void Client::refused_at(Instant now, const Endpoint& to, ClientEffects& effects) {
  if (auto* home = std::get_if<AtHome>(&state_); home != nullptr && home->at == to) {
    effects.add(Mark::refused_port_noticed);
    home->watch.refused(now);
    return;
  }
  if (const auto* trial = std::get_if<Attaching>(&state_); trial != nullptr && trial->at == to)
    try_next(now, effects);
}

void Client::on_time(Instant now, ClientEffects& effects) {
  if (auto* home = std::get_if<AtHome>(&state_)) {
    using Advice = ClientWatch::Advice;
    const Advice advice = home->watch.advise(now, config_, trip_, owed_since(), idle_pings());
    if (advice == Advice::ping) effects.send(home->at, Ping{now});
    if (advice == Advice::silent) lose_home(now, true, effects);
  }
  if (auto* home = std::get_if<AtHome>(&state_)) {
    outbox_.send_due(now, latest(), seen_beyond_home(), home->at, effects);
    questions_.send_due(now, home->at, effects);
    if (groups_.deadline() <= now) effects.send(home->at, groups_.acknowledge(inbox_));
  }
  if (auto* trial = std::get_if<Attaching>(&state_); trial != nullptr && trial->next_try <= now) {
    if (trial->tries < attach_tries_max) {
      send_attach(now, *trial, effects);
    } else {
      try_next(now, effects);
    }
  }
  if (auto* looking = std::get_if<Looking>(&state_);
      looking != nullptr && looking->next_probe <= now)
    probe(now, effects);
  tell_when_nobody_answers(now, effects);
}

void Client::tell_when_nobody_answers(Instant now, ClientEffects& effects) {
  const auto deadline = unanswered_deadline();
  if (!deadline || now < *deadline) return;
  homeless_since_.reset();
  std::string why = "no server of cluster '" + config_.cluster + "' answers";
  if (last_refusal_)
    why += std::string(" (the last one that did ") + words_for(*last_refusal_) + ")";
  effects.add(Disconnected{std::move(why)});
}

std::optional<Instant> Client::unanswered_deadline() const {
  if (closed() || !homeless_since_) return std::nullopt;
  return *homeless_since_ + told_after;
}

Instant Client::next_deadline() const {
  struct Deadline {
    const Client& client;
    Instant operator()(const Looking& state) const { return state.next_probe; }
    Instant operator()(const Attaching& state) const { return state.next_try; }
    Instant operator()(const AtHome& state) const {
      const Instant watch =
          state.watch.next_deadline(client.config_, client.owed_since(), client.idle_pings());
      return std::min({watch, client.outbox_.next_deadline(), client.questions_.next_deadline(),
                       client.groups_.deadline()});
    }
    Instant operator()(const Gone&) const { return never; }
  };
  return std::min(std::visit(Deadline{*this}, state_), unanswered_deadline().value_or(never));
}

// --- Finding a home

void Client::probe(Instant now, ClientEffects& effects) {
  const std::uint32_t probes = probes_++;
  if (probes % probes_per_pass == 0) {
    candidates_.start_pass(ServerId{}, Endpoint{});
    if (const auto at = candidates_.next(now)) return try_server(now, *at, false, effects);
  }
  const Probe message{config_.cluster, {}};
  for (const Endpoint& at : candidates_.to_probe()) effects.send(at, message);
  if (!candidates_.pinned()) effects.add(Broadcast{message});
  const std::int64_t passes = 1 + probes / probes_per_pass;
  state_ = Looking{now + std::min(config_.probe_every * passes, probe_every_max)};
}

void Client::seek(Instant now, ServerId lost, const Endpoint& lost_at, ClientEffects& effects) {
  probes_ = 1;  // This is the first pass.
  candidates_.start_pass(lost, lost_at);
  try_next(now, effects);
}

void Client::try_next(Instant now, ClientEffects& effects) {
  if (const auto at = candidates_.next(now)) return try_server(now, *at, false, effects);
  state_ = Looking{now};
}

void Client::try_server(Instant now, const Endpoint& at, bool announced, ClientEffects& effects) {
  if (config_.attach) ++attachment_;
  state_ = Attaching{.at = at, .announced = announced};
  send_attach(now, std::get<Attaching>(state_), effects);
}

void Client::send_attach(Instant now, Attaching& trial, ClientEffects& effects) {
  if (config_.attach) {
    const bool resume = inbox_.started() && !MUTANT(start_anew);
    effects.send(trial.at,
                 Attach{attachment_, config_.cluster, config_.user, resume, inbox_.cursor()});
  } else {
    effects.send(trial.at, Ping{now});
  }
  // Behind a split all servers that we know may be out of reach, and others not. But a server that
  // the person named is given its time, and so is one that just answered.
  if (trial.tries == 1 && !trial.announced && !candidates_.is_configured(trial.at) &&
      !candidates_.pinned())
    effects.add(Broadcast{Probe{config_.cluster, {}}});
  const Duration patience = trip_.timeout(attach_again_min, attach_again_max);
  trial.sent = now;
  trial.next_try = now + patience * (std::int64_t{1} << trial.tries++);
}

bool Client::settle(Instant now, Sender home, const Endpoint& at) {
  AtHome next{.home = home, .at = at};
  next.watch.start(now);
  state_ = next;
  candidates_.heard(home.server, at);
  homeless_since_.reset();
  last_refusal_.reset();
  probes_ = 0;
  outbox_.start_over(now);
  questions_.start_over(now);
  const auto former = std::exchange(former_home_, home);
  return former && former->server != home.server;
}

void Client::report_suspicion(Instant now, const AtHome& home, ClientEffects& effects) {
  const auto server = std::exchange(suspected_, std::nullopt);
  if (!server || *server == home.home.server) return;
  if (last_suspect_ && now < *last_suspect_ + suspect_every) return;
  last_suspect_ = now;
  effects.send(home.at, Suspect{*server, ViewId{}});
}

void Client::lose_home(Instant now, bool silent, ClientEffects& effects) {
  const AtHome lost = std::get<AtHome>(state_);
  if (silent && config_.attach) suspected_ = lost.home.server;
  homeless_since_ = now;
  seek(now, lost.home.server, lost.at, effects);
}

void Client::attach_again(Instant now, ClientEffects& effects) {
  const Endpoint at = std::get<AtHome>(state_).at;
  homeless_since_ = now;
  probes_ = 1;
  candidates_.start_pass(ServerId{}, at);
  try_server(now, at, false, effects);
}

Instant Client::owed_since() const {
  return std::min(outbox_.waiting_since(), questions_.waiting_since());
}

/// What the author wrote and has not been delivered yet is before whatever it writes next; so is
/// what a group brought and the home does not know of.
std::vector<EntryId> Client::seen_beyond_home() {
  std::vector<EntryId> seen = inbox_.beyond_home();
  if (written_.empty()) return seen;
  std::vector<EntryId> beyond = written_.beyond(inbox_.cursor());
  if (beyond.size() > written_pairs_max) beyond.resize(written_pairs_max);
  written_ = VersionVector(beyond);
  if (seen.empty()) return beyond;
  VersionVector both(seen);
  both.merge(written_);
  return {both.pairs().begin(), both.pairs().end()};
}

Hlc Client::latest() const { return std::max(acknowledged_, inbox_.latest()); }

Digest Client::digest(Instant now) const {
  const auto relative = [now](Instant at) { return static_cast<std::uint64_t>((at - now).us); };
  struct MixState {
    Hasher& hasher;
    Instant now;
    void add(Instant at) const { hasher.add(static_cast<std::uint64_t>((at - now).us)); }
    void add(const Endpoint& at) const {
      hasher.add(std::span<const std::uint8_t>(at.ip)).add(at.port).add(at.scope);
    }
    void operator()(const Looking& state) const { add(state.next_probe); }
    void operator()(const Attaching& state) const {
      add(state.at);
      add(state.sent);
      add(state.next_try);
      hasher.add(state.tries).add(state.announced ? 1 : 0);
    }
    void operator()(const AtHome& state) const {
      hasher.add(state.home.server.value).add(state.home.run);
      add(state.at);
      state.watch.mix_into(hasher, now);
    }
    void operator()(const Gone&) const {}
  };
  Hasher hasher(config_.session.value);
  hasher.add(state_.index());
  std::visit(MixState{hasher, now}, state_);
  candidates_.mix_into(hasher, now);
  outbox_.mix_into(hasher, now);
  inbox_.mix_into(hasher);
  groups_.mix_into(hasher, now);
  questions_.mix_into(hasher, now);
  trip_.mix_into(hasher);
  written_.mix_into(hasher);
  hasher.add(acknowledged_.value).add(attachment_).add(probes_);
  hasher.add(former_home_ ? former_home_->server.value : 0).add(suspected_ ? suspected_->value : 0);
  hasher.add(last_suspect_ && now < *last_suspect_ + suspect_every ? relative(*last_suspect_) : 1);
  hasher.add(homeless_since_ ? relative(*homeless_since_) : 1);
  hasher.add(last_refusal_ ? 1 + static_cast<std::uint64_t>(*last_refusal_) : 0);
  return hasher.digest();
}

}  // namespace peal
