// The faults of a run: which exist is drawn at its start, when and where they strike as it goes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "sim/faults.hpp"
#include "sim/stage.hpp"

namespace peal::sim {

struct ChaosConfig {
  /// How much more often one fault strikes than another; 0: never.
  std::array<std::uint32_t, fault_count> weights{};
  /// Between two faults, on average.
  std::int64_t every_us = 2'000'000;
  /// How long a fault lasts, at most.
  std::int64_t lasts_us = 8'000'000;
  std::uint32_t wipes_max = 2;
};

/// Draws which faults exist in a run, and how strong they are, but for those that are set.
[[nodiscard]] ChaosConfig draw_chaos(Chooser& chooser, const Faults& faults);
/// Draws the everyday behaviour of the network of a run.
[[nodiscard]] Weather draw_weather(Chooser& chooser);

/// Does nothing any more once the stage stands still or is healed.
class Chaos : public Player {
 public:
  Chaos(Stage& stage, const ChaosConfig& config);

  void called(std::uint32_t what) override;
  [[nodiscard]] std::string plan(std::uint32_t /*what*/) const override {
    return "a fault strikes or is mended";
  }
  /// A link that comes and goes stays whole. To be called before the stage stands still.
  void stop_flapping();

 private:
  void strike();
  void strike_server(Fault fault, std::size_t server);
  void strike_disk(Fault fault, std::size_t server);
  void strike_clock(Fault fault, Place place);
  void strike_network(Fault fault);
  void trouble_disk(Fault fault, const SetDisk& disk);
  void remove(std::size_t server);
  void rot(std::size_t server);
  [[nodiscard]] std::pair<Place, Place> one_link(Fault fault);
  [[nodiscard]] Links some_links(Fault fault);
  void start_twin(std::size_t server);
  void mend(std::uint32_t what);
  void mend_later(std::uint32_t what);
  void cut_network(Fault fault);
  [[nodiscard]] Links draw_cut(Fault fault);
  void flap_later();
  void flap(std::uint32_t number);
  void count(Fault fault);
  [[nodiscard]] Choice about(Fault fault) const {
    return {About::fault, static_cast<std::uint8_t>(fault)};
  }
  [[nodiscard]] Place any_place(Fault fault);
  [[nodiscard]] bool done() const { return stage_.still() || stage_.healed_at_us() >= 0; }

  Stage& stage_;
  World& world_;
  ChaosConfig config_;
  std::uint32_t player_ = 0;
  bool cut_ = false;
  bool flaps_ = false;      // The cut comes and goes.
  std::uint32_t cuts_ = 0;  // Numbers the cuts of the network, so that only its own mend ends one.
  std::uint32_t wipes_ = 0;
  std::optional<std::size_t> rots_;  // The server whose disk rots.
};

}  // namespace peal::sim
