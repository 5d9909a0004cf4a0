// What people do: talk, answer, read, come and go, and sometimes make mistakes.
#include "sim/people.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/check.hpp"
#include "sim/steps.hpp"

namespace peal::sim {
namespace {

// What a person's questions to the chooser are about, besides their acts.
using step::first_name;
using step::known_servers;
using step::mistake;
using step::next_act;
using step::page_size;
using step::pasted_lines;
using step::text_length;
using step::think_time;
using step::which_person;
using step::which_room;

// What a call is for: a person, and whether to begin.
constexpr std::uint32_t begin_call = 1U << 16U;

constexpr std::int64_t arrival_us = 3'000'000;
constexpr std::uint32_t wrong_post_per_million = 100'000;
constexpr std::uint32_t wrong_name_per_million = 50'000;
constexpr std::uint32_t long_text_per_million = 10'000;
constexpr std::uint32_t knows_server_per_million = 100'000;
constexpr std::uint32_t pages_max = 4;
constexpr std::uint64_t page_items_max = 30;
// More than a client may have under way.
constexpr std::uint64_t lines_max = 100;

}  // namespace

People::People(Stage& stage, const PeopleConfig& config)
    : stage_(stage), world_(stage.world()), config_(config) {
  player_ = world_.add_player(*this);
  for (std::size_t i = 0; i < config.rooms; ++i) rooms_.push_back({fmt::format("#room{}", i)});
  for (std::size_t i = 0; i < stage.crowd().size(); ++i) {
    people_.push_back({.name = fmt::format("person{}", i)});
    world_.call_at(world_.now_us() + world_.chooser().between(about(i, think_time), 0, arrival_us),
                   player_, begin_call | static_cast<std::uint32_t>(i));
  }
}

Choice People::about(std::size_t person, std::uint8_t detail) const {
  return {About::person, detail, world_.place_of_client(person)};
}

const RoomName& People::any_room(std::size_t person) {
  return rooms_[world_.chooser().choose(about(person, which_room), rooms_.size())];
}

std::size_t People::anybody(std::size_t person) {
  return world_.chooser().choose(about(person, which_person), people_.size());
}

void People::called(std::uint32_t what) {
  const std::size_t person = what & (begin_call - 1);
  if ((what & begin_call) != 0) {
    come(person);
    if (config_.in_turn_us != 0) return wait_for_turn(person, person + 1);
  } else if (calm_) {
    return;
  } else {
    act(person);
    if (config_.in_turn_us != 0) return wait_for_turn(person, people_.size());
  }
  think(person);
}

/// The first turn comes when all have arrived.
void People::wait_for_turn(std::size_t person, std::size_t turns) {
  const std::int64_t from = std::max(world_.now_us(), arrival_us);
  world_.call_at(from + static_cast<std::int64_t>(turns) * config_.in_turn_us, player_,
                 static_cast<std::uint32_t>(person));
}

void People::think(std::size_t person) {
  const std::int64_t time =
      world_.chooser().between(about(person, think_time), 1'000, 2 * config_.think_us);
  world_.call_at(world_.now_us() + time, player_, static_cast<std::uint32_t>(person));
}

void People::come(std::size_t person) {
  if (stage_.crowd().here(person)) return;
  Come come{.person = person};
  if (world_.chooser().chance(about(person, known_servers), knows_server_per_million))
    come.knows = world_.chooser().choose(about(person, known_servers), world_.servers());
  stage_.perform(come);
  enter(person);
}

/// Ends and comes back at once, to another server or the same.
void People::move(std::size_t person) {
  stage_.perform(Vanish{person});
  const std::size_t server =
      world_.chooser().choose(about(person, known_servers), world_.servers());
  stage_.perform(Come{.person = person, .knows = server});
  enter(person);
}

void People::enter(std::size_t person) {
  Person& self = people_[person];
  self.registering =
      config_.unruly && world_.chooser().chance(about(person, first_name), wrong_name_per_million);
  stage_.say(person, RegisterUser{self.registering ? people_[anybody(person)].name : self.name});
  stage_.say(person, JoinRoom{config_.plain ? rooms_.front() : any_room(person)});
}

void People::act(std::size_t person) {
  if (!stage_.crowd().here(person)) return come(person);
  if (world_.paused(world_.place_of_client(person))) return;
  Person& self = people_[person];
  if (self.registering && stage_.crowd().name_is_taken(person)) {
    self.registering = false;
    stage_.say(person, RegisterUser{self.name});
    return;
  }
  if (config_.plain) return post(person, rooms_.front(), "says");
  if (has_another_home(person)) return read(person, any_room(person));
  static constexpr std::array<std::uint32_t, static_cast<std::size_t>(Act::count_)> weights = {
      40, 14, 20, 6, 3, 5, 3, 2, 2, 1, 2, 2, 3, 3, 1, 3, 3, 2, 2};
  const auto chosen = static_cast<Act>(world_.chooser().pick(about(person, next_act), weights));
  if (chosen == Act::paste && !config_.bursts) return post(person, any_room(person), "says");
  const bool unruly = chosen == Act::rubbish || chosen == Act::rename || chosen == Act::vanish ||
                      chosen == Act::log_out || chosen == Act::leave || chosen == Act::move;
  do_act(person, unruly && !config_.unruly ? Act::post_room : chosen);
}

/// Whoever was sent elsewhere looks whether all is there that was.
bool People::has_another_home(std::size_t person) {
  const ServerId home = stage_.crowd().last_home(person);
  const ServerId before = std::exchange(people_[person].home, home);
  return before && before != home;
}

void People::do_act(std::size_t person, Act act) {
  Person& self = people_[person];
  switch (act) {
    case Act::post_room: return post(person, any_room(person), "says");
    case Act::post_direct: return post(person, user_of(anybody(person)), "whispers");
    case Act::answer:
      if (const auto& heard = stage_.crowd().heard_last(person))
        post(person, heard->where, "answers");
      return;
    case Act::join: stage_.say(person, JoinRoom{any_room(person)}); return;
    case Act::leave: stage_.say(person, LeaveRoom{any_room(person)}); return;
    case Act::read_room: return read(person, any_room(person));
    case Act::read_direct: return read(person, user_of(anybody(person)));
    case Act::topic:
      stage_.say(person, SetTopic{any_room(person), fmt::format("topic of {}", self.name)});
      return;
    case Act::rubbish: return post_rubbish(person);
    case Act::rename: return rename(person);
    case Act::vanish: stage_.perform(Vanish{person}); return;
    case Act::log_out: stage_.perform(LogOut{person}); return;
    case Act::paste: return paste(person);
    case Act::edit:
    case Act::remove_post:
    case Act::react:
    case Act::mark_read: return amend(person, act);
    case Act::admission: return decide_admission(person);
    case Act::move: return move(person);
    case Act::count_: return;
  }
}

/// A name of one's own, or one that several people want.
void People::rename(std::size_t person) {
  const std::size_t other = anybody(person);
  const bool wanted = other % 2 == 0;
  stage_.say(person, Rename{wanted ? fmt::format("nick{}", other % 3)
                                   : fmt::format("{}-{}", people_[person].name, other)});
}

void People::post(std::size_t person, const Destination& to, const std::string& start) {
  std::string text = fmt::format("{} {} {}", people_[person].name, start, world_.now_us());
  if (world_.chooser().chance(about(person, text_length), long_text_per_million)) {
    const auto length =
        world_.chooser().choose(about(person, text_length), limits::text_bytes_max - text.size());
    text.append(length, 'x');
  }
  stage_.say(person, Post{to, std::move(text)});
}

void People::paste(std::size_t person) {
  const RoomName& room = any_room(person);
  const auto lines = world_.chooser().choose(about(person, pasted_lines), lines_max) + 1;
  for (std::uint64_t line = 0; line < lines; ++line) post(person, room, "pastes");
}

/// Something about a post that this person saw; now and then about one that is not theirs to
/// change.
void People::amend(std::size_t person, Act act) {
  const bool own = (act == Act::edit || act == Act::remove_post) &&
                   !world_.chooser().chance(about(person, mistake), wrong_post_per_million);
  const auto& shown = own ? stage_.crowd().said_last(person) : stage_.crowd().heard_last(person);
  if (!shown) return;
  const Crowd::Shown post = *shown;
  const auto say = [&](Body body) { stage_.say(person, std::move(body), post.message); };
  if (act == Act::edit)
    say(EditPost{post.where, {}, fmt::format("{} better", people_[person].name)});
  if (act == Act::remove_post) say(DeletePost{post.where, {}});
  if (act == Act::react)
    say(React{post.where, {}, "+1", world_.chooser().choose(about(person, mistake), 4) != 0});
  if (act == Act::mark_read) say(MarkRead{post.where, {}});
}

/// In one room people are let in and put out; in the others availability can be judged by what its
/// members say themselves.
void People::decide_admission(std::size_t person) {
  const RoomName& club = rooms_.back();
  const UserId other = user_of(anybody(person));
  switch (world_.chooser().choose(about(person, mistake), 4)) {
    case 0: stage_.say(person, SetPrivacy{club, true}); return;
    case 1: stage_.say(person, SetPrivacy{club, false}); return;
    case 2: stage_.say(person, RemoveMember{club, other}); return;
    default: stage_.say(person, Invite{club, other}); return;
  }
}

void People::post_rubbish(std::size_t person) {
  switch (world_.chooser().choose(about(person, mistake), 5)) {
    case 0: stage_.say(person, Post{RoomName{"#nowhere"}, "anybody?"}); return;
    case 1: stage_.say(person, Post{user_of(250), "nobody?"}); return;
    case 2:
      stage_.say(person, Post{any_room(person), std::string(limits::text_bytes_max + 1, 'y')});
      return;
    case 3: stage_.say(person, RegisterUser{""}); return;
    default: stage_.say(person, JoinRoom{RoomName{"no room"}}); return;
  }
}

void People::read(std::size_t person, const Destination& with) {
  const auto limit = world_.chooser().choose(about(person, page_size), page_items_max) + 1;
  stage_.perform(ReadPages{person, with, static_cast<std::uint32_t>(limit), pages_max});
}

void People::calm_down() { calm_ = true; }

void People::come_back() {
  for (std::size_t person = 0; person < people_.size(); ++person) come(person);
}

}  // namespace peal::sim
