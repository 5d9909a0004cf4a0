// The commands of the inspector, and where each leads.
#include "cli/sim_inspect.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <span>
#include <sstream>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/inspect_shows.hpp"
#include "cli/inspect_text.hpp"
#include "cli/line_reader.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "sim/inspect/sought.hpp"
#include "sim/inspect/travel.hpp"
#include "sim/whole_number.hpp"

namespace peal::cli {
namespace {

using sim::Moment;
using Words = std::vector<std::string>;

// Of a long step, so many events are shown, the last ones.
constexpr std::size_t events_shown_max = 20;
constexpr std::uint64_t trace_lines = 20;

std::uint64_t parse_count(const std::string& text) {
  const auto count = sim::whole_number(text);
  if (!count || *count == 0)
    throw usage_error(fmt::format("{}: write how many, as in 10", harmless(text)));
  return *count;
}

void say(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  if (!text.ends_with('\n')) std::fputc('\n', stdout);
}

class Inspection {
 public:
  Inspection(const sim::Rerun& rerun, sim::Timeline timeline)
      : rerun_(rerun), timeline_(std::move(timeline)), names_(timeline_) {}

  ExitCode perform(std::uint64_t first) {
    sim::travel(rerun_, first, [this](const Moment& moment) { return stop(moment); }, trace_);
    std::fflush(stdout);
    if (wrong_ > 0 && !reader_.at_terminal())
      throw usage_error(fmt::format("{} of the commands made no sense", wrong_));
    return ExitCode::done;
  }

 private:
  struct Entry {
    const char* name;
    const char* arguments;
    const char* meaning;
    std::size_t words_min;  ///< behind the name
    std::size_t words_max;
    void (Inspection::*act)(const Moment&, const Words&);
  };
  static std::span<const Entry> commands();

  /// Somebody is here now: tells where that is, and reads commands until one leads elsewhere.
  std::uint64_t stop(const Moment& moment) {
    show_way(moment);
    target_.reset();
    while (!target_) {
      std::fflush(stdout);
      const auto line = reader_.read(fmt::format("{}> ", event_text(moment.event)));
      if (!line) return 0;
      try {
        obey(moment, *line);
      } catch (const Trouble& trouble) {
        complain(trouble.what());
      }
    }
    return *target_;
  }

  void obey(const Moment& moment, const std::string& line) {
    std::istringstream in(line);
    Words words;
    for (std::string word; in >> word;) words.push_back(word);
    if (words.empty() || words.front().starts_with("//")) return;
    const auto known = commands();
    const auto found = std::ranges::find(known, words.front(), &Entry::name);
    if (found == known.end())
      throw usage_error(
          fmt::format("{}: there is no such command (help lists them)", harmless(words.front())));
    words.erase(words.begin());
    if (words.size() < found->words_min || words.size() > found->words_max)
      throw usage_error(fmt::format("write it as: {} {}", found->name, found->arguments));
    (this->*found->act)(moment, words);
  }

  void complain(const std::string& text) {
    ++wrong_;
    std::fflush(stdout);
    const std::string where =
        reader_.at_terminal() ? "" : fmt::format("line {}: ", reader_.lines());
    std::fprintf(stderr, "%s%s\n", where.c_str(), text.c_str());
  }

  /// The events since the last stop when it was a step, else the one at hand.
  void show_way(const Moment& moment) {
    const auto& events = trace_.events();
    const std::size_t way = std::min(events.size(), static_cast<std::size_t>(stepped_));
    const std::size_t shown = std::clamp<std::size_t>(way, 1, events_shown_max);
    if (way > shown) say(fmt::format("({} before)", counted(way - shown, "event")));
    for (std::size_t i = events.size() - shown; i < events.size(); ++i)
      say(event_lines(events[i], moment.world, names_));
    stepped_ = 0;
    if (moment.event != timeline_.last()) return;
    const auto& violation = timeline_.result.violation;
    say(violation ? paint(Colour::red, "broken: ") + violation_text(*violation, moment.event)
                  : "the run ends here; no promise is broken");
  }

  void go_to(std::uint64_t event) { target_ = event; }

  void step(const Moment& moment, const Words& words) {
    const std::uint64_t wanted = words.empty() ? 1 : parse_count(words[0]);
    const std::uint64_t events = std::min(wanted, timeline_.last() - moment.event);
    if (events == 0) return say("the run ends here");
    stepped_ = events;
    go_to(moment.event + events);
  }
  void back(const Moment& moment, const Words& words) {
    const std::uint64_t wanted = words.empty() ? 1 : parse_count(words[0]);
    if (moment.event == 1) return say("the run begins here");
    go_to(moment.event - std::min(wanted, moment.event - 1));
  }
  void go(const Moment& /*moment*/, const Words& words) {
    if (words[0] == "violation" && !timeline_.result.violation)
      return say("this run breaks no promise");
    go_to(parse_moment(words[0], timeline_));
  }
  void next(const Moment& moment, const Words& words) {
    const std::string what = harmless(fmt::format("{}", fmt::join(words, " ")));
    const auto sought = sim::sought_by(what);
    if (!sought)
      throw usage_error(
          fmt::format("{}: nothing is called so (help next lists what there is)", what));
    const std::uint64_t event = sim::find_event(rerun_, moment.event, *sought);
    if (event == 0) return say(fmt::format("no {} from here to the end of the run", what));
    go_to(event);
  }
  void here(const Moment& moment, const Words& /*words*/) { show_way(moment); }
  void servers(const Moment& moment, const Words& /*words*/) {
    say(servers_text({moment.world, names_}));
  }
  void server(const Moment& moment, const Words& words) {
    const auto found = names_.server(words[0]);
    if (!found)
      throw usage_error(
          fmt::format("{}: no server is called so (servers lists them)", harmless(words[0])));
    say(server_text({moment.world, names_}, *found));
  }
  void people(const Moment& moment, const Words& /*words*/) {
    say(people_text({moment.world, names_}));
  }
  void person(const Moment& moment, const Words& words) {
    const auto found = names_.client(words[0]);
    if (!found)
      throw usage_error(
          fmt::format("{}: nobody is called so (people lists them)", harmless(words[0])));
    say(person_text({moment.world, names_}, *found));
  }
  void knows(const Moment& moment, const Words& words) {
    const Scene scene{moment.world, names_};
    say(words.empty() ? knows_text(scene) : message_text(scene, words[0]));
  }
  void message(const Moment& moment, const Words& words) {
    say(message_text({moment.world, names_}, words[0]));
  }
  void pending(const Moment& moment, const Words& words) {
    say(pending_text({moment.world, names_}, words));
  }
  void trace(const Moment& moment, const Words& words) {
    const std::uint64_t wanted = words.empty() ? trace_lines : parse_count(words[0]);
    std::vector<const sim::TracedEvent*> events;
    for (const sim::TracedEvent& event : trace_.events()) events.push_back(&event);
    say(trace_text(events, names_, wanted));
    (void)moment;
  }
  void help(const Moment& /*moment*/, const Words& words);
  void quit(const Moment& /*moment*/, const Words& /*words*/) { go_to(0); }

  const sim::Rerun& rerun_;
  sim::Timeline timeline_;
  sim::Names names_;
  sim::TraceLines trace_;
  LineReader reader_;
  std::optional<std::uint64_t> target_;  ///< where the command led; none: nowhere yet
  std::uint64_t stepped_ = 0;            ///< events of the step under way
  std::size_t wrong_ = 0;
};

std::span<const Inspection::Entry> Inspection::commands() {
  static constexpr Entry all[] = {
      {"step", "[N]", "on by an event, or N", 0, 1, &Inspection::step},
      {"back", "[N]", "back by an event, or N", 0, 1, &Inspection::back},
      {"go", "TIME|#EVENT|violation", "to there: 12.5s, 800ms, #1234", 1, 1, &Inspection::go},
      {"next", "WHAT", "on until that happens: crash, fault, Vote ...", 1, 8, &Inspection::next},
      {"here", "", "what happened at this event", 0, 0, &Inspection::here},
      {"servers", "", "all servers", 0, 0, &Inspection::servers},
      {"server", "NAME", "the state of one: s3", 1, 1, &Inspection::server},
      {"people", "", "all people", 0, 0, &Inspection::people},
      {"person", "NAME", "one of them: p2", 1, 1, &Inspection::person},
      {"who", "[MESSAGE]", "which servers hold what; or all about a message", 0, 1,
       &Inspection::knows},
      {"knows", "[MESSAGE]", "the same", 0, 1, &Inspection::knows},
      {"message", "MESSAGE", "who said it, who holds it, who was shown it: m4615:3", 1, 1,
       &Inspection::message},
      {"pending", "[WHO|KIND]...", "what is under way and waits: s1, Push, datagram, wake ...", 0,
       8, &Inspection::pending},
      {"trace", "[N]", "the last 20 lines of the trace, or N", 0, 1, &Inspection::trace},
      {"help", "[next]", "this; or everything that next can look for", 0, 1, &Inspection::help},
      {"quit", "", "ends it, as the end of input does", 0, 0, &Inspection::quit},
  };
  return all;
}

void Inspection::help(const Moment& /*moment*/, const Words& words) {
  if (!words.empty() && words[0] == "next") {
    std::string line;
    for (const std::string& word : sim::sought_words()) {
      if (line.size() + word.size() > 90) {
        say(line);
        line.clear();
      }
      line += (line.empty() ? "" : " ") + word;
    }
    return say(line);
  }
  if (!words.empty()) throw usage_error("write it as: help, or help next");
  Table table({{""}, {""}});
  for (const Entry& entry : commands())
    table.add({*entry.arguments == '\0' ? std::string(entry.name)
                                        : fmt::format("{} {}", entry.name, entry.arguments),
               entry.meaning});
  say(table.text(stdout));
}

}  // namespace

ExitCode inspect_run(const sim::Rerun& rerun, const std::string& stop_at) {
  sim::Timeline timeline = sim::read_timeline(rerun);
  if (timeline.last() == 0) throw failure("nothing happens in this run");
  if (stop_at == "violation" && !timeline.result.violation) {
    say(fmt::format("seed {} breaks no promise: {} simulated, {} events", timeline.result.seed,
                    seconds_text(timeline.result.simulated_us), timeline.last()));
    return ExitCode::done;
  }
  const std::uint64_t first = parse_moment(stop_at, timeline);
  return Inspection(rerun, std::move(timeline)).perform(first);
}

}  // namespace peal::cli
