// Page by page, room by room.
#include "sim/auditor.hpp"

#include <utility>

namespace peal::sim {
namespace {

constexpr std::uint32_t page_items = 100;

}  // namespace

Auditor::Auditor(World& world, std::size_t first_client, std::vector<RoomName> rooms)
    : world_(world),
      first_client_(first_client),
      rooms_(std::move(rooms)),
      player_(world.add_player(*this)),
      readings_(world.servers()) {}

void Auditor::begin() {
  for (std::size_t server = 0; server < readings_.size(); ++server) {
    world_.kill_client(first_client_ + server);
    readings_[server] = {};
    readings_[server].told.resize(rooms_.size());
    ClientConfig config;
    config.user.bytes[0] = 0xff;
    config.servers = {world_.server_endpoint(server)};
    config.pin = true;
    config.attach = false;
    world_.open_client(first_client_ + server, std::move(config),
                       static_cast<std::uint32_t>(first_client_ + server), *this);
    ask(server);
  }
}

void Auditor::ask(std::size_t server) {
  Reading& reading = readings_[server];
  if (reading.room == rooms_.size()) return;
  HistoryQuery query{.with = rooms_[reading.room], .before = reading.before, .limit = page_items};
  world_.ask(first_client_ + server, Ticket{1}, std::move(query));
}

void Auditor::called(std::uint32_t what) { ask(what); }

void Auditor::heard(std::size_t client, const ClientEffect& effect) {
  const auto* answered = std::get_if<Answered>(&effect);
  if (answered == nullptr) return;
  const std::size_t server = client - first_client_;
  Reading& reading = readings_[server];
  const auto* page = std::get_if<HistoryAnswer>(&answered->body);
  if (page != nullptr) {
    auto& told = reading.told[reading.room];
    told.insert(told.end(), page->items.begin(), page->items.end());
  }
  // Another refusal: nobody ever made the room.
  if (const auto* refused = std::get_if<QueryRefused>(&answered->body))
    if (refused->reason == RejectReason::not_invited) reading.refused.insert(reading.room);
  if (page != nullptr && page->more && page->next) {
    reading.before = page->next;
  } else if (!std::holds_alternative<Later>(answered->body)) {
    ++reading.room;
    reading.before.reset();
  }
  world_.call_at(world_.now_us(), player_, static_cast<std::uint32_t>(server));
}

bool Auditor::done() const {
  for (const Reading& reading : readings_)
    if (reading.room != rooms_.size()) return false;
  return true;
}

}  // namespace peal::sim
