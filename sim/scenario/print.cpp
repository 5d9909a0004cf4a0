// Line after line, so that it is read back as it was.
#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "sim/crowd.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/parse_expectation.hpp"
#include "sim/scenario/print_action.hpp"
#include "sim/scenario/scenario.hpp"

namespace peal::sim {
namespace {

std::string print_servers(const Setup& setup) {
  bool counted = true;
  std::string names;
  for (std::size_t i = 0; i < setup.servers.size(); ++i) {
    counted &= setup.servers[i].value == i + 1;
    names += " " + server_name(setup, i);
  }
  return counted ? fmt::format("servers {}\n", setup.servers.size()) : "servers" + names + "\n";
}

std::string print_tuning(const ServerConfig& tuning) {
  static const ServerConfig usual;
  std::string text;
  for (const Knob& knob : knobs()) {
    const std::int64_t value = knob.get(tuning);
    if (value == knob.get(usual)) continue;
    text += fmt::format("set {} {}\n", knob.name,
                        knob.is_time ? print_duration(value) : fmt::format("{}", value));
  }
  return text;
}

/// Where a person who came by posting posts to a room without joining it first, the language would
/// add the joining.
bool joins_before_posting(const std::vector<TimedAction>& actions, std::size_t person) {
  std::set<RoomName> joined;
  for (const TimedAction& timed : actions) {
    const auto* say = std::get_if<SayBody>(&timed.action);
    if (say == nullptr || say->person != person) continue;
    if (const auto* join = std::get_if<JoinRoom>(&say->body)) joined.insert(join->room);
    const auto* post = std::get_if<Post>(&say->body);
    const auto* room = post == nullptr ? nullptr : std::get_if<RoomName>(&post->to);
    if (room != nullptr && !joined.contains(*room)) return false;
  }
  return true;
}

/// How many actions from here on are what the language does by itself when a person posts who has
/// not come yet: come, register, join.
std::size_t implied(const std::vector<TimedAction>& actions, std::size_t first) {
  const auto* come = std::get_if<Come>(&actions[first].action);
  if (come == nullptr || come->knows) return 0;
  const auto said = [&](std::size_t i) -> const SayBody* {
    if (i >= actions.size() || actions[i].at_us != actions[first].at_us) return nullptr;
    const auto* say = std::get_if<SayBody>(&actions[i].action);
    return say != nullptr && say->person == come->person ? say : nullptr;
  };
  const SayBody* registers = said(first + 1);
  const SayBody* joins = said(first + 2);
  const SayBody* posts = said(first + 3);
  if (registers == nullptr || joins == nullptr || posts == nullptr || registers->label != 0 ||
      joins->label != 0)
    return 0;
  const auto* post = std::get_if<Post>(&posts->body);
  if (post == nullptr || registers->body != Body{RegisterUser{person_name(come->person)}}) return 0;
  const auto* room = std::get_if<RoomName>(&post->to);
  const bool fits = room != nullptr && joins->body == Body{JoinRoom{*room}};
  return fits && joins_before_posting(actions, come->person) ? 3 : 0;
}

bool first_coming(const std::vector<TimedAction>& actions, std::size_t at) {
  const std::size_t person = std::get<Come>(actions[at].action).person;
  for (std::size_t i = 0; i < at; ++i)
    if (const auto* come = std::get_if<Come>(&actions[i].action); come && come->person == person)
      return false;
  return true;
}

std::string at(std::int64_t us) { return fmt::format("at {:<9} ", print_duration(us)); }

std::string print_timed(const TimedAction& timed, const Setup& setup) {
  std::string text;
  const std::string words = print_action(timed.action, setup);
  for (std::size_t begin = 0; begin < words.size();) {
    const std::size_t end = std::min(words.find('\n', begin), words.size());
    text += at(timed.at_us) + words.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return text;
}

std::string print_header(const Script& script) {
  const Setup& setup = script.setup;
  std::string text = print_servers(setup);
  if (!setup.later.empty()) {
    text += "later";
    for (const std::size_t server : setup.later) text += " " + server_name(setup, server);
    text += "\n";
  }
  if (setup.people != 0) text += fmt::format("people {}\n", setup.people);
  if (script.seed != 0) text += fmt::format("seed {}\n", script.seed);
  if (setup.weather != Weather{}) text += "weather " + print_weather(setup.weather) + "\n";
  if (!setup.deaf_to_groups.empty()) {
    text += "deaf";
    for (const std::size_t person : setup.deaf_to_groups) text += " " + person_name(person);
    text += "\n";
  }
  if (setup.wall_spread_ms != 0)
    text += fmt::format("clocks within {}\n", print_duration(setup.wall_spread_ms * 1'000));
  if (setup.wake_late_us != 0)
    text += fmt::format("wakes late by up to {}\n", print_duration(setup.wake_late_us));
  return text + print_tuning(setup.tuning);
}

}  // namespace

std::string print_scenario(const Scenario& scenario) {
  const Script& script = scenario.script;
  std::string text = print_header(script);
  std::size_t expected = 0;
  const auto expectations_before = [&](std::int64_t us) {
    for (; expected < scenario.expectations.size() && scenario.expectations[expected].at_us < us;
         ++expected)
      text += at(scenario.expectations[expected].at_us) + "expect " +
              print_expectation(scenario.expectations[expected], script.setup) + "\n";
  };
  for (std::size_t i = 0; i < script.actions.size(); ++i) {
    expectations_before(script.actions[i].at_us);
    if (std::holds_alternative<Come>(script.actions[i].action) && first_coming(script.actions, i))
      i += implied(script.actions, i);
    text += print_timed(script.actions[i], script.setup);
  }
  expectations_before(std::numeric_limits<std::int64_t>::max());
  if (script.settle_at_us >= 0)
    text += at(script.settle_at_us) + "settle\n";
  else
    text += at(script.until_us) + "end\n";
  if (!scenario.violation) return text;
  text += fmt::format("expect violation {}", oracle_name(scenario.violation->oracle));
  if (!scenario.violation->what.empty()) text += " " + print_text(scenario.violation->what);
  return text + "\n";
}

}  // namespace peal::sim
