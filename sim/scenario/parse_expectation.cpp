// One function for each way in which an expectation may begin.
#include "sim/scenario/parse_expectation.hpp"

#include <algorithm>
#include <limits>

#include <fmt/ranges.h>

#include "core/overloaded.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/print_action.hpp"

namespace peal::sim {
namespace {

constexpr std::uint64_t any_number = std::numeric_limits<std::uint64_t>::max();

struct SpanBounds {
  std::uint64_t least = 0;
  std::uint64_t most = any_number;
};

/// `3`, `at least 3`, `at most 3`.
SpanBounds bounds(Tokens& tokens) {
  const auto number = [&] {
    return static_cast<std::uint64_t>(tokens.number(0, 1'000'000'000, "a number"));
  };
  if (!tokens.take("at")) {
    const std::uint64_t exactly = number();
    return {exactly, exactly};
  }
  if (tokens.take("least")) return {number(), any_number};
  tokens.expect("most");
  return {0, number()};
}

Condition of_server(Tokens& tokens, const Cast& cast) {
  const std::size_t server = cast.server(tokens);
  if (tokens.take("leads")) return HasRole{server, Role::leader};
  if (tokens.take("runs")) return Runs{server};
  if (tokens.take("holds")) return Holds{server, cast.label(tokens)};
  if (tokens.take("is")) {
    for (const RoleName& name : role_names())
      if (tokens.take(name.name)) return HasRole{server, name.role};
    tokens.fail("leader, member, looking, joining, leaving or failed");
  }
  if (tokens.take("view")) {
    ViewIs view{server, {}};
    while (tokens.sees_numbered('s')) view.members.push_back(cast.server(tokens));
    if (view.members.empty()) tokens.fail("the servers of the view, as s1 s2");
    std::ranges::sort(view.members);
    return view;
  }
  if (tokens.take("timeline")) {
    TimelineIs timeline{server, Cast::room(tokens), {}};
    while (tokens.sees_numbered('m')) timeline.messages.push_back(cast.label(tokens));
    return timeline;
  }
  tokens.fail("leads, is, runs, view, holds or timeline");
}

Condition of_person(Tokens& tokens, Cast& cast) {
  const std::size_t person = cast.person(tokens);
  if (tokens.take("served")) {
    IsServed served{.person = person};
    if (tokens.take("by")) served.by = cast.server(tokens);
    return served;
  }
  if (!tokens.take("sees")) tokens.fail("sees or served");
  Sees sees{.person = person};
  while (tokens.sees_numbered('m')) sees.messages.push_back(cast.label(tokens));
  if (sees.messages.empty()) tokens.fail("messages, as m1 m2");
  return sees;
}

Condition of_message(Tokens& tokens, const Cast& cast) {
  const std::uint32_t label = cast.label(tokens);
  if (tokens.take("acknowledged")) return WasAcknowledged{label};
  if (!tokens.take("rejected")) tokens.fail("acknowledged or rejected");
  WasRejected rejected{.message = label};
  for (const ReasonName& name : reason_names())
    if (tokens.take(name.name)) rejected.reason = name.reason;
  return rejected;
}

Condition condition(Tokens& tokens, Cast& cast) {
  if (tokens.take("one")) {
    tokens.expect("leader");
    AgreeOnLeader one;
    if (tokens.sees_numbered('s')) one.server = cast.server(tokens);
    return one;
  }
  if (tokens.take("equal")) {
    tokens.expect("histories");
    return EqualHistories{};
  }
  if (tokens.take("elections")) {
    const SpanBounds of = bounds(tokens);
    return Elections{of.least, of.most};
  }
  if (tokens.take("sent")) {
    const auto kind = kind_of_word(tokens.word("a kind of message, as vote"));
    if (!kind) tokens.fail_there("no message is of this kind");
    const SpanBounds of = bounds(tokens);
    return WereSent{*kind, of.least, of.most};
  }
  if (tokens.sees_numbered('s')) return of_server(tokens, cast);
  if (tokens.sees_numbered('p')) return of_person(tokens, cast);
  if (tokens.sees_numbered('m')) return of_message(tokens, cast);
  tokens.fail(
      "one leader, a server, a person, a message, equal histories, elections, sent or violation");
}

std::string labels(const std::vector<std::uint32_t>& all) {
  std::string text;
  for (const std::uint32_t label : all) text += fmt::format(" m{}", label);
  return text;
}

std::string print_bounds(std::uint64_t least, std::uint64_t most) {
  if (least == most) return fmt::format("{}", least);
  return most == any_number ? fmt::format("at least {}", least) : fmt::format("at most {}", most);
}

std::string print_condition(const Condition& condition, const Setup& setup) {
  const auto s = [&](std::size_t server) { return server_name(setup, server); };
  return std::visit(
      Overloaded{
          [&](const AgreeOnLeader& c) {
            return "one leader" + (c.server ? " " + s(*c.server) : "");
          },
          [&](const HasRole& c) {
            if (c.role == Role::leader) return s(c.server) + " leads";
            const auto names = role_names();
            const auto found = std::ranges::find(names, c.role, &RoleName::role);
            return fmt::format("{} is {}", s(c.server), found->name);
          },
          [&](const ViewIs& c) {
            std::string text = s(c.server) + " view";
            for (const std::size_t member : c.members) text += " " + s(member);
            return text;
          },
          [&](const Runs& c) { return s(c.server) + " runs"; },
          [&](const IsServed& c) {
            return person_name(c.person) + " served" + (c.by ? " by " + s(*c.by) : "");
          },
          [](const WasAcknowledged& c) { return fmt::format("m{} acknowledged", c.message); },
          [](const WasRejected& c) {
            const auto names = reason_names();
            const auto found = std::ranges::find_if(
                names, [&](const ReasonName& name) { return c.reason == name.reason; });
            return fmt::format("m{} rejected{}{}", c.message, c.reason ? " " : "",
                               found == names.end() ? "" : found->name);
          },
          [](const Sees& c) { return person_name(c.person) + " sees" + labels(c.messages); },
          [&](const Holds& c) { return fmt::format("{} holds m{}", s(c.server), c.message); },
          [&](const TimelineIs& c) {
            return fmt::format("{} timeline {}{}", s(c.server), c.room.value, labels(c.messages));
          },
          [](const EqualHistories&) { return std::string("equal histories"); },
          [](const Elections& c) { return "elections " + print_bounds(c.least, c.most); },
          [](const WereSent& c) {
            return fmt::format("sent {} {}", kind_word(c.kind), print_bounds(c.least, c.most));
          }},
      condition);
}

}  // namespace

Expectation parse_expectation(Tokens& tokens, Cast& cast) {
  Expectation expectation{.line = tokens.line()};
  expectation.negated = tokens.take("not");
  expectation.condition = condition(tokens, cast);
  if (tokens.take("within")) expectation.within_us = tokens.duration("a time");
  if (tokens.take("for")) expectation.for_us = tokens.duration("a time");
  tokens.expect_end();
  expectation.text = print_expectation(expectation, cast.setup());
  return expectation;
}

std::string print_expectation(const Expectation& expectation, const Setup& setup) {
  std::string text = (expectation.negated ? "not " : "");
  text += print_condition(expectation.condition, setup);
  if (expectation.within_us != 0) text += " within " + print_duration(expectation.within_us);
  if (expectation.for_us != 0) text += " for " + print_duration(expectation.for_us);
  return text;
}

}  // namespace peal::sim
