// What arrived at servers, in which order: in the field, and when it is played again.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "core/digest.hpp"
#include "sim/field/departures.hpp"
#include "sim/field/field_run.hpp"
#include "sim/recorder.hpp"
#include "sim/setup.hpp"

namespace peal::sim {

/// From whom and what: two of them are taken for the same.
struct Origin {
  static constexpr Place some_client = 0xffff;
  Place from = 0;
  std::uint8_t kind = 0;
  friend auto operator<=>(const Origin&, const Origin&) = default;
};

struct Arrival {
  Origin origin;
  std::int64_t at_us = 0;
  std::int64_t sent_us = -1;  ///< -1: not known
};

/// [server], each in the order in which they arrived.
using Arrivals = std::vector<std::vector<Arrival>>;

/// Kinds that come because something happened. The others come again and again by the clock
/// (heartbeats, probes, announcements, pings, what a random peer has), and their order says
/// nothing.
[[nodiscard]] bool is_compared(std::uint8_t kind);

[[nodiscard]] Arrivals arrivals_of(const FieldRun& run);

/// What arrived in a simulated run, and when what was sent left.
struct Movements {
  Arrivals arrivals;
  Departures departures;
};

/// Takes them down.
class MovementRecorder : public Recorder {
 public:
  explicit MovementRecorder(Movements& movements) : movements_(movements) {}

  void setup(const Setup& setup) override;
  void began(Place place, Moment moment, const Sender& id, const Server& server) override;
  void began(Place /*place*/, Moment /*moment*/, const Sender& /*id*/,
             const Client& /*client*/) override {}
  void event(Place place, Moment moment, const Event& event) override;
  void event(Place /*place*/, Moment /*moment*/, const ClientEvent& /*event*/) override {}
  void effects(Moment moment, const Effects& effects, const Server& server) override;
  void effects(Moment /*moment*/, const ClientEffects& /*effects*/,
               const Client& /*client*/) override {}
  void ended(Place /*place*/, std::int64_t /*at_us*/, bool /*clean*/) override {}
  void performed(std::int64_t /*at_us*/, const Action& /*action*/) override {}

 private:
  using Way = std::tuple<Place, Place, std::uint8_t>;
  Movements& movements_;
  std::map<ServerId, Place> places_;
  Place acting_ = 0;
  std::map<std::pair<Way, Digest>, std::int64_t> sent_last_;
};

}  // namespace peal::sim
