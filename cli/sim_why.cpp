// Probabilities of a violation as a table with bars, and what lies at the jump.
#include "cli/sim_why.hpp"

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/inspect_text.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "sim/decisions/words.hpp"
#include "sim/inspect/causes.hpp"
#include "sim/inspect/names.hpp"
#include "sim/inspect/travel.hpp"
#include "sim/summary.hpp"

namespace peal::cli {
namespace {

using sim::Cause;
using sim::Decision;
using sim::Names;
using sim::Rate;
using sim::Timeline;
using sim::TracedEvent;

constexpr std::size_t bar_max = 24;
constexpr std::size_t lines_max = 40;
constexpr std::size_t decisions_max = 12;
constexpr std::size_t percent = 100;
constexpr double steep = 0.25;

std::string percents(double share) { return fmt::format("{:.0f} %", share * percent); }

std::string rate_text(const Rate& rate) {
  return fmt::format("{} of {} ({} to {})", rate.hits, rate.trials, percents(rate.low()),
                     percents(rate.high()));
}

std::string bar(const Rate& rate) {
  return std::string(static_cast<std::size_t>(std::lround(rate.share() * bar_max)), '#');
}

/// What was decided, in words: "latency of Push s1 -> s2".
std::string subject_text(const Decision& decision, const Names& names) {
  return describe(decision.choice, [&names](sim::Place place) { return names.of(place); });
}

/// What a search found, with all that is shown about it.
struct WhyFinding {
  const Timeline& timeline;
  Names names;
  Cause cause;
  /// Of the events of the jump.
  sim::TraceLines trace;
  std::vector<Decision> decisions;
};

std::vector<const TracedEvent*> events_of_jump(const WhyFinding& finding) {
  std::vector<const TracedEvent*> events;
  for (const TracedEvent& event : finding.trace.events())
    if (event.event > finding.cause.jump.before) events.push_back(&event);
  return events;
}

/// A line that tells of a datagram; what machines do and what breaks is told in others.
bool is_traffic(const std::string& line) {
  return line.find(" -> ") != std::string::npos || line.find(" <- ") != std::string::npos;
}

std::string points_text(const WhyFinding& finding) {
  Table table({{""},
               {"after", Table::Align::right},
               {"time", Table::Align::right},
               {"forks", Table::Align::right},
               {"95 %", Table::Align::right},
               {"the same violation"}});
  for (const sim::CausePoint& point : finding.cause.points) {
    const bool jump = point.event == finding.cause.jump.after && finding.cause.jump.clear();
    const Colour colour = jump ? Colour::yellow : Colour::plain;
    table.add({jump ? ">" : "", event_text(point.event),
               seconds_text(finding.timeline.time_of(point.event)),
               fmt::format("{} of {}", point.rate.hits, point.rate.trials),
               fmt::format("{} - {}", percents(point.rate.low()), percents(point.rate.high())),
               Table::Cell(bar(point.rate), colour)});
  }
  return table.text(stdout);
}

/// No fork of the first event is better.
bool inevitable(const Cause& cause) {
  const Rate& first = cause.points.front().rate;
  return !cause.jump.clear() && first.hits == first.trials;
}

/// Rises besides the jump that were worth a closer look.
std::string other_rises(const WhyFinding& finding) {
  std::string text;
  const auto& points = finding.cause.points;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Rate& low = points[i - 1].rate;
    const Rate& high = points[i].rate;
    if (points[i].event == finding.cause.jump.after || high.share() - low.share() < steep) continue;
    text += fmt::format("It also rises between {} and {}, {}: {} before, {} after.\n",
                        event_text(points[i - 1].event), event_text(points[i].event),
                        seconds_text(finding.timeline.time_of(points[i].event)), rate_text(low),
                        rate_text(high));
  }
  return text;
}

std::string jump_text(const WhyFinding& finding) {
  const sim::Jump& jump = finding.cause.jump;
  const std::string where =
      fmt::format("between {} and {}, {}", event_text(jump.before), event_text(jump.after),
                  seconds_text(finding.timeline.time_of(jump.after)));
  const std::string counts = fmt::format("in forks of their own {} before, {} after",
                                         rate_text(jump.low), rate_text(jump.high));
  if (jump.clear()) return fmt::format("It jumps {}: {}.\n", where, counts);
  if (inevitable(finding.cause))
    return "Every fork breaks it, from the first event on: no event of this run is the cause, but "
           "how it was set up, or the code itself.\n";
  return fmt::format(
      "No clear jump. The steepest rise is {}: {}; their intervals overlap, so it may be "
      "chance. More forks tell more (--why-runs).\n",
      where, counts);
}

std::string decisions_text(const WhyFinding& finding) {
  if (finding.decisions.empty()) return "Nothing was drawn there.\n";
  std::string text = "What was drawn there, and forks before it draw otherwise:\n";
  for (std::size_t i = 0; i < finding.decisions.size() && i < decisions_max; ++i)
    text += fmt::format("  {}: {}\n", subject_text(finding.decisions[i], finding.names),
                        finding.decisions[i].answer);
  if (finding.decisions.size() > decisions_max)
    text += fmt::format("  and {} more\n", finding.decisions.size() - decisions_max);
  return text;
}

/// Lines of the trace at the jump: all, or when those are too many, what is no datagram, or of
/// either the last ones.
std::string story_text(const WhyFinding& finding) {
  std::size_t lines = 0;
  std::size_t others = 0;
  std::vector<TracedEvent> quiet;
  const auto events = events_of_jump(finding);
  for (const TracedEvent* event : events) {
    lines += event->lines.size();
    quiet.push_back(*event);
    std::erase_if(quiet.back().lines, is_traffic);
    others += quiet.back().lines.size();
  }
  if (lines <= lines_max || others == 0) return trace_text(events, finding.names, lines_max);
  std::vector<const TracedEvent*> left;
  for (const TracedEvent& event : quiet) left.push_back(&event);
  return fmt::format("({} of datagrams are left out)\n", counted(lines - others, "line")) +
         trace_text(left, finding.names, lines_max);
}

void print_text(const WhyFinding& finding) {
  const Timeline& timeline = finding.timeline;
  std::string text = fmt::format("seed {}: {}\n\n", timeline.result.seed,
                                 violation_text(*timeline.result.violation, timeline.last()));
  text += fmt::format(
      "How often it breaks in the same words when all that is drawn after an event "
      "is drawn anew:\n\n{}\n{}",
      points_text(finding), jump_text(finding));
  text += other_rises(finding);
  if (!inevitable(finding.cause)) {
    const std::string story = story_text(finding);
    text += fmt::format("\nWhat happened there:\n{}\n{}",
                        story.empty() ? "(the trace is silent)\n" : story, decisions_text(finding));
  }
  text += fmt::format(
      "\n{} forks. To look around: --stop-at '{}' in place of --why\n", finding.cause.forks,
      event_text(finding.cause.jump.clear() ? finding.cause.jump.after : timeline.last()));
  std::fputs(text.c_str(), stdout);
}

Json json_of_rate(const Rate& rate) {
  return {{"hits", rate.hits}, {"trials", rate.trials}, {"low", rate.low()}, {"high", rate.high()}};
}

Json json_of_point(const Timeline& timeline, std::uint64_t event, const Rate& rate) {
  Json json = {{"event", event}, {"at_s", static_cast<double>(timeline.time_of(event)) / 1e6}};
  json.update(json_of_rate(rate));
  return json;
}

void print_finding(const WhyFinding& finding) {
  const Timeline& timeline = finding.timeline;
  Json json = sim::to_json(timeline.result);
  Json out = {{"seed", json["seed"]}, {"violation", json["violation"]}};
  out["violation"]["event"] = timeline.last();
  out["forks"] = finding.cause.forks;
  out["points"] = Json::array();
  for (const sim::CausePoint& point : finding.cause.points)
    out["points"].push_back(json_of_point(timeline, point.event, point.rate));
  const sim::Jump& jump = finding.cause.jump;
  out["jump"] = {{"clear", jump.clear()},
                 {"before", json_of_point(timeline, jump.before, jump.low)},
                 {"after", json_of_point(timeline, jump.after, jump.high)}};
  out["trace"] = Json::array();
  for (const TracedEvent* event : events_of_jump(finding))
    for (const std::string& line : event->lines)
      out["trace"].push_back({{"event", event->event},
                              {"at_s", static_cast<double>(event->at_us) / 1e6},
                              {"line", finding.names.readable(line)}});
  out["drawn"] = Json::array();
  for (const Decision& decision : finding.decisions)
    out["drawn"].push_back(
        {{"what", subject_text(decision, finding.names)}, {"answer", json_of(decision.answer)}});
  print_json(out);
}

}  // namespace

ExitCode tell_why(const sim::Rerun& rerun, const WhyOptions& options) {
  const Timeline timeline = sim::read_timeline(rerun);
  if (!timeline.result.violation) {
    if (options.json)
      print_json({{"seed", fmt::format("{}", timeline.result.seed)}, {"violation", nullptr}});
    else
      std::puts(fmt::format("seed {} breaks no promise: there is nothing to explain",
                            timeline.result.seed)
                    .c_str());
    return ExitCode::done;
  }
  if (timeline.last() < 2) throw failure("the run breaks its promise before anything happens");
  ProgressLine progress(stderr);
  sim::CauseOptions search{.runs_max = options.runs_max, .jobs = options.jobs, .progress = {}};
  search.progress = [&](std::uint64_t done) {
    progress.show(fmt::format("{} of {} forks", done, options.runs_max));
  };
  WhyFinding finding{
      timeline, Names(timeline), sim::find_cause(rerun, timeline, search), sim::TraceLines{}, {}};
  progress.clear();
  const sim::Jump& jump = finding.cause.jump;
  finding.trace = sim::trace_between(rerun, jump.before + 1, jump.after);
  finding.decisions = sim::decisions_between(rerun, jump.before, jump.after);
  if (options.json)
    print_finding(finding);
  else
    print_text(finding);
  return ExitCode::failed;
}

}  // namespace peal::cli
