// One function for each verb.
#include "sim/scenario/parse_action.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/overloaded.hpp"
#include "sim/scenario/names.hpp"

namespace peal::sim {
namespace {

constexpr std::int64_t wall_s_max = std::int64_t{100} * 365 * 86'400;
constexpr std::int64_t drift_ppm_max = 500'000;

std::int64_t for_time(Tokens& tokens) {
  tokens.expect("for");
  return tokens.duration("a time");
}

std::int64_t by_time(Tokens& tokens, const char* what) {
  tokens.expect("by");
  return tokens.duration(what);
}

std::uint32_t bytes(Tokens& tokens, const char* what) {
  return static_cast<std::uint32_t>(
      tokens.number(1, std::numeric_limits<std::uint32_t>::max(), what));
}

Action start(Tokens& tokens, Cast& cast) {
  const std::size_t server = cast.server(tokens);
  if (tokens.take("as")) return StartTwin{server, cast.server(tokens)};
  return StartServer{server};
}

Action crash(Tokens& tokens, Cast& cast) {
  const std::size_t server = cast.server(tokens);
  if (tokens.take("silently")) return CrashServer{server, true};
  if (!tokens.take("after")) return CrashServer{server, false};
  const auto effects = tokens.number(1, 1'000'000, "a number of effects");
  tokens.expect("effects");
  return CrashAfterEffects{server, static_cast<std::uint32_t>(effects)};
}

Action disk(Tokens& tokens, Cast& cast) {
  const std::size_t server = cast.server(tokens);
  for (const DiskStateName& name : disk_state_names()) {
    if (!tokens.take(name.name)) continue;
    SetDisk disk{server, name.state};
    if (name.state == DiskState::slow) disk.by_us = by_time(tokens, "how slow it is");
    return disk;
  }
  tokens.fail("works, full, failing, unreadable, slow or hangs");
}

Action rot(Tokens& tokens, Cast& cast) {
  const std::size_t server = cast.server(tokens);
  const auto which = tokens.number(0, 1'000'000'000, "which entry of its disk, counted from 0");
  return RotEntry{server, static_cast<std::uint64_t>(which)};
}

Action remove(Tokens& tokens, Cast& cast) {
  const std::size_t gone = cast.server(tokens);
  tokens.expect("at");
  return RemoveServer{cast.server(tokens), gone};
}

Action slow(Tokens& tokens, Cast& cast) {
  const Place place = cast.host(tokens);
  const std::int64_t by_us = by_time(tokens, "how long each thing takes");
  return SlowHost{place, by_us, for_time(tokens)};
}

Action step(Tokens& tokens, Cast& cast) {
  const Place place = cast.host(tokens);
  return StepClock{place, tokens.duration("how far the clock steps")};
}

Action wall(Tokens& tokens, Cast& cast) {
  const Place place = cast.host(tokens);
  const std::int64_t us = tokens.signed_duration("how far the wall clock jumps");
  if (std::abs(us) > wall_s_max * 1'000'000)
    tokens.fail_there("a wall clock jumps 100 years at most");
  return JumpWall{place, us / 1'000};
}

Action drift(Tokens& tokens, Cast& cast) {
  const Place place = cast.host(tokens);
  const auto ppm = tokens.number(-drift_ppm_max, drift_ppm_max, "millionths that the clock gains");
  tokens.expect("ppm");
  return DriftClock{place, static_cast<std::int32_t>(ppm)};
}

std::vector<Place> hosts(Tokens& tokens, Cast& cast) {
  std::vector<Place> places{cast.host(tokens)};
  while (Cast::sees_host(tokens)) places.push_back(cast.host(tokens));
  return places;
}

void add_links(const std::vector<Place>& from, const std::vector<Place>& to, Links& links) {
  for (const Place a : from)
    for (const Place b : to)
      if (a != b) links.emplace_back(a, b);
}

/// `s1 s2 | s3 p1 | s4`: between different sides; `s1 -> s2 s3`: one way.
Links links(Tokens& tokens, Cast& cast) {
  std::vector<std::vector<Place>> sides{hosts(tokens, cast)};
  Links all;
  if (tokens.take("->")) {
    add_links(sides.front(), hosts(tokens, cast), all);
    return all;
  }
  if (!tokens.sees("|")) tokens.fail("\"|\" and the other side, or \"->\"");
  while (tokens.take("|")) sides.push_back(hosts(tokens, cast));
  for (const auto& one : sides)
    for (const auto& other : sides)
      if (&one != &other) add_links(one, other, all);
  std::ranges::sort(all);
  const auto twice = std::ranges::unique(all);
  all.erase(twice.begin(), twice.end());
  return all;
}

Action lose(Tokens& tokens, Cast& cast) {
  Links of = links(tokens, cast);
  return LoseHalf{std::move(of), for_time(tokens)};
}

Action lag(Tokens& tokens, Cast& cast) {
  Links of = links(tokens, cast);
  const std::int64_t by_us = by_time(tokens, "how much longer datagrams take");
  return LagLinks{std::move(of), by_us, for_time(tokens)};
}

Action narrow(Tokens& tokens, Cast& cast) {
  NarrowLinks narrow{.links = links(tokens, cast)};
  tokens.expect("rate");
  narrow.width.bytes_per_s = bytes(tokens, "bytes a second");
  if (tokens.take("queue")) narrow.width.queue_bytes = bytes(tokens, "bytes that may wait");
  narrow.for_us = for_time(tokens);
  return narrow;
}

Action clog(Tokens& tokens, Cast& cast) {
  Links of = links(tokens, cast);
  return ClogLinks{std::move(of), for_time(tokens)};
}

std::uint8_t kind(Tokens& tokens) {
  const auto found = kind_of_word(tokens.word("a kind of message, as vote or push-ack"));
  if (found) return *found;
  std::string all;
  for (std::size_t i = 0; i < message_kinds; ++i)
    all += (i == 0 ? "" : ", ") + kind_word(static_cast<std::uint8_t>(i));
  tokens.fail_there("no message is of this kind; they are " + all);
}

/// `once`, `always`, `#3`, `#3 to #5`, or nothing, which is once.
void which(Tokens& tokens, Rule& rule) {
  if (tokens.take("once")) return;
  if (tokens.take("always")) {
    rule.times = std::numeric_limits<std::uint32_t>::max();
    return;
  }
  const auto numbered = [&] {
    return static_cast<std::uint32_t>(tokens.numbered('#', "a count, as #3") + 1);
  };
  if (!tokens.sees_numbered('#')) return;
  rule.first = numbered();
  if (!tokens.take("to")) return;
  const std::uint32_t last = numbered();
  if (last < rule.first) tokens.fail_there("the last one comes before the first one");
  rule.times = last - rule.first + 1;
}

Action rule(Tokens& tokens, Cast& cast, Hit hit) {
  Rule rule{.hit = hit};
  rule.from = cast.host(tokens);
  tokens.expect("->");
  rule.to = cast.host(tokens);
  rule.kind = kind(tokens);
  which(tokens, rule);
  if (hit == Hit::delay) {
    tokens.expect("by");
    rule.delay_us = tokens.duration("how long");
  } else if (hit == Hit::duplicate && tokens.take("after")) {
    rule.delay_us = tokens.duration("when the second one comes");
  }
  return AddRule{rule};
}

using Verb = Action (*)(Tokens&, Cast&);
struct NamedVerb {
  const char* word;
  Verb parse;
};

constexpr auto verbs = std::to_array<NamedVerb>({
    {"start", start},
    {"crash", crash},
    {"wipe", [](Tokens& t, Cast& c) -> Action { return WipeServer{c.server(t)}; }},
    {"stop", [](Tokens& t, Cast& c) -> Action { return StopServer{c.server(t)}; }},
    {"drain", [](Tokens& t, Cast& c) -> Action { return DrainServer{c.server(t), false}; }},
    {"undrain", [](Tokens& t, Cast& c) -> Action { return DrainServer{c.server(t), true}; }},
    {"disk", disk},
    {"rot", rot},
    {"upgrade", [](Tokens& t, Cast& c) -> Action { return UpgradeServer{c.server(t)}; }},
    {"remove", remove},
    {"slow", slow},
    {"step", step},
    {"pause",
     [](Tokens& t, Cast& c) -> Action {
       const Place place = c.host(t);
       return PauseHost{place, for_time(t)};
     }},
    {"suspend",
     [](Tokens& t, Cast& c) -> Action {
       const Place place = c.host(t);
       return SuspendHost{place, for_time(t)};
     }},
    {"wall", wall},
    {"drift", drift},
    {"cut", [](Tokens& t, Cast& c) -> Action { return CutLinks{links(t, c)}; }},
    {"mend", [](Tokens&, Cast&) -> Action { return MendNetwork{}; }},
    {"lose", lose},
    {"lag", lag},
    {"narrow", narrow},
    {"clog", clog},
    {"weather", [](Tokens& t, Cast&) -> Action { return SetWeather{parse_weather(t)}; }},
    {"drop", [](Tokens& t, Cast& c) { return rule(t, c, Hit::drop); }},
    {"duplicate", [](Tokens& t, Cast& c) { return rule(t, c, Hit::duplicate); }},
    {"delay", [](Tokens& t, Cast& c) { return rule(t, c, Hit::delay); }},
    {"stand",
     [](Tokens& t, Cast&) -> Action {
       t.expect("still");
       return StandStill{};
     }},
    {"heal", [](Tokens&, Cast&) -> Action { return HealAll{}; }},
});

// --- People.

SayBody refer(Tokens& tokens, Cast& cast, std::size_t person, Body body) {
  SayBody say{.person = person, .body = std::move(body), .about = cast.label(tokens)};
  const Destination where = cast.conversation(say.about, person);
  std::visit(Overloaded{[&](MarkRead& mark) { mark.conversation = where; },
                        [&](auto& b)
                          requires requires { b.post; }
                        { b.to = where; },
                        [](auto&) {}},
                        say.body);
  return say;
}

Action person_says(Tokens& tokens, Cast& cast, std::size_t person) {
  const auto said = [&](Body body) { return SayBody{.person = person, .body = std::move(body)}; };
  SayBody say{.person = person};
  if (tokens.take("registers")) {
    say = said(RegisterUser{tokens.text()});
  } else if (tokens.take("renames")) {
    say = said(Rename{tokens.text()});
  } else if (tokens.take("creates")) {
    say = said(CreateRoom{Cast::room(tokens)});
  } else if (tokens.take("joins")) {
    say = said(JoinRoom{Cast::room(tokens)});
  } else if (tokens.take("leaves")) {
    say = said(LeaveRoom{Cast::room(tokens)});
  } else if (tokens.take("topic")) {
    const RoomName room = Cast::room(tokens);
    say = said(SetTopic{room, tokens.text()});
  } else if (tokens.take("posts")) {
    const Destination to = cast.destination(tokens);
    say = said(Post{to, tokens.text()});
  } else if (tokens.take("edits")) {
    say = refer(tokens, cast, person, EditPost{});
    std::get<EditPost>(say.body).text = tokens.text();
  } else if (tokens.take("deletes")) {
    say = refer(tokens, cast, person, DeletePost{});
  } else if (tokens.sees("reacts") || tokens.sees("unreacts")) {
    const bool on = tokens.take("reacts");
    if (!on) tokens.expect("unreacts");
    say = refer(tokens, cast, person, React{.on = on});
    std::get<React>(say.body).sign = tokens.text();
  } else if (tokens.take("marks")) {
    say = refer(tokens, cast, person, MarkRead{});
  } else if (tokens.take("makes")) {
    const RoomName room = Cast::room(tokens);
    if (!tokens.sees("private") && !tokens.sees("public")) tokens.fail("private or public");
    say = said(SetPrivacy{room, tokens.word("private or public") == "private"});
  } else if (tokens.sees("invites") || tokens.sees("removes")) {
    const bool invites = tokens.take("invites");
    if (!invites) tokens.expect("removes");
    const Destination other = cast.destination(tokens);
    if (!std::holds_alternative<UserId>(other)) tokens.fail_there("expected a person, as p2");
    const RoomName room = Cast::room(tokens);
    const UserId user = std::get<UserId>(other);
    say = invites ? said(Invite{room, user}) : said(RemoveMember{room, user});
  } else {
    tokens.fail(
        "what the person does: comes, registers, renames, creates, joins, leaves, topic, posts, "
        "edits, deletes, reacts, unreacts, marks, makes, invites, removes, reads, vanishes or "
        "logs out");
  }
  if (tokens.take("as")) say.label = cast.new_label(tokens, say);
  return say;
}

Action reads(Tokens& tokens, Cast& cast, std::size_t person) {
  constexpr std::int64_t items_usual = 30;
  constexpr std::int64_t items_max = 1'000;
  ReadPages read{.person = person, .with = cast.destination(tokens), .limit = items_usual};
  if (tokens.take("by"))
    read.limit = static_cast<std::uint32_t>(tokens.number(1, items_max, "entries in a page"));
  if (tokens.take("pages"))
    read.pages = static_cast<std::uint32_t>(tokens.number(1, 1'000'000, "a number of pages"));
  return read;
}

Action person_acts(Tokens& tokens, Cast& cast) {
  const std::size_t person = cast.person(tokens);
  if (tokens.take("comes")) {
    Come come{.person = person};
    if (tokens.take("knowing")) come.knows = cast.server(tokens);
    return come;
  }
  if (tokens.take("vanishes")) return Vanish{person};
  if (tokens.take("logs")) {
    tokens.expect("out");
    return LogOut{person};
  }
  if (tokens.take("reads")) return reads(tokens, cast, person);
  return person_says(tokens, cast, person);
}

std::uint32_t per_million(double fraction) {
  return static_cast<std::uint32_t>(std::lround(fraction * 1e6));
}

}  // namespace

Weather parse_weather(Tokens& tokens) {
  Weather weather;
  do {
    if (tokens.take("latency")) {
      weather.latency_min_us = tokens.duration("the least latency");
    } else if (tokens.take("jitter")) {
      weather.jitter_us = tokens.duration("the spread of latencies");
    } else if (tokens.take("tail")) {
      weather.tail_us = tokens.duration("how slow the slow ones are");
    } else if (tokens.take("slow")) {
      weather.tail_per_million = per_million(tokens.fraction("how many are slow"));
    } else if (tokens.take("loss")) {
      weather.lost_per_million = per_million(tokens.fraction("how many are lost"));
    } else if (tokens.take("twice")) {
      weather.twice_per_million = per_million(tokens.fraction("how many come twice"));
    } else if (tokens.take("corrupt")) {
      weather.corrupted_per_million = per_million(tokens.fraction("how many are corrupted"));
    } else if (tokens.take("group-loss")) {
      weather.group_lost_per_million =
          per_million(tokens.fraction("how many of a group's are lost"));
    } else if (tokens.take("rate")) {
      weather.width.bytes_per_s = bytes(tokens, "bytes a second");
    } else if (tokens.take("queue")) {
      weather.width.queue_bytes = bytes(tokens, "bytes that may wait");
    } else {
      tokens.fail("latency, jitter, tail, slow, loss, twice, corrupt, group-loss, rate or queue");
    }
  } while (!tokens.empty());
  const std::uint64_t hit = std::uint64_t{weather.lost_per_million} + weather.twice_per_million +
                            weather.corrupted_per_million;
  if (hit > 1'000'000) tokens.fail_there("loss, twice and corrupt add up to more than 1");
  return weather;
}

Action parse_action(Tokens& tokens, Cast& cast) {
  if (tokens.sees_numbered('p')) {
    Action action = person_acts(tokens, cast);
    tokens.expect_end();
    return action;
  }
  for (const NamedVerb& verb : verbs) {
    if (!tokens.take(verb.word)) continue;
    Action action = verb.parse(tokens, cast);
    tokens.expect_end();
    return action;
  }
  std::string all;
  for (const NamedVerb& verb : verbs) all += std::string(all.empty() ? "" : ", ") + verb.word;
  tokens.fail("expect, settle, end, a person, as p1, or one of " + all);
}

}  // namespace peal::sim
