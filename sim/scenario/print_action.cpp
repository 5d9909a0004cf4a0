// One overload for each action.
#include "sim/scenario/print_action.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/overloaded.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/tokens.hpp"

namespace peal::sim {
namespace {

// A text this long that is one letter again and again is written as such.
constexpr std::size_t repeat_from = 20;

std::string rate(std::uint32_t per_million) {
  return fmt::format("{}", static_cast<double>(per_million) / 1e6);
}

std::string print_width(const Width& width) {
  std::string text;
  if (width.bytes_per_s != 0) text = fmt::format(" rate {}", width.bytes_per_s);
  if (width.queue_bytes != Width{}.queue_bytes) text += fmt::format(" queue {}", width.queue_bytes);
  return text;
}

std::string names(const std::vector<Place>& places, const Setup& setup) {
  std::vector<std::string> all;
  for (const Place place : places) all.push_back(place_name(setup, place));
  return fmt::format("{}", fmt::join(all, " "));
}

/// Sides that hear nothing of each other, when the links are just those between such.
std::vector<std::vector<Place>> sides_of(const Links& links) {
  const std::set<std::pair<Place, Place>> cut(links.begin(), links.end());
  std::set<Place> places;
  for (const auto& [from, to] : links) places.insert({from, to});
  std::vector<std::vector<Place>> sides;
  for (const Place place : places) {
    const auto side = std::ranges::find_if(
        sides, [&](const auto& members) { return !cut.contains({members.front(), place}); });
    if (side == sides.end())
      sides.push_back({place});
    else
      side->push_back(place);
  }
  std::size_t between = 0;
  for (const auto& one : sides)
    for (const auto& other : sides)
      if (&one != &other)
        for (const Place a : one)
          for (const Place b : other) between += cut.contains({a, b}) ? 1 : places.size() * 1'000;
  return between == cut.size() ? sides : std::vector<std::vector<Place>>{};
}

/// As many one-way products as are needed: hosts with equal targets go together.
std::string arrows(const Links& links, const Setup& setup, const std::string& verb,
                   const std::string& behind) {
  std::map<Place, std::vector<Place>> targets;
  for (const auto& [from, to] : links) targets[from].push_back(to);
  std::map<std::vector<Place>, std::vector<Place>> groups;
  for (auto& [from, to] : targets) groups[to].push_back(from);
  std::vector<std::string> lines;
  for (const auto& [to, from] : groups)
    lines.push_back(
        fmt::format("{} {} -> {}{}", verb, names(from, setup), names(to, setup), behind));
  return fmt::format("{}", fmt::join(lines, "\n"));
}

/// Without the hosts that only audit: these are not there before the end.
std::string linked(const Links& links, const Setup& setup, const std::string& verb,
                   const std::string& behind) {
  Links shown = links;
  std::erase_if(shown, [&](const auto& link) {
    return place_name(setup, link.first).empty() || place_name(setup, link.second).empty();
  });
  const auto sides = sides_of(shown);
  if (sides.size() < 2) return arrows(shown, setup, verb, behind);
  std::vector<std::string> parts;
  for (const auto& side : sides) parts.push_back(names(side, setup));
  return fmt::format("{} {}{}", verb, fmt::join(parts, " | "), behind);
}

std::string print_room(const RoomName& room) {
  const bool plain = room.value.size() > 1 && room.value.front() == '#' &&
                     room.value.find_first_of(" \t\r\n\"|*") == std::string::npos &&
                     room.value.find("->") == std::string::npos;
  return plain ? room.value : print_text(room.value);
}

std::string print_user(const UserId& user) { return fmt::format("p{}", user.bytes[0]); }

std::string print_destination(const Destination& destination) {
  if (const auto* room = std::get_if<RoomName>(&destination)) return print_room(*room);
  return print_user(std::get<UserId>(destination));
}

std::string print_body(const Body& body, std::uint32_t about) {
  const auto m = fmt::format("m{}", about);
  return std::visit(
      Overloaded{
          [](const RegisterUser& b) { return "registers " + print_text(b.name); },
          [](const Rename& b) { return "renames " + print_text(b.name); },
          [](const CreateRoom& b) { return "creates " + print_room(b.room); },
          [](const JoinRoom& b) { return "joins " + print_room(b.room); },
          [](const LeaveRoom& b) { return "leaves " + print_room(b.room); },
          [](const SetTopic& b) {
            return fmt::format("topic {} {}", print_room(b.room), print_text(b.topic));
          },
          [](const Post& b) {
            return fmt::format("posts {} {}", print_destination(b.to), print_text(b.text));
          },
          [&](const EditPost& b) { return fmt::format("edits {} {}", m, print_text(b.text)); },
          [&](const DeletePost&) { return "deletes " + m; },
          [&](const React& b) {
            return fmt::format("{} {} {}", b.on ? "reacts" : "unreacts", m, print_text(b.sign));
          },
          [&](const MarkRead&) { return "marks " + m; },
          [](const SetPrivacy& b) {
            return fmt::format("makes {} {}", print_room(b.room),
                               b.only_invited ? "private" : "public");
          },
          [](const Invite& b) {
            return fmt::format("invites {} {}", print_user(b.user), print_room(b.room));
          },
          [](const RemoveMember& b) {
            return fmt::format("removes {} {}", print_user(b.user), print_room(b.room));
          }},
      body);
}

std::string print_rule(const Rule& rule, const Setup& setup) {
  const char* verb = rule.hit == Hit::drop        ? "drop"
                     : rule.hit == Hit::duplicate ? "duplicate"
                                                  : "delay";
  std::string text = fmt::format("{} {}->{} {}", verb, place_name(setup, rule.from),
                                 place_name(setup, rule.to), kind_word(rule.kind));
  if (rule.times == std::numeric_limits<std::uint32_t>::max())
    text += " always";
  else if (rule.times != 1)
    text += fmt::format(" #{} to #{}", rule.first, rule.first + rule.times - 1);
  else
    text += rule.first == 1 ? " once" : fmt::format(" #{}", rule.first);
  if (rule.hit == Hit::delay) text += " by " + print_duration(rule.delay_us);
  if (rule.hit == Hit::duplicate && rule.delay_us != 0)
    text += " after " + print_duration(rule.delay_us);
  return text;
}

struct Printer {
  const Setup& setup;

  [[nodiscard]] std::string s(std::size_t server) const { return server_name(setup, server); }
  [[nodiscard]] std::string at(Place place) const { return place_name(setup, place); }
  [[nodiscard]] static std::string lasting(std::int64_t us) { return " for " + print_duration(us); }

  std::string operator()(const StartServer& a) const { return "start " + s(a.server); }
  std::string operator()(const StartTwin& a) const {
    return fmt::format("start {} as {}", s(a.server), s(a.of));
  }
  std::string operator()(const CrashServer& a) const {
    return fmt::format("crash {}{}", s(a.server), a.silent ? " silently" : "");
  }
  std::string operator()(const CrashAfterEffects& a) const {
    return fmt::format("crash {} after {} effects", s(a.server), a.effects);
  }
  std::string operator()(const WipeServer& a) const { return "wipe " + s(a.server); }
  std::string operator()(const StopServer& a) const { return "stop " + s(a.server); }
  std::string operator()(const DrainServer& a) const {
    return (a.undo ? "undrain " : "drain ") + s(a.server);
  }
  std::string operator()(const SetDisk& a) const {
    std::string how;
    for (const DiskStateName& name : disk_state_names())
      if (a.state == name.state) how = name.name;
    if (a.state == DiskState::slow) how += " by " + print_duration(a.by_us);
    return fmt::format("disk {} {}", s(a.server), how);
  }
  std::string operator()(const UpgradeServer& a) const { return "upgrade " + s(a.server); }
  std::string operator()(const RemoveServer& a) const {
    return fmt::format("remove {} at {}", s(a.gone), s(a.server));
  }
  std::string operator()(const RotEntry& a) const {
    return fmt::format("rot {} {}", s(a.server), a.which);
  }
  std::string operator()(const PauseHost& a) const {
    return "pause " + at(a.place) + lasting(a.for_us);
  }
  std::string operator()(const SuspendHost& a) const {
    return "suspend " + at(a.place) + lasting(a.for_us);
  }
  std::string operator()(const SlowHost& a) const {
    return fmt::format("slow {} by {}{}", at(a.place), print_duration(a.by_us), lasting(a.for_us));
  }
  std::string operator()(const StepClock& a) const {
    return fmt::format("step {} {}", at(a.place), print_duration(a.us));
  }
  std::string operator()(const JumpWall& a) const {
    return fmt::format("wall {} {}{}", at(a.place), a.ms < 0 ? "-" : "+",
                       print_duration(std::abs(a.ms) * 1'000));
  }
  std::string operator()(const DriftClock& a) const {
    return fmt::format("drift {} {} ppm", at(a.place), a.ppm);
  }
  std::string operator()(const CutLinks& a) const { return linked(a.links, setup, "cut", ""); }
  std::string operator()(const MendNetwork&) const { return "mend"; }
  std::string operator()(const LoseHalf& a) const {
    return linked(a.links, setup, "lose", lasting(a.for_us));
  }
  std::string operator()(const LagLinks& a) const {
    return linked(a.links, setup, "lag",
                  fmt::format(" by {}{}", print_duration(a.by_us), lasting(a.for_us)));
  }
  std::string operator()(const NarrowLinks& a) const {
    return linked(a.links, setup, "narrow", print_width(a.width) + lasting(a.for_us));
  }
  std::string operator()(const ClogLinks& a) const {
    return linked(a.links, setup, "clog", lasting(a.for_us));
  }
  std::string operator()(const SetWeather& a) const {
    return "weather " + print_weather(a.weather);
  }
  std::string operator()(const AddRule& a) const { return print_rule(a.rule, setup); }
  std::string operator()(const Come& a) const {
    return person_name(a.person) + " comes" + (a.knows ? " knowing " + s(*a.knows) : "");
  }
  std::string operator()(const SayBody& a) const {
    return fmt::format("{} {}{}", person_name(a.person), print_body(a.body, a.about),
                       a.label == 0 ? "" : fmt::format(" as m{}", a.label));
  }
  std::string operator()(const ReadPages& a) const {
    return fmt::format("{} reads {} by {} pages {}", person_name(a.person),
                       print_destination(a.with), a.limit, a.pages);
  }
  std::string operator()(const Vanish& a) const { return person_name(a.person) + " vanishes"; }
  std::string operator()(const LogOut& a) const { return person_name(a.person) + " logs out"; }
  std::string operator()(const StandStill&) const { return "stand still"; }
  std::string operator()(const HealAll&) const { return "heal"; }
};

}  // namespace

std::string print_text(const std::string& text) {
  const bool repeats = text.size() >= repeat_from &&
                       std::ranges::all_of(text, [&](char c) { return c == text.front(); });
  std::string out = "\"";
  for (const char c : repeats ? text.substr(0, 1) : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  out += '"';
  return repeats ? fmt::format("{} * {}", out, text.size()) : out;
}

std::string print_weather(const Weather& weather) {
  return fmt::format(
      "latency {} jitter {} tail {} slow {} loss {} twice {} corrupt {} group-loss {}{}",
      print_duration(weather.latency_min_us), print_duration(weather.jitter_us),
      print_duration(weather.tail_us), rate(weather.tail_per_million),
      rate(weather.lost_per_million), rate(weather.twice_per_million),
      rate(weather.corrupted_per_million), rate(weather.group_lost_per_million),
      print_width(weather.width));
}

std::string print_action(const Action& action, const Setup& setup) {
  return std::visit(Printer{setup}, action);
}

}  // namespace peal::sim
