// Losses one behind the other, and the moments at which links were cut and mended.
#include "sim/field/cut_spans.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace peal::sim {
namespace {

// So many messages one behind the other, and for so long, are not lost by chance.
constexpr std::size_t lost_least = 4;
constexpr std::int64_t lost_for_us = 100'000;

/// The span around these losses, as far as what arrived before and behind them leaves room.
CutSpan span_of(const FieldRun& run, const Way& way, const Sent& sent, std::int64_t first_us,
                std::int64_t last_us) {
  CutSpan span{.from = way.first,
               .to = way.second,
               .begins_by_us = first_us,
               .ends_after_us = last_us,
               .ends_by_us = run.duration_us};
  for (const FieldMessage* message : sent) {
    if (!message->arrived_us) continue;
    if (*message->sent_us < first_us)
      span.begins_after_us =
          std::min(first_us - 1, std::max(span.begins_after_us, *message->arrived_us));
    if (*message->sent_us > last_us) span.ends_by_us = std::min(span.ends_by_us, *message->sent_us);
  }
  return span;
}

void add_spans(const FieldRun& run, const Way& way, const Sent& sent, std::vector<CutSpan>& spans) {
  for (std::size_t i = 0; i < sent.size();) {
    std::size_t end = i;
    while (end < sent.size() && !sent[end]->arrived_us) ++end;
    if (end - i >= lost_least) {
      const std::int64_t first_us = *sent[i]->sent_us;
      const std::int64_t last_us = *sent[end - 1]->sent_us;
      if (last_us - first_us >= lost_for_us)
        spans.push_back(span_of(run, way, sent, first_us, last_us));
    }
    i = std::max(end, i + 1);
  }
}

const Sent& sent_by(const Traffic& traffic, const Way& way) {
  static const Sent silence;
  const auto found = traffic.find(way);
  return found == traffic.end() ? silence : found->second;
}

bool overlap(const CutSpan& span, const Way& way, const CutSpan& other) {
  return span.from == way.first && span.to == way.second &&
         span.begins_by_us <= other.ends_after_us && other.begins_by_us <= span.ends_after_us;
}

/// Whoever hears nothing has little to answer, and servers of different sides little to say: where
/// another link is cut and nothing passes here meanwhile, this one is as well, if it is that one's
/// other direction or loses anything.
std::optional<CutSpan> cut_as_well(const FieldRun& run, const CutSpan& cut, const Way& way,
                                   const Sent& sent) {
  bool loses = way == Way{cut.to, cut.from};
  for (const FieldMessage* message : sent) {
    if (*message->sent_us < cut.begins_by_us || *message->sent_us > cut.ends_after_us) continue;
    if (message->arrived_us) return std::nullopt;
    loses = true;
  }
  if (!loses) return std::nullopt;
  return span_of(run, way, sent, cut.begins_by_us, cut.ends_after_us);
}

/// The longest first: what fits it is cut as long.
void add_what_is_cut_as_well(const FieldRun& run, const Traffic& traffic,
                             std::vector<CutSpan>& spans) {
  std::vector<CutSpan> seen = spans;
  std::ranges::sort(seen, std::greater<>(),
                    [](const CutSpan& span) { return span.ends_after_us - span.begins_by_us; });
  for (const CutSpan& cut : seen)
    for (std::size_t from = 0; from < run.servers.size(); ++from)
      for (std::size_t to = 0; to < run.servers.size(); ++to) {
        const Way way{from, to};
        const bool known = std::ranges::any_of(
            spans, [&](const CutSpan& span) { return overlap(span, way, cut); });
        if (from == to || known) continue;
        if (const auto span = cut_as_well(run, cut, way, sent_by(traffic, way)))
          spans.push_back(*span);
      }
}

/// Times between `after` and `by` of every span, as few as there can be: the middle of what the
/// spans of one have in common. (The latest end first met is in every set of fewest.)
template <class After, class By>
std::vector<std::int64_t> moments(const std::vector<CutSpan>& spans, After after, By by) {
  std::vector<std::pair<std::int64_t, std::int64_t>> open;  // by, after
  for (const CutSpan& span : spans) open.emplace_back(span.*by, span.*after);
  std::ranges::sort(open);
  std::vector<std::int64_t> all(spans.size());
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> chosen;
  for (std::size_t i = 0; i < open.size();) {
    const std::int64_t least_by = open[i].first;
    std::int64_t most_after = open[i].second;
    std::size_t end = i;
    while (end < open.size() && open[end].second < least_by) {
      most_after = std::max(most_after, open[end].second);
      ++end;
    }
    end = std::max(end, i + 1);
    for (; i < end; ++i) chosen[open[i]] = most_after + (least_by - most_after) / 2;
  }
  for (std::size_t i = 0; i < spans.size(); ++i)
    all[i] = chosen.at({spans[i].*by, spans[i].*after});
  return all;
}

}  // namespace

std::vector<CutSpan> cut_spans(const FieldRun& run, const Traffic& traffic) {
  std::vector<CutSpan> spans;
  for (const auto& [way, sent] : traffic) add_spans(run, way, sent, spans);
  add_what_is_cut_as_well(run, traffic, spans);
  return spans;
}

std::vector<TimedAction> cuts_of(const std::vector<CutSpan>& spans) {
  const auto begins = moments(spans, &CutSpan::begins_after_us, &CutSpan::begins_by_us);
  const auto ends = moments(spans, &CutSpan::ends_after_us, &CutSpan::ends_by_us);
  std::set<std::int64_t> times(begins.begin(), begins.end());
  times.insert(ends.begin(), ends.end());
  std::vector<TimedAction> actions;
  std::set<std::pair<Place, Place>> cut;
  for (const std::int64_t time : times) {
    std::set<std::pair<Place, Place>> now;
    for (std::size_t i = 0; i < spans.size(); ++i)
      if (begins[i] <= time && time < ends[i])
        now.emplace(static_cast<Place>(spans[i].from), static_cast<Place>(spans[i].to));
    const bool mended = !std::ranges::includes(now, cut);
    if (mended) actions.push_back({time, MendNetwork{}});
    CutLinks added;
    for (const auto& link : now)
      if (mended || !cut.contains(link)) added.links.push_back(link);
    if (!added.links.empty()) actions.push_back({time, std::move(added)});
    cut = std::move(now);
  }
  return actions;
}

}  // namespace peal::sim
