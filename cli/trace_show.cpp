// peal trace show: one line for each event.
#include "cli/trace_show.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trace_input.hpp"

namespace peal::cli {
namespace {

trace::Difference in_words(const trace::Draft& draft, const trace::MemberChange& change) {
  const auto value = [&](trace::Strings::Place place) {
    return place == trace::Strings::none ? std::string("nothing")
                                         : std::string(draft.strings.at(place));
  };
  return {value(change.path), value(change.before), value(change.after)};
}

class Lines {
 public:
  Lines(const trace::Draft& draft, Shown shown)
      : draft_(draft), story_(draft.story), shown_(shown) {
    for (const trace::Line& line : story_.lines)
      name_columns_ = std::max(name_columns_, line.name.size());
    // Where nobody looks at columns, nothing is cut off.
    if (is_terminal(stdout)) columns_ = terminal_size(stdout).columns;
  }

  void print(const trace::Step& step) const {
    const std::string& name = story_.lines[step.line].name;
    const std::string time = fmt::format("{:12.6f}", static_cast<double>(step.at_us) / 1e6);
    const std::string kind = fmt::format("{:<11}", step.kind);
    const std::string text = shortened(step.text, time.size() + name_columns_ + kind.size() + 6);
    std::printf("%s  %s  %s  %s\n", time.c_str(),
                paint(colour_of(name), fmt::format("{:<{}}", name, name_columns_), stdout).c_str(),
                kind.c_str(), text.c_str());
    if (shown_.effects)
      for (const std::string& effect : step.effects) below("=>", effect, time.size());
    if (shown_.changes)
      for (const trace::MemberChange& one : step.changes) {
        const trace::Difference change = in_words(draft_, one);
        below("~", change.path + ": " + change.before + " -> " + change.after, time.size());
      }
  }

 private:
  void below(const char* mark, const std::string& text, std::size_t time_columns) const {
    const std::size_t columns = time_columns + name_columns_ + 4;
    std::printf("%*s  %s\n", static_cast<int>(columns), mark, shortened(text, columns + 2).c_str());
  }
  [[nodiscard]] std::string shortened(const std::string& text, std::size_t before) const {
    std::string line = harmless(text);
    if (columns_ == 0 || before + width_of(line) <= columns_) return line;
    while (!line.empty() && before + width_of(line) + 1 > columns_) line.pop_back();
    // What is left of a character of several bytes goes with it.
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0U) == 0x80U)
      line.pop_back();
    if (!line.empty() && static_cast<unsigned char>(line.back()) >= 0xc0U) line.pop_back();
    return line + "…";
  }

  const trace::Draft& draft_;
  const trace::Story& story_;
  Shown shown_;
  std::size_t name_columns_ = 0;
  std::size_t columns_ = 0;
};

Json changes_json(const trace::Draft& draft, const trace::Step& step) {
  Json all = Json::array();
  for (const trace::MemberChange& one : step.changes) {
    const trace::Difference change = in_words(draft, one);
    all.push_back({{"path", change.path}, {"before", change.before}, {"after", change.after}});
  }
  return all;
}

Json step_json(const trace::Draft& draft, const trace::Step& step, Shown shown) {
  const trace::Story& story = draft.story;
  Json json{{"at_s", static_cast<double>(step.at_us) / 1e6},
            {"machine", story.lines[step.line].name},
            {"event", std::string(step.kind)},
            {"n", step.number},
            {"text", step.text}};
  if (step.arrow != trace::none) {
    const trace::Arrow& arrow = story.arrows[step.arrow];
    json["message"] = kind_name(arrow.kind);
    json["from"] = arrow.from == trace::none ? Json(nullptr) : Json(story.lines[arrow.from].name);
    json["ids"] = arrow.ids;
  }
  json["effects"] = step.effects;
  if (shown.changes) json["changes"] = changes_json(draft, step);
  return json;
}

}  // namespace

ExitCode show_traces(const std::vector<std::string>& paths, const TraceFilter& filter, Shown shown,
                     bool json) {
  const trace::Draft draft = open_story(paths, {.changes = shown.changes});
  const Sieve sieve(filter, draft.story);
  tell_notes(draft.story);
  const Lines lines(draft, shown);
  for (const trace::Step& step : draft.story.steps) {
    if (!sieve.lets_through(step)) continue;
    if (json)
      print_json(step_json(draft, step, shown));
    else
      lines.print(step);
  }
  return ExitCode::done;
}

}  // namespace peal::cli
