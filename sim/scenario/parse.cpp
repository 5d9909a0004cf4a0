// Line after line: what the run begins with, what is done, what is expected.
#include <algorithm>
#include <limits>
#include <utility>

#include "core/overloaded.hpp"
#include "sim/crowd.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/parse_action.hpp"
#include "sim/scenario/parse_expectation.hpp"
#include "sim/scenario/scenario.hpp"

namespace peal::sim {
namespace {

constexpr std::int64_t servers_max = 64;
constexpr std::int64_t rest_us = 1'000'000;  // A scenario without an end goes on for so long.
// Expectations are looked at a little after their times.
constexpr std::int64_t last_look_us = 10'000;
/// Some editors begin a text of UTF-8 with it.
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

class Parser {
 public:
  Scenario parse(std::string_view text) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    std::size_t number = 0;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      Tokens tokens(text.substr(0, end), ++number);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (!tokens.empty()) line(tokens);
    }
    if (script().setup.servers.empty())
      throw ScenarioError(number + 1, 1, "there is no line \"servers N\"");
    finish();
    return std::move(scenario_);
  }

 private:
  [[nodiscard]] Script& script() { return scenario_.script; }

  void line(Tokens& tokens) {
    if (tokens.take("servers")) return servers(tokens);
    if (script().setup.servers.empty()) tokens.fail("\"servers N\" before everything else");
    if (tokens.take("at")) return timed(tokens);
    if (tokens.take("expect")) return expect(tokens, now_us_);
    if (tokens.take("settle")) return settle(tokens);
    if (tokens.take("end")) return end(tokens);
    if (begun_) return act(tokens);  // At the time of the line above.
    header(tokens);
  }

  void header(Tokens& tokens) {
    Setup& setup = script().setup;
    if (tokens.take("people")) {
      setup.people = static_cast<std::size_t>(tokens.number(1, 200, "how many people"));
    } else if (tokens.take("seed")) {
      script().seed = static_cast<std::uint64_t>(
          tokens.number(0, std::numeric_limits<std::int64_t>::max(), "a seed"));
    } else if (tokens.take("weather")) {
      setup.weather = parse_weather(tokens);
    } else if (tokens.take("later")) {
      do setup.later.push_back(cast_.server(tokens));
      while (!tokens.empty());
    } else if (tokens.take("deaf")) {
      do setup.deaf_to_groups.push_back(cast_.person(tokens));
      while (!tokens.empty());
    } else if (tokens.take("clocks")) {
      tokens.expect("within");
      setup.wall_spread_ms = tokens.duration("how far apart wall clocks are") / 1'000;
    } else if (tokens.take("wakes")) {
      tokens.expect("late");
      tokens.expect("by");
      tokens.expect("up");
      tokens.expect("to");
      setup.wake_late_us = tokens.duration("how late machines are woken");
    } else if (tokens.take("set")) {
      set(tokens);
    } else {
      tokens.fail(
          "people, seed, weather, later, deaf, clocks, wakes, set, at, expect, settle or end");
    }
    tokens.expect_end();
  }

  void servers(Tokens& tokens) {
    auto& ids = script().setup.servers;
    if (!ids.empty()) tokens.fail_there("the servers were told already");
    if (tokens.sees_numbered('s')) {
      do ids.push_back(ServerId{tokens.numbered('s', "a server, as s3") + 1});
      while (!tokens.empty());
      auto sorted = ids;
      std::ranges::sort(sorted);
      if (std::ranges::adjacent_find(sorted) != sorted.end())
        tokens.fail_there("a server is named twice");
    } else {
      const auto count = tokens.number(1, servers_max, "how many servers, or their names");
      for (std::int64_t i = 1; i <= count; ++i)
        ids.push_back(ServerId{static_cast<std::uint64_t>(i)});
    }
    if (ids.size() > servers_max) tokens.fail_there("there are at most 64 servers");
    tokens.expect_end();
  }

  void set(Tokens& tokens) {
    const std::string name = tokens.word("a number of the configuration");
    for (const Knob& knob : knobs()) {
      if (name != knob.name) continue;
      if (knob.is_time) return knob.set(script().setup.tuning, tokens.duration("a time"));
      return knob.set(script().setup.tuning, tokens.number(knob.least, knob.most, "its value"));
    }
    std::string all;
    for (const Knob& knob : knobs()) all += std::string(all.empty() ? "" : ", ") + knob.name;
    tokens.fail_there("no such number of the configuration; there are " + all);
  }

  void timed(Tokens& tokens) {
    const std::int64_t at = tokens.duration("a time");
    if (at < now_us_)
      tokens.fail_there("this is before the line above: lines are in order of time");
    if (over()) tokens.fail_there("the run is over");
    now_us_ = at;
    begun_ = true;
    if (tokens.take("expect")) return expect(tokens, at);
    if (tokens.take("settle")) return settle(tokens);
    if (tokens.take("end")) return end(tokens);
    act(tokens);
  }

  [[nodiscard]] bool over() const { return scenario_.script.settle_at_us >= 0 || ended_; }

  void act(Tokens& tokens) {
    if (over()) tokens.fail("nothing more but \"expect\": the run is over");
    Action action = parse_action(tokens, cast_);
    come_first(action);
    script().actions.push_back({now_us_, std::move(action)});
  }

  /// Whoever acts before coming comes now.
  void come_first(const Action& action) {
    std::visit(
        Overloaded{[&](const Come& come) { mark_present(come.person); },
                   [&](const SayBody& say) { bring(say.person, &say.body); },
                   [&](const ReadPages& read) { bring(read.person, nullptr); }, [](const auto&) {}},
        action);
  }

  void mark_present(std::size_t person) {
    present_.resize(std::max(present_.size(), person + 1));
    present_[person].came = true;
  }

  void bring(std::size_t person, const Body* body) {
    const bool implied = person >= present_.size() || !present_[person].came;
    mark_present(person);
    Present& present = present_[person];
    if (implied) {
      present.implied = true;
      script().actions.push_back({now_us_, Come{.person = person}});
      if (body == nullptr || !std::holds_alternative<RegisterUser>(*body))
        add(person, RegisterUser{person_name(person)});
    }
    if (body == nullptr) return;
    if (const auto* join = std::get_if<JoinRoom>(body)) present.rooms.push_back(join->room);
    const auto* post = std::get_if<Post>(body);
    const auto* room = post == nullptr ? nullptr : std::get_if<RoomName>(&post->to);
    if (!present.implied || room == nullptr ||
        std::ranges::find(present.rooms, *room) != present.rooms.end())
      return;
    present.rooms.push_back(*room);
    add(person, JoinRoom{*room});
  }

  void add(std::size_t person, Body body) {
    script().actions.push_back({now_us_, SayBody{.person = person, .body = std::move(body)}});
  }

  void expect(Tokens& tokens, std::int64_t at) {
    begun_ = true;
    if (tokens.take("violation")) return violation(tokens);
    Expectation expectation = parse_expectation(tokens, cast_);
    expectation.at_us = at;
    scenario_.expectations.push_back(std::move(expectation));
  }

  void violation(Tokens& tokens) {
    const std::string name = tokens.word("an oracle, as durability");
    Scenario::Broken broken;
    std::size_t oracle = 0;
    while (oracle < oracle_count && name != oracle_name(static_cast<Oracle>(oracle))) ++oracle;
    if (oracle == oracle_count) tokens.fail_there("there is no such oracle");
    broken.oracle = static_cast<Oracle>(oracle);
    if (tokens.sees_text()) broken.what = tokens.text();
    tokens.expect_end();
    scenario_.violation = std::move(broken);
  }

  void settle(Tokens& tokens) {
    tokens.expect_end();
    if (over()) tokens.fail_there("the run is over");
    begun_ = true;
    script().settle_at_us = now_us_;
  }

  void end(Tokens& tokens) {
    tokens.expect_end();
    if (over()) tokens.fail_there("the run is over");
    begun_ = true;
    ended_ = true;
    script().until_us = now_us_;
  }

  void finish() {
    if (script().settle_at_us >= 0) return;
    std::int64_t until = ended_ ? now_us_ : now_us_ + rest_us;
    for (const Expectation& e : scenario_.expectations)
      until = std::max(until, e.at_us + e.within_us + e.for_us + last_look_us);
    script().until_us = until;
  }

  struct Present {
    bool came = false;
    bool implied = false;  // Came because of acting: registers and joins by the way, too.
    std::vector<RoomName> rooms;
  };

  Scenario scenario_;
  Cast cast_{scenario_.script.setup};
  std::vector<Present> present_;
  std::int64_t now_us_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace

Scenario parse_scenario(std::string_view text) { return Parser().parse(text); }

}  // namespace peal::sim
