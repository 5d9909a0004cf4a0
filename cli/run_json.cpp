// A story as the page of peal trace view reads it.
#include "cli/run_json.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "core/trace/statistics.hpp"
#include "core/trace/strings.hpp"
#include "core/trace/text.hpp"

namespace peal::cli {
namespace {

/// Texts that come again and again, each once.
class Texts {
 public:
  Texts() { (void)index(""); }
  std::size_t index(std::string_view text) { return texts_.place(text); }
  /// As JSON, with commas between.
  void append_to(std::string& json) const {
    for (trace::Strings::Place i = 0; i < texts_.size(); ++i) {
      if (i != 0) json += ',';
      json += line_of(texts_.at(i));
    }
  }

 private:
  trace::Strings texts_;
};

class RunJson {
 public:
  RunJson(const trace::Draft& draft, const Sieve& sieve)
      : draft_(draft), story_(draft.story), sieve_(sieve) {
    number_steps();
    for (const trace::Life& life : story_.lives) lives_[life.line].push_back(&life);
    find_cuts();
  }

  /// Lists of texts and of changes are most of it: they are written without being built before.
  std::string text() {
    Json run{{"version", 1},
             {"title", story_.title},
             {"program", story_.program},
             {"start_wall_ms", story_.start_wall_ms ? Json(*story_.start_wall_ms) : Json(nullptr)},
             {"duration_us", story_.duration_us},
             {"notes", story_.notes},
             {"lines", lines()},
             {"kinds", kinds()}};
    run["events"] = events();
    run["event_kinds"] = event_kinds_;
    run["states"] = states();
    run["messages"] = messages();
    run["bands"] = bands();
    add_views(run);
    run["stats"] = stats();
    std::string text = line_of(run);
    text.pop_back();
    text += ",\"changes\":[";
    text += changes_;
    text += "],\"texts\":[";
    texts_.append_to(text);
    return text += "]}";
  }

 private:
  void number_steps() {
    shown_.assign(story_.steps.size(), -1);
    std::int64_t next = 0;
    for (std::size_t i = 0; i < story_.steps.size(); ++i)
      if (sieve_.lets_through(story_.steps[i])) shown_[i] = next++;
  }
  [[nodiscard]] std::int64_t shown(trace::Index step) const {
    return step == trace::none ? -1 : shown_[step];
  }
  [[nodiscard]] std::int64_t at(trace::Index step) const {
    return step == trace::none ? story_.duration_us : story_.steps[step].at_us;
  }

  Json lines() {
    Json lines = Json::array();
    for (const trace::Line& line : story_.lines)
      lines.push_back({{"name", line.name},
                       {"kind", line.server ? "server" : "client"},
                       {"id", line.name.substr(line.name.find(' ') + 1)}});
    return lines;
  }

  static Json kinds() {
    Json kinds = Json::array();
    for (std::size_t kind = 0; kind < message_kinds; ++kind) kinds.push_back(kind_name(kind));
    return kinds;
  }

  std::size_t event_kind(std::string_view kind) {
    const auto it = std::ranges::find(event_kinds_, kind);
    if (it != event_kinds_.end()) return static_cast<std::size_t>(it - event_kinds_.begin());
    event_kinds_.emplace_back(kind);
    return event_kinds_.size() - 1;
  }

  std::string text_of_step(const trace::Step& step) {
    std::string text = step.text;
    for (const std::string& effect : step.effects) text += "\n=> " + effect;
    return text;
  }

  Json events() {
    std::vector<trace::Index> line;
    std::vector<std::int64_t> at;
    std::vector<std::size_t> what;
    std::vector<std::size_t> text;
    std::vector<std::int64_t> changes;
    for (std::size_t i = 0; i < story_.steps.size(); ++i) {
      if (shown_[i] < 0) continue;
      const trace::Step& step = story_.steps[i];
      line.push_back(step.line);
      at.push_back(step.at_us);
      what.push_back(event_kind(step.kind));
      text.push_back(texts_.index(text_of_step(step)));
      changes.push_back(change(step));
    }
    return {{"line", line}, {"at", at}, {"what", what}, {"text", text}, {"changes", changes}};
  }

  std::int64_t change(const trace::Step& step) {
    if (step.changes.empty()) return -1;
    changes_ += changes_.empty() ? "[" : ",[";
    std::string_view before;
    for (const trace::MemberChange& one : step.changes)
      fmt::format_to(std::back_inserter(changes_), "{}[{},{},{}]", std::exchange(before, ","),
                     member_text(one.path), member_text(one.before), member_text(one.after));
    changes_ += ']';
    return changes_written_++;
  }

  /// The index of what is in the draft's strings; "nothing" when it is nowhere.
  std::size_t member_text(trace::Strings::Place place) {
    if (place == trace::Strings::none) return texts_.index("nothing");
    if (member_texts_.size() <= place) member_texts_.resize(draft_.strings.size());
    // 0 is the empty text's, too, which is found again as fast.
    if (member_texts_[place] == 0) member_texts_[place] = texts_.index(draft_.strings.at(place));
    return member_texts_[place];
  }

  Json states() {
    Json states = Json::array();
    for (const trace::Draft::State& state : draft_.states) {
      if (shown(state.step) < 0) continue;
      Json members = Json::array();
      for (const auto& [path, value] : state.members)
        members.push_back({member_text(path), member_text(value)});
      states.push_back({{"line", story_.steps[state.step].line},
                        {"event", shown(state.step)},
                        {"members", std::move(members)}});
    }
    return states;
  }

  /// Of a message that was told to a session, the session is known by the line.
  [[nodiscard]] bool is_shown(const trace::Arrow& arrow) const {
    return shown(arrow.sent) >= 0 || shown(arrow.arrived) >= 0;
  }

  Json messages() {
    std::map<std::string, std::vector<std::int64_t>> columns;
    for (const char* name : {"from", "to", "sent", "arrived", "kind", "text", "ids", "send_event",
                             "arrive_event", "lost_why"})
      columns[name] = {};
    for (const trace::Arrow& arrow : story_.arrows) {
      if (!is_shown(arrow)) continue;
      const auto line = [](trace::Index i) { return i == trace::none ? -1 : std::int64_t{i}; };
      const auto time = [&](trace::Index i) { return i == trace::none ? -1 : at(i); };
      columns["from"].push_back(line(arrow.from));
      columns["to"].push_back(line(arrow.to));
      columns["sent"].push_back(time(arrow.sent));
      columns["arrived"].push_back(time(arrow.arrived));
      columns["kind"].push_back(arrow.kind);
      columns["text"].push_back(static_cast<std::int64_t>(texts_.index(arrow.text)));
      columns["ids"].push_back(static_cast<std::int64_t>(texts_.index(arrow.ids)));
      columns["send_event"].push_back(shown(arrow.sent));
      columns["arrive_event"].push_back(shown(arrow.arrived));
      columns["lost_why"].push_back(static_cast<std::int64_t>(texts_.index(why_lost(arrow))));
    }
    return columns;
  }

  [[nodiscard]] std::string why_lost(const trace::Arrow& arrow) const {
    if (arrow.arrived != trace::none || arrow.to == trace::none) return {};
    const trace::Life* life = latest_life(arrow.to, arrow.sent);
    const bool runs = life != nullptr && (life->to == trace::none || arrow.sent < life->to);
    if (!runs) return "its process did not run";
    return cut_at(arrow) ? "cut" : "";
  }
  /// The last that had begun by then. Those of a line follow each other.
  [[nodiscard]] const trace::Life* latest_life(trace::Index line, trace::Index step) const {
    const auto of_line = lives_.find(line);
    if (of_line == lives_.end()) return nullptr;
    const auto next = std::ranges::upper_bound(of_line->second, step, {}, &trace::Life::from);
    return next == of_line->second.begin() ? nullptr : *std::prev(next);
  }
  [[nodiscard]] bool cut_at(const trace::Arrow& arrow) const {
    const std::int64_t when = at(arrow.sent);
    return std::ranges::any_of(cuts_, [&](const Cut& cut) {
      return cut.from <= when && when < cut.to && cut.lines.contains(arrow.from) &&
             cut.lines.contains(arrow.to);
    });
  }
  void find_cuts() {
    for (const trace::Story::Happened& happened : story_.facts)
      if (happened.fact.kind == "cut")
        cuts_.push_back(
            {happened.at_us, end_of(happened), {happened.lines.begin(), happened.lines.end()}});
  }

  [[nodiscard]] std::int64_t end_of(const trace::Story::Happened& happened) const {
    if (happened.fact.for_us >= 0) return happened.at_us + happened.fact.for_us;
    const bool disk = happened.fact.kind == "disk";
    for (const trace::Story::Happened& later : story_.facts) {
      if (later.at_us < happened.at_us || &later <= &happened) continue;
      const bool same = later.lines == happened.lines;
      const bool mends = later.fact.kind == "heal" || (!disk && later.fact.kind == "mend") ||
                         (disk && same && later.fact.kind.starts_with("disk"));
      if (mends) return later.at_us;
    }
    return story_.duration_us;
  }

  static std::string band_kind(const std::string& kind) {
    if (kind == "sleep") return "pause";
    if (kind == "loss" || kind == "lag" || kind == "narrow" || kind == "clog") return "slow";
    for (const char* known : {"pause", "cut", "disk", "slow", "clock"})
      if (kind == known) return kind;
    return "other";
  }

  Json bands() {
    Json bands = Json::array();
    for (const trace::Life& life : story_.lives) {
      if (life.to == trace::none) continue;
      const auto& of_line = lives_.at(life.line);
      const auto next = std::ranges::upper_bound(of_line, life.to, {}, &trace::Life::from);
      const std::int64_t until = next == of_line.end() ? story_.duration_us : at((*next)->from);
      bands.push_back({{"line", life.line},
                       {"from", at(life.to)},
                       {"to", until},
                       {"kind", life.clean ? "other" : "crash"},
                       {"text", life.clean ? "has left" : "does not run"}});
    }
    for (const trace::Story::Happened& happened : story_.facts) {
      const std::string& kind = happened.fact.kind;
      // The machines tell of these themselves.
      if (kind == "start" || kind == "crash" || kind == "mend" || kind == "disk works") continue;
      Json band{{"line", happened.lines.size() == 1 ? Json(happened.lines.front()) : Json(-1)},
                {"from", happened.at_us},
                {"to", end_of(happened)},
                {"kind", band_kind(kind)},
                {"text", happened.fact.text}};
      if (happened.lines.size() > 1) band["lines"] = happened.lines;
      bands.push_back(std::move(band));
    }
    return bands;
  }

  void add_views(Json& run) {
    run["views"] = Json::array();
    run["roles"] = Json::array();
    for (const trace::InView& in : story_.views) {
      Json members = Json::array();
      for (const Member& member : in.view.members)
        members.push_back(std::to_string(member.id.value));
      run["roles"].push_back({{"line", in.line},
                              {"from", at(in.from)},
                              {"to", at(in.to)},
                              {"role", in.role == Role::member ? "follower" : text_of(in.role)}});
      if (!in.view.id || in.role == Role::looking) continue;
      run["views"].push_back({{"line", in.line},
                              {"from", at(in.from)},
                              {"to", at(in.to)},
                              {"number", in.view.id.number},
                              {"leader", std::to_string(in.view.id.leader.value)},
                              {"members", std::move(members)}});
    }
  }

  Json stats() {
    const trace::Statistics statistics = trace::statistics_of(draft_);
    Json kinds = Json::array();
    for (std::size_t kind = 0; kind < message_kinds; ++kind)
      if (statistics.messages[kind] != 0)
        kinds.push_back({kind, statistics.messages[kind], statistics.bytes[kind]});
    Json elections = Json::array();
    for (const trace::Election& election : statistics.elections)
      elections.push_back({{"round", election.round},
                           {"reason", trace::text_of(election.reason)},
                           {"from", election.from_us},
                           {"to", election.to_us},
                           {"winner", std::to_string(election.winner.value)}});
    return {{"messages_by_kind", kinds},
            {"elections", elections},
            {"acknowledged_us", statistics.acknowledged_us},
            {"failover_us", statistics.failover_us}};
  }

  const trace::Draft& draft_;
  const trace::Story& story_;
  const Sieve& sieve_;
  std::map<trace::Index, std::vector<const trace::Life*>> lives_;  ///< by line
  struct Cut {
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::set<trace::Index> lines;
  };
  std::vector<Cut> cuts_;
  std::vector<std::int64_t> shown_;  ///< by step: its number in the page; -1: none
  Texts texts_;
  std::vector<std::string> event_kinds_;
  std::vector<std::size_t> member_texts_;  ///< by place in the draft's strings; 0: not known yet
  std::string changes_;                    ///< as JSON, with commas between
  std::int64_t changes_written_ = 0;
};

}  // namespace

std::string run_json(const trace::Draft& draft, const Sieve& sieve) {
  return RunJson(draft, sieve).text();
}

}  // namespace peal::cli
