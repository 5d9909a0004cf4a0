// Cuts, pauses, delays and losses out of when messages left and arrived.
#include "sim/field/breaks.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "sim/field/cut_spans.hpp"
#include "sim/field/departures.hpp"
#include "sim/field/middle_of.hpp"
#include "sim/field/traffic.hpp"

namespace peal::sim {
namespace {

// A server says something many times a second; for so long it says nothing only when it cannot.
constexpr std::int64_t pause_least_us = 150'000;
constexpr std::size_t waited_least = 2;
// What takes so much longer than others did not just meet a busy machine.
constexpr std::int64_t late_by_us = 20'000;
// A rule begins a little before the message that it is about.
constexpr std::int64_t rule_before_us = 5'000;

/// Of a message whose time of sending is known.
Departure departure_of(const FieldMessage& message) {
  return {static_cast<Place>(message.from), static_cast<Place>(message.to), message.kind,
          *message.sent_us};
}

class BreakReader {
 public:
  explicit BreakReader(const FieldRun& run)
      : run_(run), traffic_(traffic_of(run)), spans_(cut_spans(run, traffic_)) {}

  Breaks read() {
    breaks_.actions = cuts_of(spans_);
    pauses();
    breaks_.weather = weather();
    rules();
    return std::move(breaks_);
  }

 private:
  [[nodiscard]] bool explained(const FieldMessage& message) const {
    return waited_.contains(&message) ||
           std::ranges::any_of(spans_, [&](const CutSpan& span) { return span.covers(message); });
  }

  void pauses() {
    for (std::size_t server = 0; server < run_.servers.size(); ++server) {
      const auto& active = run_.active[server];
      for (std::size_t i = 1; i < active.size(); ++i)
        if (active[i] - active[i - 1] >= pause_least_us) pause(server, active[i - 1], active[i]);
    }
  }

  void pause(std::size_t server, std::int64_t after_us, std::int64_t until_us) {
    std::vector<const FieldMessage*> waited;
    for (const FieldMessage& message : run_.messages)
      if (message.to == server && message.sent_us && message.arrived_us &&
          *message.sent_us > after_us && *message.sent_us < until_us - late_by_us &&
          *message.arrived_us >= until_us)
        waited.push_back(&message);
    if (waited.size() < waited_least) return;
    waited_.insert(waited.begin(), waited.end());
    const std::int64_t first_us = *waited.front()->sent_us;
    const std::int64_t from_us = after_us + (first_us - after_us) / 2;
    breaks_.actions.push_back({from_us, PauseHost{static_cast<Place>(server), until_us - from_us}});
  }

  [[nodiscard]] Weather weather() const {
    std::vector<std::int64_t> took;
    for (const FieldMessage& message : run_.messages)
      if (message.sent_us && message.arrived_us && !waited_.contains(&message))
        took.push_back(*message.arrived_us - *message.sent_us);
    Weather weather{.jitter_us = 0, .tail_us = 0, .tail_per_million = 0};
    if (took.empty()) return weather;
    const std::int64_t middle_us = middle_of(std::move(took));
    weather.latency_min_us = std::max<std::int64_t>(10, middle_us - middle_us % 10);
    return weather;
  }

  void rules() {
    for (const FieldMessage& message : run_.messages)
      if (message.sent_us) departures_.add(departure_of(message));
    for (const auto& [way, sent] : traffic_)
      for (const FieldMessage* message : sent)
        if (!explained(*message)) add_rule(*message);
  }

  void add_rule(const FieldMessage& message) {
    const Departure departure = departure_of(message);
    Rule rule{.from = departure.from, .to = departure.to, .kind = departure.kind};
    if (message.arrived_us) {
      const std::int64_t took_us = *message.arrived_us - *message.sent_us;
      if (took_us < breaks_.weather.latency_min_us + late_by_us) return;
      rule.hit = Hit::delay;
      rule.delay_us = took_us - breaks_.weather.latency_min_us;
    }
    breaks_.actions.push_back({departures_.just_before(departure, rule_before_us), AddRule{rule}});
  }

  const FieldRun& run_;
  Traffic traffic_;
  Departures departures_;
  std::vector<CutSpan> spans_;
  std::set<const FieldMessage*> waited_;
  Breaks breaks_;
};

}  // namespace

Breaks read_breaks(const FieldRun& run) { return BreakReader(run).read(); }

}  // namespace peal::sim
