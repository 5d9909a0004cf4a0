// Recordings of several machines as the records of one trace.
#include "core/trace/merger.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "core/check.hpp"
#include "core/trace/align.hpp"
#include "core/trace/order.hpp"

namespace peal::trace {

void Merger::next_recording(Texts texts, bool one_clock) {
  narrator_.emplace(draft_, Detail{}, texts, one_clock);
  one_clock_ = one_clock;
  places_.clear();
  step_ = none;
}

Merger::Place& Merger::place_of(std::uint32_t track) {
  const auto [it, fresh] = places_.try_emplace(track);
  if (fresh) it->second.track = tracks_++;
  return it->second;
}

/// What one track told one after the other may be told side by side when machines have each their
/// own clock; but for the processes of one server.
void Merger::began(std::uint32_t track, const Sender& machine) {
  Place& place = place_of(track);
  const bool same = !place.machine || (machine.is_server() ? place.machine->server == machine.server
                                                           : *place.machine == machine);
  if (!same) place.track = tracks_++;
  place.machine = machine;
}

void Merger::take(Record record) {
  CHECK(narrator_.has_value());
  Taken taken;
  const std::size_t steps = draft_.story.steps.size();
  const std::size_t facts = draft_.story.facts.size();
  narrator_->take(record);
  if (draft_.story.steps.size() > steps) step_ = static_cast<Index>(steps);
  if (draft_.story.facts.size() > facts) taken.fact = facts;
  taken.step = step_;
  if (const auto* beginning = std::get_if<Began>(&record.what))
    began(record.track, beginning->machine);
  record.track = place_of(record.track).track;
  if (auto* fact = std::get_if<Fact>(&record.what))
    for (std::uint32_t& track : fact->tracks) track = place_of(track).track;
  // A recorder of one machine can have lost nothing but its own.
  if (auto* damaged = std::get_if<Damaged>(&record.what); damaged && !one_clock_)
    damaged->of_track = true;
  taken.record = std::move(record);
  taken_.push_back(std::move(taken));
}

Merger::Merged Merger::finish() && {
  const std::size_t notes = draft_.story.notes.size();
  align(draft_);
  const std::vector<Index> order = put_in_order(draft_);
  Merged merged;
  merged.uncertain.assign(draft_.story.notes.begin() + static_cast<std::ptrdiff_t>(notes),
                          draft_.story.notes.end());

  // What made no step stays behind the one before it.
  std::vector<std::size_t> first(order.size(), taken_.size());
  for (std::size_t i = taken_.size(); i-- > 0;)
    if (taken_[i].step != none) first[taken_[i].step] = i;
  merged.records.reserve(taken_.size());
  std::int64_t now_us = 0;
  const auto tell = [&](Taken& taken) {
    if (taken.fact) now_us = std::max(now_us, draft_.story.facts[*taken.fact].at_us);
    taken.record.at_us = now_us;
    merged.records.push_back(std::move(taken.record));
  };
  for (Taken& taken : taken_)
    if (taken.step == none) tell(taken);
  for (Index i = 0; i < order.size(); ++i) {
    now_us = std::max(now_us, draft_.story.steps[i].at_us);
    for (std::size_t at = first[order[i]]; at < taken_.size() && taken_[at].step == order[i]; ++at)
      tell(taken_[at]);
  }
  merged.story = std::move(draft_.story);
  return merged;
}

}  // namespace peal::trace
