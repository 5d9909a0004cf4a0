// How far what is played is what happened in the field.
#include "sim/field/likeness.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace peal::sim {
namespace {

/// One server: what arrived out of its order there, and who came before it too early.
class Misplaced {
 public:
  Misplaced(const Alignment& alignment, const std::vector<Arrival>& recorded,
            const std::vector<Arrival>& played)
      : alignment_(alignment), recorded_(recorded), played_(played) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < played.size(); ++i) {
      while (next < alignment.size() && alignment[next].second < i) ++next;
      const bool matched = next < alignment.size() && alignment[next].second == i;
      if (!matched) spare_[played[i].origin].push_back(i);
    }
  }

  void find(Place server, std::vector<TooEarly>& all) {
    std::size_t next = 0;  // The first pair behind what is looked at.
    for (std::size_t i = 0; i < recorded_.size(); ++i) {
      while (next < alignment_.size() && alignment_[next].first < i) ++next;
      if (next < alignment_.size() && alignment_[next].first == i) continue;
      if (const auto early = of(i, next)) all.push_back({early->first, server, early->second});
    }
  }

 private:
  using Early = std::pair<Arrival, std::int64_t>;

  /// What was recorded here belongs between the pair before and the pair behind; the same origin
  /// was played elsewhere.
  std::optional<Early> of(std::size_t recorded, std::size_t next) {
    const auto spare = spare_.find(recorded_[recorded].origin);
    if (spare == spare_.end() || spare->second.empty()) return std::nullopt;
    const std::size_t begin = next == 0 ? 0 : alignment_[next - 1].second;
    const auto nearest = std::ranges::min_element(
        spare->second, {}, [&](std::size_t i) { return i > begin ? i - begin : begin - i; });
    const Arrival& there = played_[*nearest];
    const std::size_t place = *nearest;
    spare->second.erase(nearest);
    if (next > 0 && place < begin) return Early{there, played_[begin].at_us - there.at_us + 1};
    if (next == alignment_.size()) return std::nullopt;
    const Arrival& behind = played_[alignment_[next].second];
    if (place > alignment_[next].second) return Early{behind, there.at_us - behind.at_us + 1};
    return std::nullopt;
  }

  const Alignment& alignment_;
  const std::vector<Arrival>& recorded_;
  const std::vector<Arrival>& played_;
  std::map<Origin, std::vector<std::size_t>> spare_;  ///< played, and recorded nowhere in order
};

}  // namespace

Likeness likeness_of(const Arrivals& recorded, const Arrivals& played) {
  Likeness likeness;
  for (std::size_t server = 0; server < recorded.size(); ++server) {
    likeness.by_server.push_back(align(recorded[server], played[server]));
    likeness.recorded += recorded[server].size();
    likeness.played += played[server].size();
    likeness.same += likeness.by_server.back().size();
  }
  return likeness;
}

std::vector<TooEarly> too_early(const Likeness& likeness, const Arrivals& recorded,
                                const Arrivals& played) {
  std::vector<TooEarly> all;
  for (std::size_t server = 0; server < recorded.size(); ++server)
    Misplaced(likeness.by_server[server], recorded[server], played[server])
        .find(static_cast<Place>(server), all);
  std::erase_if(all, [](const TooEarly& early) {
    return early.played.sent_us < 0 || early.played.origin.from == Origin::some_client;
  });
  std::ranges::sort(all, {}, [](const TooEarly& early) { return early.played.at_us; });
  return all;
}

}  // namespace peal::sim
