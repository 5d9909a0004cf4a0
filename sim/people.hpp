// The people of a run: each does what the chooser says.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/stage.hpp"

namespace peal::sim {

struct PeopleConfig {
  std::size_t rooms = 3;
  /// Between two things that one person does, on average.
  std::int64_t think_us = 3'000'000;
  /// Only register, join the first room and post to it: for figures.
  bool plain = false;
  /// They act one after the other, one of them each so often; 0: everybody whenever they like.
  std::int64_t in_turn_us = 0;
  /// Some come and go, take names of others, and send what must be refused.
  bool unruly = true;
  /// Now and then somebody pastes many lines at once.
  bool bursts = false;
};

class People : public Player {
 public:
  /// Everybody of the stage's crowd.
  People(Stage& stage, const PeopleConfig& config);

  void called(std::uint32_t what) override;
  /// The lower half of a call says which person.
  [[nodiscard]] std::string plan(std::uint32_t what) const override {
    return "p" + std::to_string(what & 0xffffU) + " acts";
  }

  /// From now on nobody begins anything, and everybody stays.
  void calm_down();
  /// Whoever is away comes back now.
  void come_back();

 private:
  struct Person {
    std::string name;
    bool registering = false;  ///< the name of somebody else was asked for
    ServerId home;             ///< where it was when it acted last
  };
  enum class Act : std::uint8_t {
    post_room,
    post_direct,
    answer,
    join,
    leave,
    read_room,
    read_direct,
    topic,
    rubbish,
    rename,
    vanish,
    log_out,
    paste,
    edit,
    remove_post,
    react,
    mark_read,
    admission,
    move,
    count_
  };

  void act(std::size_t person);
  void do_act(std::size_t person, Act act);
  void come(std::size_t person);
  void enter(std::size_t person);
  void move(std::size_t person);
  bool has_another_home(std::size_t person);
  void post(std::size_t person, const Destination& to, const std::string& start);
  void rename(std::size_t person);
  void paste(std::size_t person);
  void amend(std::size_t person, Act act);
  void decide_admission(std::size_t person);
  void post_rubbish(std::size_t person);
  void read(std::size_t person, const Destination& with);
  void think(std::size_t person);
  void wait_for_turn(std::size_t person, std::size_t turns);
  [[nodiscard]] Choice about(std::size_t person, std::uint8_t detail) const;
  [[nodiscard]] const RoomName& any_room(std::size_t person);
  [[nodiscard]] std::size_t anybody(std::size_t person);

  Stage& stage_;
  World& world_;
  PeopleConfig config_;
  std::uint32_t player_ = 0;
  std::vector<Person> people_;
  std::vector<RoomName> rooms_;
  bool calm_ = false;
};

}  // namespace peal::sim
