// The client machine of a command, and waiting for its answers.
#include "cli/connection.hpp"

#include <cstdio>
#include <type_traits>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "runtime/client_host.hpp"
#include "runtime/profile.hpp"
#include "runtime/recorder.hpp"

namespace peal::cli {
namespace {

/// A goodbye is a courtesy: servers notice without it, a little later.
constexpr Patience goodbye_patience{300};

}  // namespace

Connection::Connection(CommandLoop& loop, const Reach& reach, Kind kind, const std::string& name,
                       SessionId session)
    : loop_(loop), reach_(reach) {
  runtime::ClientHostOptions options;
  options.config.cluster = reach.cluster;
  options.config.servers = reach.endpoints();
  options.config.pin = reach.pin;
  options.config.attach = kind == Kind::person;
  options.config.multicast = !reach.no_multicast;
  if (session) {
    options.config.session = session;
    // Above those of processes that had the session before.
    options.config.attachments_before = static_cast<std::uint64_t>(runtime::Loop::wall().ms);
  }
  options.network = reach.network();
  const runtime::Profile profile(reach.profile_directory());
  options.peers_file = profile.peers_file(reach.cluster);
  if (kind == Kind::person) {
    user_ = profile.keys_of(name).user();
    options.config.user = user_;
  }
  host_ = std::make_unique<runtime::ClientHost>(
      loop.loop(), std::move(options), [this](const ClientEffect& effect) { on_effect(effect); },
      recording());
}

Connection::~Connection() {
  handler_ = nullptr;
  host_->close();
  // Not CommandLoop::run_until: a stop signal is no reason to leave without a word.
  loop_.loop().run_until([this] { return closed_; },
                         microseconds(std::chrono::microseconds(goodbye_patience).count()));
  if (recorder_) recorder_->end(runtime::Loop::now(), trace::Ending::left, "");
}

runtime::ClientWatch Connection::recording() {
  if (reach_.record.empty()) return {};
  recorder_ = std::make_unique<runtime::Recorder>(
      runtime::RecorderOptions{
          .directory = reach_.record,
          .texts = reach_.record_redact ? trace::Texts::left_out : trace::Texts::kept,
          .program = version,
          .cluster = reach_.cluster},
      runtime::Recorder::Watch{.on_trouble =
                                   [](const std::string& why) {
                                     std::fprintf(stderr, "peal: recording stopped: %s\n",
                                                  harmless(why).c_str());
                                   },
                               .on_again = {}});
  return {
      .on_start =
          [this](Instant now, SessionId session, const Client& client) {
            recorder_->start(now, runtime::Loop::wall(), session, client);
          },
      .on_event = [this](Instant now, const ClientEvent& event) { recorder_->before(now, event); },
      .on_step = [this](
                     Instant now, const ClientEvent& event, const ClientEffects& effects,
                     const Client& client) { recorder_->after(now, event.wall, effects, client); }};
}

Ticket Connection::say(Body body) {
  const Ticket ticket{++tickets_};
  host_->say(ticket, std::move(body));
  return ticket;
}

Ticket Connection::ask(Question question) {
  const Ticket ticket{++tickets_};
  host_->ask(ticket, std::move(question));
  return ticket;
}

void Connection::connect() {
  if (!loop_.run_until([this] { return home_.has_value(); }, reach_.timeout()))
    throw nobody_answers();
}

Acknowledged Connection::submit(Body body) {
  outcome_.reset();
  awaited_ = say(std::move(body));
  const bool answered = loop_.run_until([this] { return outcome_.has_value(); }, reach_.timeout());
  awaited_ = {};
  if (!answered) throw nobody_answers();
  if (const Rejected* rejected = std::get_if<Rejected>(&*outcome_))
    throw failure(explain(rejected->reason, rejected->detail));
  if (const Acknowledged* done = std::get_if<Acknowledged>(&*outcome_)) return *done;
  throw failure("too much is under way in this session: try again in a moment");
}

AnswerBody Connection::answer_to(Question question) {
  outcome_.reset();
  awaited_ = ask(std::move(question));
  const bool answered = loop_.run_until([this] { return outcome_.has_value(); }, reach_.timeout());
  awaited_ = {};
  if (!answered) throw nobody_answers();
  return std::move(std::get<Answered>(*outcome_).body);
}

const VersionVector& Connection::cursor() const { return host_->client().cursor(); }

runtime::NetworkCounters Connection::network_counters() const {
  return host_->network().counters();
}

SessionId Connection::session() const { return host_->session(); }

Trouble Connection::nobody_answers() const {
  if (stop_requested()) return failure("interrupted");
  const std::string what =
      reach_.pin ? "none of the servers given with --server answers"
                 : fmt::format("no server of cluster {} answers", harmless(reach_.cluster));
  return unreachable(
      fmt::format("{} within {} s: start one with peal serve, or see what peal doctor says", what,
                  reach_.timeout_seconds));
}

void Connection::on_effect(const ClientEffect& effect) {
  if (const Connected* connected = std::get_if<Connected>(&effect)) home_ = *connected;
  if (std::holds_alternative<Disconnected>(effect)) home_.reset();
  if (std::holds_alternative<Closed>(effect)) closed_ = true;
  std::visit(
      [&](const auto& each) {
        using Each = std::decay_t<decltype(each)>;
        if constexpr (std::is_same_v<Each, Acknowledged> || std::is_same_v<Each, Rejected> ||
                      std::is_same_v<Each, QueueFull> || std::is_same_v<Each, Answered>)
          if (awaited_.value != 0 && each.ticket == awaited_) outcome_ = effect;
      },
      effect);
  if (handler_) handler_(effect);
}

}  // namespace peal::cli
