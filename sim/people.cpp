// What people do: talk, answer, read, come and go, and sometimes make mistakes.
#include "sim/people.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/check.hpp"

namespace peal::sim {
namespace {

// What a person's questions to the chooser are about, besides their acts.
constexpr std::uint8_t next_act = 100;
constexpr std::uint8_t think_time = 101;
constexpr std::uint8_t which_room = 102;
constexpr std::uint8_t which_person = 103;
constexpr std::uint8_t text_length = 104;
constexpr std::uint8_t first_name = 105;
constexpr std::uint8_t known_servers = 106;
constexpr std::uint8_t mistake = 107;
constexpr std::uint8_t page_size = 108;
constexpr std::uint8_t pasted_lines = 109;

// What a call is for: a person, and whether to begin or to go on.
constexpr std::uint32_t begin_call = 1U << 16U;
constexpr std::uint32_t next_page_call = 1U << 17U;

constexpr std::int64_t arrival_us = 3'000'000;
constexpr std::uint32_t wrong_post_per_million = 100'000;
constexpr std::uint32_t wrong_name_per_million = 50'000;
constexpr std::uint32_t long_text_per_million = 10'000;
constexpr std::uint32_t knows_server_per_million = 100'000;
constexpr std::uint32_t pages_max = 4;
// More than a client may have under way.
constexpr std::uint64_t lines_max = 100;

UserId user_of(std::size_t person) {
  UserId user;
  user.bytes[0] = static_cast<std::uint8_t>(person + 1);
  user.bytes[15] = 1;
  return user;
}

}  // namespace

People::People(World& world, const PeopleConfig& config) : world_(world), config_(config) {
  player_ = world.add_player(*this);
  for (std::size_t i = 0; i < config.rooms; ++i) rooms_.push_back({fmt::format("#room{}", i)});
  for (std::size_t i = 0; i < config.people; ++i) {
    people_.push_back({.user = user_of(i), .name = fmt::format("person{}", i)});
    world.call_at(world.now_us() + world.chooser().between(about(i, think_time), 0, arrival_us),
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
  if ((what & next_page_call) != 0) return turn_page(person);
  if ((what & begin_call) != 0) {
    come(person);
  } else if (calm_) {
    return;
  } else {
    act(person);
  }
  think(person);
}

void People::think(std::size_t person) {
  const std::int64_t time =
      world_.chooser().between(about(person, think_time), 1'000, 2 * config_.think_us);
  world_.call_at(world_.now_us() + time, player_, static_cast<std::uint32_t>(person));
}

void People::come(std::size_t person) {
  if (world_.client_up(person)) return;
  ClientConfig config;
  config.user = people_[person].user;
  if (world_.chooser().chance(about(person, known_servers), knows_server_per_million))
    config.servers.push_back(world_.server_endpoint(
        world_.chooser().choose(about(person, known_servers), world_.servers())));
  people_[person].pages.clear();
  people_[person].heard_last.reset();
  people_[person].next_page.reset();
  world_.open_client(person, std::move(config), static_cast<std::uint32_t>(person), *this);
  enter(person);
}

void People::enter(std::size_t person) {
  Person& self = people_[person];
  self.registering =
      config_.unruly && world_.chooser().chance(about(person, first_name), wrong_name_per_million);
  const std::string& name = self.registering ? people_[anybody(person)].name : self.name;
  world_.say(person, RegisterUser{name});
  world_.say(person, JoinRoom{config_.plain ? rooms_.front() : any_room(person)});
}

void People::act(std::size_t person) {
  if (!world_.client_up(person)) return come(person);
  if (world_.paused(world_.place_of_client(person))) return;
  Person& self = people_[person];
  if (self.wants_own_name) {
    self.wants_own_name = false;
    world_.say(person, RegisterUser{self.name});
    return;
  }
  if (config_.plain) return post(person, rooms_.front(), "says");
  static constexpr std::array<std::uint32_t, static_cast<std::size_t>(Act::count_)> weights = {
      40, 14, 20, 6, 3, 5, 3, 2, 2, 1, 2, 2, 3, 3, 1, 3, 3, 2};
  const auto chosen = static_cast<Act>(world_.chooser().pick(about(person, next_act), weights));
  if (chosen == Act::paste && !config_.bursts) return post(person, any_room(person), "says");
  const bool unruly = chosen == Act::rubbish || chosen == Act::rename || chosen == Act::vanish ||
                      chosen == Act::log_out || chosen == Act::leave;
  do_act(person, unruly && !config_.unruly ? Act::post_room : chosen);
}

void People::do_act(std::size_t person, Act act) {
  Person& self = people_[person];
  switch (act) {
    case Act::post_room: return post(person, any_room(person), "says");
    case Act::post_direct: return post(person, people_[anybody(person)].user, "whispers");
    case Act::answer:
      if (self.heard_last) post(person, self.heard_last->where, "answers");
      return;
    case Act::join: world_.say(person, JoinRoom{any_room(person)}); return;
    case Act::leave: world_.say(person, LeaveRoom{any_room(person)}); return;
    case Act::read_room: return read(person, any_room(person));
    case Act::read_direct: return read(person, people_[anybody(person)].user);
    case Act::topic:
      world_.say(person, SetTopic{any_room(person), fmt::format("topic of {}", self.name)});
      return;
    case Act::rubbish: return post_rubbish(person);
    case Act::rename:
      world_.say(person, Rename{fmt::format("{}-{}", self.name, anybody(person))});
      return;
    case Act::vanish: return world_.kill_client(person);
    case Act::log_out: return world_.close(person);
    case Act::paste: return paste(person);
    case Act::edit:
    case Act::remove_post:
    case Act::react:
    case Act::mark_read: return amend(person, act);
    case Act::admission: return decide_admission(person);
    case Act::count_: return;
  }
}

void People::post(std::size_t person, const Destination& to, const std::string& start) {
  std::string text = fmt::format("{} {} {}", people_[person].name, start, world_.now_us());
  if (world_.chooser().chance(about(person, text_length), long_text_per_million)) {
    const auto length =
        world_.chooser().choose(about(person, text_length), limits::text_bytes_max - text.size());
    text.append(length, 'x');
  }
  world_.say(person, Post{to, std::move(text)});
}

void People::paste(std::size_t person) {
  const RoomName& room = any_room(person);
  const auto lines = world_.chooser().choose(about(person, pasted_lines), lines_max) + 1;
  for (std::uint64_t line = 0; line < lines; ++line) post(person, room, "pastes");
}

/// Something about a post that this person saw; now and then about one that is not theirs to
/// change.
void People::amend(std::size_t person, Act act) {
  Person& self = people_[person];
  const bool own = (act == Act::edit || act == Act::remove_post) &&
                   !world_.chooser().chance(about(person, mistake), wrong_post_per_million);
  const auto& post = own ? self.said_last : self.heard_last;
  if (!post) return;
  if (act == Act::edit)
    world_.say(person, EditPost{post->where, post->post, fmt::format("{} better", self.name)});
  if (act == Act::remove_post) world_.say(person, DeletePost{post->where, post->post});
  if (act == Act::react)
    world_.say(person, React{post->where, post->post, "+1",
                             world_.chooser().choose(about(person, mistake), 4) != 0});
  if (act == Act::mark_read) world_.say(person, MarkRead{post->where, post->key});
}

/// In one room people are let in and put out; in the others availability can be judged by what its
/// members say themselves.
void People::decide_admission(std::size_t person) {
  const RoomName& club = rooms_.back();
  const UserId other = people_[anybody(person)].user;
  switch (world_.chooser().choose(about(person, mistake), 4)) {
    case 0: world_.say(person, SetPrivacy{club, true}); return;
    case 1: world_.say(person, SetPrivacy{club, false}); return;
    case 2: world_.say(person, RemoveMember{club, other}); return;
    default: world_.say(person, Invite{club, other}); return;
  }
}

void People::post_rubbish(std::size_t person) {
  switch (world_.chooser().choose(about(person, mistake), 5)) {
    case 0: world_.say(person, Post{RoomName{"#nowhere"}, "anybody?"}); return;
    case 1: world_.say(person, Post{user_of(250), "nobody?"}); return;
    case 2:
      world_.say(person, Post{any_room(person), std::string(limits::text_bytes_max + 1, 'y')});
      return;
    case 3: world_.say(person, RegisterUser{""}); return;
    default: world_.say(person, JoinRoom{RoomName{"no room"}}); return;
  }
}

void People::read(std::size_t person, const Destination& with) {
  HistoryQuery query{.with = with};
  query.limit =
      static_cast<std::uint32_t>(world_.chooser().choose(about(person, page_size), 30) + 1);
  people_[person].pages_left = pages_max;
  ask_page(person, query);
}

void People::ask_page(std::size_t person, const HistoryQuery& query) {
  Person& self = people_[person];
  const Ticket ticket{++self.tickets};
  self.pages.emplace(ticket.value, MonotonicReads::asked(world_.oracles().ledger,
                                                         world_.client(person).session, query));
  --self.pages_left;
  world_.ask(person, ticket, query);
}

void People::heard(std::size_t client, const ClientEffect& effect) {
  Person& self = people_[client];
  if (const auto* arrived = std::get_if<Arrived>(&effect)) {
    const auto* post = std::get_if<Post>(&arrived->delivery.body);
    if (post == nullptr) return;
    const Delivery& delivery = arrived->delivery;
    const bool own = delivery.author == self.user;
    Person::Shown shown{post->to, delivery.message, {delivery.hlc, delivery.id}};
    if (!own && std::holds_alternative<UserId>(post->to)) shown.where = delivery.author;
    (own ? self.said_last : self.heard_last) = std::move(shown);
  } else if (const auto* rejected = std::get_if<Rejected>(&effect)) {
    if (rejected->reason == RejectReason::name_taken && self.registering) {
      self.wants_own_name = true;
      self.registering = false;
    }
  } else if (const auto* answer = std::get_if<Answered>(&effect)) {
    answered(client, *answer);
  }
}

void People::answered(std::size_t person, const Answered& answered) {
  const auto found = people_[person].pages.find(answered.ticket.value);
  if (found == people_[person].pages.end()) return;
  const PageRequest request = std::move(found->second);
  people_[person].pages.erase(found);
  const auto* page = std::get_if<HistoryAnswer>(&answered.body);
  const auto server = world_.speaking_server();
  if (page == nullptr || !server) return;
  ++world_.stats().pages;
  Oracles& oracles = world_.oracles();
  const auto index = static_cast<std::uint32_t>(*server);
  oracles.exactly_once.timeline(oracles.ledger, index, page->items, oracles.judge);
  oracles.monotonic_reads.answered(oracles.ledger, request, index, *page, oracles.judge);
  Person& self = people_[person];
  if (!page->more || self.pages_left == 0) return;
  self.next_page = request.query;
  self.next_page->before = page->next;
  world_.call_at(world_.now_us(), player_, next_page_call | static_cast<std::uint32_t>(person));
}

void People::turn_page(std::size_t person) {
  if (!people_[person].next_page || !world_.client_up(person)) return;
  const HistoryQuery query = std::move(*people_[person].next_page);
  people_[person].next_page.reset();
  if (query.before) ask_page(person, query);
}

void People::calm_down() { calm_ = true; }

void People::come_back() {
  for (std::size_t person = 0; person < people_.size(); ++person)
    if (!world_.client_up(person)) come(person);
}

}  // namespace peal::sim
