// peal trace replay: whether the recorded events still do what they did.
#include "cli/trace_replay.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trace_input.hpp"
#include "core/trace/event_text.hpp"
#include "core/trace/names.hpp"
#include "core/trace/replay.hpp"
#include "core/trace/words.hpp"

namespace peal::cli {
namespace {

constexpr std::size_t differences_shown = 20;
constexpr std::size_t text_shown = 300;

/// What to say when a check of the core ends the program: then it did so when it was recorded, too.
class LastWords {
 public:
  LastWords() { std::signal(SIGABRT, speak); }
  ~LastWords() { std::signal(SIGABRT, SIG_DFL); }
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;
  static void at(std::uint64_t event) { latest_event = event; }

 private:
  static void speak(int /*signal*/) {
    std::array<char, 24> digits{};
    std::size_t at = digits.size();
    for (std::uint64_t rest = latest_event; at == digits.size() || rest != 0; rest /= 10)
      digits[--at] = static_cast<char>('0' + rest % 10);
    say("peal trace replay: event ");
    say({digits.data() + at, digits.size() - at});
    say(" of the recording ends the program, as the line above says\n");
    ::_exit(static_cast<int>(ExitCode::failed));
  }
  static void say(std::string_view text) {
    static_cast<void>(::write(STDERR_FILENO, text.data(), text.size()) == 0);
  }
  static inline volatile std::uint64_t latest_event = 0;
};

/// What one chain's replay came to.
struct Outcome {
  std::string name;
  std::uint64_t events = 0;
  std::uint64_t compared = 0;
  std::uint64_t damaged_bytes = 0;
  std::uint64_t torn_bytes = 0;  ///< of what was being written when the process ended
  bool missing = false;          ///< something, because of damage or because it is not there
  std::uint64_t bytes = 0;
  std::int64_t recorded_us = 0;
  double seconds = 0;
  bool open_end = false;  ///< its last event has no result
  std::optional<trace::Mismatch> mismatch;
  std::string event;  ///< at the mismatch
  std::vector<trace::Difference> changed;
  std::vector<std::string> effects;
  [[nodiscard]] bool identical() const { return !mismatch && !missing; }
};

bool is_event(const trace::Record& record) {
  return std::holds_alternative<trace::Stepped>(record.what) ||
         std::holds_alternative<trace::ClientStepped>(record.what);
}

template <class AnyEvent>
std::string words_of(const AnyEvent& event) {
  const std::string_view kind = std::visit(
      []<class What>(const What& /*what*/) { return trace::type_name<What>(); }, event.what);
  return fmt::format("{} {}", kind, trace::event_text(event, text_shown));
}

std::string words_of(const trace::Record& record) {
  if (const auto* stepped = std::get_if<trace::Stepped>(&record.what))
    return words_of(stepped->event);
  if (const auto* stepped = std::get_if<trace::ClientStepped>(&record.what))
    return words_of(stepped->event);
  return {};
}

/// What the event did here, told by taking it once more.
void explain(Outcome& outcome, const TraceChain& chain) {
  const trace::Mismatch& mismatch = *outcome.mismatch;
  if (mismatch.kind != trace::Mismatch::Kind::effects) return;
  trace::Replay replay(chain.texts());
  chain.each([&](const trace::Record& record, const TraceFile& /*file*/) {
    const trace::Actor* actor = replay.actor(record.track);
    const bool it = is_event(record) && actor != nullptr && actor->id == mismatch.machine &&
                    actor->events + 1 == mismatch.event;
    if (!it) {
      (void)replay.take(record);
      return true;
    }
    const auto before = actor->machine;
    (void)replay.take(record);
    if (const auto* server = std::get_if<Server>(&before)) {
      outcome.changed = trace::differences(*server, std::get<Server>(actor->machine));
      for (const Effect& effect : replay.effects().list())
        outcome.effects.push_back(trace::effect_text(effect, text_shown));
    }
    if (const auto* client = std::get_if<Client>(&before)) {
      outcome.changed = trace::differences(*client, std::get<Client>(actor->machine));
      for (const ClientEffect& effect : replay.client_effects().list())
        outcome.effects.push_back(trace::effect_text(effect, text_shown));
    }
    outcome.event = words_of(record);
    return false;
  });
}

Outcome replay_chain(const TraceChain& chain) {
  Outcome outcome{.name = chain.name};
  for (const TraceFile& file : chain.files) outcome.bytes += file.bytes();
  const auto began = std::chrono::steady_clock::now();
  trace::Replay replay(chain.texts());
  std::optional<std::int64_t> last_us;
  std::set<std::uint32_t> open;  // Tracks whose last event has no result yet.
  chain.each([&](const trace::Record& record, const TraceFile& /*file*/) {
    if (const auto* damaged = std::get_if<trace::Damaged>(&record.what)) {
      (damaged->torn ? outcome.torn_bytes : outcome.damaged_bytes) += damaged->bytes;
      outcome.missing = outcome.missing || !damaged->torn;
    }
    // Between two processes nothing is recorded.
    const bool starts = std::holds_alternative<trace::Began>(record.what);
    if (last_us && !starts && record.at_us > *last_us)
      outcome.recorded_us += record.at_us - *last_us;
    last_us = record.at_us;
    if (is_event(record)) LastWords::at(++outcome.events);
    if (is_event(record))
      open.insert(record.track);
    else if (std::holds_alternative<trace::Damaged>(record.what))
      open.clear();
    else
      open.erase(record.track);
    if (auto mismatch = replay.take(record); mismatch && !outcome.mismatch)
      outcome.mismatch = std::move(mismatch);
    return true;
  });
  outcome.open_end = !open.empty();
  outcome.compared = replay.compared();
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (outcome.mismatch) explain(outcome, chain);
  return outcome;
}

std::string verdict_of(const trace::Mismatch& mismatch) {
  const std::string who = trace::name_of_machine(mismatch.machine);
  switch (mismatch.kind) {
    case trace::Mismatch::Kind::state:
      return fmt::format("{} begins with a state that this version cannot read", who);
    case trace::Mismatch::Kind::effects:
      return fmt::format("event {} into {} has other effects than when it was recorded",
                         mismatch.event, who);
    case trace::Mismatch::Kind::digest:
      return fmt::format("the state of {} is another after its event {}", who, mismatch.event);
    case trace::Mismatch::Kind::snapshot:
      return fmt::format("the state of {} after its event {} is not the one that was recorded", who,
                         mismatch.event);
  }
  return {};
}

void print_differences(const std::vector<trace::Difference>& differences, const char* before,
                       const char* after) {
  if (differences.empty()) return;
  Table table({{"where"}, {before}, {after}});
  for (std::size_t i = 0; i < std::min(differences.size(), differences_shown); ++i)
    table.add({harmless(differences[i].path), harmless(differences[i].before),
               harmless(differences[i].after)});
  table.print(stdout);
  if (differences.size() > differences_shown)
    std::printf("and %zu more\n", differences.size() - differences_shown);
}

void print_mismatch(const Outcome& outcome) {
  std::puts(paint(Colour::red, verdict_of(*outcome.mismatch), stdout).c_str());
  if (!outcome.event.empty()) {
    std::printf("the event    %s\n", harmless(outcome.event).c_str());
    for (const std::string& effect : outcome.effects)
      std::printf("asks now     %s\n", harmless(effect).c_str());
    if (outcome.effects.empty()) std::puts("asks now     nothing");
    print_differences(outcome.changed, "before the event", "after it, now");
  }
  print_differences(outcome.mismatch->differences, "recorded", "now");
}

void print(const Outcome& outcome) {
  const double recorded = static_cast<double>(outcome.recorded_us) / 1e6;
  std::printf(
      "%-12s %s compared, %.1f s recorded, %.2f s to replay (%.0f : 1), %.0f bytes an event\n",
      harmless(outcome.name).c_str(), counted(outcome.compared, "event").c_str(), recorded,
      outcome.seconds, recorded / std::max(outcome.seconds, 1e-6),
      static_cast<double>(outcome.bytes) /
          static_cast<double>(std::max<std::uint64_t>(outcome.events, 1)));
  const auto warn = [](const std::string& text) {
    std::puts(paint(Colour::yellow, text, stdout).c_str());
  };
  if (outcome.damaged_bytes != 0)
    warn(fmt::format("{} bytes cannot be read (damaged, or of another version)",
                     outcome.damaged_bytes));
  if (outcome.missing)
    warn(
        fmt::format("a part is missing, so {} were not compared: a machine is followed again from "
                    "where it, or its next file, begins",
                    counted(outcome.events - outcome.compared, "event")));
  if (outcome.torn_bytes != 0)
    warn(fmt::format("its last {} bytes are torn: nothing comes behind them", outcome.torn_bytes));
  if (outcome.open_end)
    std::puts("its last event has no result: the process ended in the middle of it");
  if (outcome.mismatch) print_mismatch(outcome);
}

Json outcome_json(const Outcome& outcome) {
  Json json{{"name", outcome.name},
            {"events", outcome.events},
            {"compared", outcome.compared},
            {"recorded_s", static_cast<double>(outcome.recorded_us) / 1e6},
            {"replay_s", outcome.seconds},
            {"bytes", outcome.bytes},
            {"damaged_bytes", outcome.damaged_bytes},
            {"torn_bytes", outcome.torn_bytes},
            {"missing", outcome.missing},
            {"open_end", outcome.open_end},
            {"mismatch", nullptr}};
  if (!outcome.mismatch) return json;
  Json mismatch{{"what", verdict_of(*outcome.mismatch)}, {"event", outcome.mismatch->event}};
  const bool changed = !outcome.changed.empty();
  Json differences = Json::array();
  for (const auto& one : changed ? outcome.changed : outcome.mismatch->differences)
    differences.push_back({{"path", one.path}, {"before", one.before}, {"after", one.after}});
  mismatch["differences"] = std::move(differences);
  json["mismatch"] = std::move(mismatch);
  return json;
}

}  // namespace

ExitCode replay_traces(const std::vector<std::string>& paths, bool json) {
  const std::vector<TraceChain> chains = open_traces(paths);
  tell_other_versions(chains);
  const LastWords last_words;
  std::uint64_t compared = 0;
  bool identical = true;
  Json all = Json::array();
  for (const TraceChain& chain : chains) {
    const Outcome outcome = replay_chain(chain);
    compared += outcome.compared;
    identical = identical && outcome.identical();
    if (json)
      all.push_back(outcome_json(outcome));
    else
      print(outcome);
  }
  if (json)
    print_json({{"identical", identical}, {"events", compared}, {"recordings", std::move(all)}});
  else if (identical)
    std::puts(paint(Colour::green, "identical, " + counted(compared, "event"), stdout).c_str());
  return identical ? ExitCode::done : ExitCode::failed;
}

}  // namespace peal::cli
