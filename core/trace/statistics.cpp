// What a story comes to in numbers.
#include "core/trace/statistics.hpp"

#include <algorithm>
#include <optional>

namespace peal::trace {
namespace {

std::vector<Election> elections_of(const Draft& draft) {
  const Story& story = draft.story;
  std::vector<Election> elections;
  for (const InView& view : story.views) {
    const ViewId id = view.view.id;
    const auto begun = std::ranges::find_if(draft.votes, [&](const Draft::VoteBegun& vote) {
      return vote.round == id.number && vote.step <= view.from;
    });
    if (begun == draft.votes.end()) continue;
    Election election{id.number, begun->reason, story.steps[begun->step].at_us,
                      story.steps[view.from].at_us, id.leader};
    const auto same = std::ranges::find_if(elections, [&](const Election& other) {
      return other.round == id.number && other.winner == id.leader;
    });
    if (same == elections.end())
      elections.push_back(election);
    else
      same->to_us = std::min(same->to_us, election.to_us);
  }
  std::ranges::sort(elections, {}, &Election::from_us);
  return elections;
}

/// The leader whose process ended there; nothing when it did not lead.
std::optional<ServerId> led_until(const Story& story, const Life& life) {
  for (const InView& view : story.views)
    if (view.line == life.line && view.to == life.to && view.role == Role::leader)
      return view.view.id.leader;
  return std::nullopt;
}

std::vector<std::int64_t> failovers_of(const Story& story) {
  std::vector<std::int64_t> failovers;
  for (const Life& life : story.lives) {
    if (life.to == none) continue;
    const auto leader = led_until(story, life);
    if (!leader) continue;
    std::optional<std::int64_t> first;
    for (const InView& view : story.views)
      if (view.from > life.to && view.view.id && view.view.id.leader != *leader) {
        const std::int64_t took = story.steps[view.from].at_us - story.steps[life.to].at_us;
        if (!first || took < *first) first = took;
      }
    if (first) failovers.push_back(*first);
  }
  std::ranges::sort(failovers);
  return failovers;
}

std::vector<std::int64_t> acknowledgements_of(const Draft& draft) {
  const Story& story = draft.story;
  const auto at_a_client = [&](const Draft::Acknowledgement& told) {
    return !story.lines[story.steps[told.told].line].server;
  };
  const bool clients = std::ranges::any_of(draft.acknowledgements, at_a_client);
  std::vector<std::int64_t> took;
  for (const Draft::Acknowledgement& told : draft.acknowledgements)
    if (at_a_client(told) == clients)
      took.push_back(story.steps[told.told].at_us - story.steps[told.said].at_us);
  std::ranges::sort(took);
  return took;
}

}  // namespace

Statistics statistics_of(const Draft& draft) {
  Statistics statistics;
  for (const Arrow& arrow : draft.story.arrows) {
    ++statistics.messages[arrow.kind];
    statistics.bytes[arrow.kind] += arrow.bytes;
    if (arrow.arrived == none && arrow.to != none) ++statistics.lost[arrow.kind];
  }
  statistics.elections = elections_of(draft);
  statistics.acknowledged_us = acknowledgements_of(draft);
  statistics.failover_us = failovers_of(draft.story);
  return statistics;
}

}  // namespace peal::trace
