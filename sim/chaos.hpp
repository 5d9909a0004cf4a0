// The faults of a run: which exist is drawn at its start, when and where they strike as it goes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/world.hpp"

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

/// Draws which faults exist in a run, and how strong they are.
[[nodiscard]] ChaosConfig draw_chaos(Chooser& chooser);
/// Draws the everyday behaviour of the network of a run.
[[nodiscard]] Weather draw_weather(Chooser& chooser);

class Chaos : public Player {
 public:
  Chaos(World& world, const ChaosConfig& config);

  void called(std::uint32_t what) override;
  /// Mends everything, starts every server, and strikes no more.
  void heal();
  /// Since when nothing was broken or mended; now, while something is broken in a way that leaves
  /// open who reaches whom.
  [[nodiscard]] std::int64_t calm_since_us() const;
  /// True when nothing at all is broken.
  [[nodiscard]] bool whole() const;

 private:
  enum class Cut : std::uint8_t { none, clean, unclear };

  void strike();
  void strike_server(Fault fault, std::size_t server);
  void strike_network(Fault fault);
  void rot(std::size_t server);
  void start_twin(std::size_t server);
  void end_twins();
  void mend(std::uint32_t what);
  void mend_later(std::uint32_t what);
  [[nodiscard]] Shape shape_of(Fault fault);
  void cut_network(Fault fault);
  void flap_later();
  void flap(std::uint32_t number);
  void count(Fault fault);
  [[nodiscard]] Choice about(Fault fault) const {
    return {About::fault, static_cast<std::uint8_t>(fault)};
  }
  [[nodiscard]] Place any_place(Fault fault);

  World& world_;
  ChaosConfig config_;
  std::uint32_t player_ = 0;
  std::int64_t changed_at_us_ = 0;
  Cut cut_ = Cut::none;
  bool flaps_ = false;      // The cut comes and goes.
  std::uint32_t cuts_ = 0;  // Numbers the cuts of the network, so that only its own mend ends one.
  std::uint32_t wipes_ = 0;
  std::vector<bool> wipe_next_;      // [server]: when it ends, its disk is wiped.
  std::optional<std::size_t> rots_;  // The server whose disk rots.
  std::int64_t noisy_until_us_ = 0;  // Pauses, bursts and clogs end by themselves.
  bool healed_ = false;
};

}  // namespace peal::sim
