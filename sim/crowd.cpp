// What clients tell their people, and the pages that these turn.
#include "sim/crowd.hpp"

#include <utility>

namespace peal::sim {

UserId user_of(std::size_t person) {
  UserId user;
  user.bytes[0] = static_cast<std::uint8_t>(person + 1);
  user.bytes[1] = static_cast<std::uint8_t>((person + 1) >> 8U);
  user.bytes[15] = 1;
  return user;
}

Crowd::Crowd(World& world, std::size_t people)
    : world_(world), player_(world.add_player(*this)), people_(people) {}

void Crowd::come(std::size_t person, std::optional<std::size_t> knows) {
  ClientConfig config;
  config.user = user_of(person);
  if (knows) config.servers.push_back(world_.server_endpoint(*knows));
  const std::uint64_t tickets = people_[person].tickets;
  people_[person] = Person{.tickets = tickets};
  world_.open_client(person, std::move(config), static_cast<std::uint32_t>(person), *this);
}

std::optional<MessageId> Crowd::say(std::size_t person, const Body& body) {
  if (!world_.say(person, body)) return std::nullopt;
  const SessionFacts& session = world_.oracles().ledger.sessions()[world_.client(person).session];
  return MessageId{session.id, session.said.size()};
}

void Crowd::read(std::size_t person, const HistoryQuery& query, std::uint32_t pages) {
  people_[person].pages_left = pages;
  ask_page(person, query);
}

void Crowd::ask_page(std::size_t person, const HistoryQuery& query) {
  Person& self = people_[person];
  const Ticket ticket{++self.tickets};
  self.pages.emplace(ticket.value, MonotonicReads::asked(world_.oracles().ledger,
                                                         world_.client(person).session, query));
  --self.pages_left;
  world_.ask(person, ticket, query);
}

void Crowd::heard(std::size_t client, const ClientEffect& effect) {
  if (const auto* arrival = std::get_if<Arrived>(&effect)) {
    arrived(client, arrival->delivery);
  } else if (const auto* connected = std::get_if<Connected>(&effect)) {
    people_[client].last_home = connected->home;
  } else if (const auto* no = std::get_if<Rejected>(&effect)) {
    rejected(client, *no);
  } else if (const auto* answer = std::get_if<Answered>(&effect)) {
    answered(client, *answer);
  }
}

void Crowd::rejected(std::size_t person, const Rejected& rejected) {
  if (rejected.reason == RejectReason::name_taken) people_[person].name_is_taken = true;
  if (rejected.message.n == 0)
    people_[person].last_refusal = rejected.reason;
  else
    rejections_[rejected.message] = rejected.reason;
}

std::optional<RejectReason> Crowd::rejection(MessageId message) const {
  const auto found = rejections_.find(message);
  return found == rejections_.end() ? std::nullopt : std::optional(found->second);
}

void Crowd::arrived(std::size_t person, const Delivery& delivery) {
  const auto* post = std::get_if<Post>(&delivery.body);
  if (post == nullptr) return;
  const bool own = delivery.author == user_of(person);
  Shown shown{post->to, delivery.message};
  if (!own && std::holds_alternative<UserId>(post->to)) shown.where = delivery.author;
  (own ? people_[person].said_last : people_[person].heard_last) = std::move(shown);
}

void Crowd::answered(std::size_t person, const Answered& answered) {
  Person& self = people_[person];
  const auto found = self.pages.find(answered.ticket.value);
  if (found == self.pages.end()) return;
  const PageRequest request = std::move(found->second);
  self.pages.erase(found);
  const auto* page = std::get_if<HistoryAnswer>(&answered.body);
  const auto server = world_.speaking_server();
  if (page == nullptr || !server) return;
  ++world_.stats().pages;
  Oracles& oracles = world_.oracles();
  const auto index = static_cast<std::uint32_t>(*server);
  oracles.exactly_once.timeline(oracles.ledger, index, page->items, oracles.judge);
  oracles.monotonic_reads.answered(oracles.ledger, request, index, *page, oracles.judge);
  if (!page->more || self.pages_left == 0) return;
  self.next_page = request.query;
  self.next_page->before = page->next;
  // A program asks nothing while it is told something.
  world_.call_at(world_.now_us(), player_, static_cast<std::uint32_t>(person));
}

void Crowd::called(std::uint32_t what) {
  Person& self = people_[what];
  if (!self.next_page || !here(what)) return;
  const HistoryQuery query = std::move(*self.next_page);
  self.next_page.reset();
  if (query.before) ask_page(what, query);
}

}  // namespace peal::sim
