// Reads every room from every server in the end, as a person would.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sim/world.hpp"

namespace peal::sim {

/// Uses one client host for each server, from `first_client` on.
class Auditor : public Player, public Program {
 public:
  Auditor(World& world, std::size_t first_client, std::vector<RoomName> rooms);

  void called(std::uint32_t what) override;
  [[nodiscard]] std::string plan(std::uint32_t /*what*/) const override {
    return "a reader turns the page";
  }
  void heard(std::size_t client, const ClientEffect& effect) override;

  /// Opens the clients and asks for the first pages; forgets what was told before.
  void begin();
  [[nodiscard]] bool done() const;
  /// What one server told of one room, latest first.
  [[nodiscard]] const std::vector<Delivery>& told(std::size_t server, std::size_t room) const {
    return readings_[server].told[room];
  }
  /// It is for those who were invited, the server said.
  [[nodiscard]] bool refused(std::size_t server, std::size_t room) const {
    return readings_[server].refused.contains(room);
  }
  [[nodiscard]] const std::vector<RoomName>& rooms() const { return rooms_; }

 private:
  struct Reading {
    std::size_t room = 0;  ///< the one that is read; rooms_.size(): done
    std::optional<EntryKey> before;
    std::vector<std::vector<Delivery>> told;  ///< by room
    std::set<std::size_t> refused;            ///< rooms
  };
  void ask(std::size_t server);

  World& world_;
  std::size_t first_client_;
  std::vector<RoomName> rooms_;
  std::uint32_t player_ = 0;
  std::vector<Reading> readings_;  // By server.
};

}  // namespace peal::sim
