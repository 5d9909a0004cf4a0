// One server under arbitrary events: it never aborts, its limits hold, its deadlines lie ahead, its
// messages can be sent and read, and its twin does exactly the same.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/check.hpp"
#include "core/codec/decoder.hpp"
#include "core/codec/encoder.hpp"
#include "core/codec/receiver.hpp"
#include "core/server.hpp"
#include "tests/fuzz/byte_source.hpp"
#include "tests/fuzz/plausible.hpp"

namespace peal::fuzz {
namespace {

ServerConfig configuration() {
  ServerConfig config;
  config.self = self;
  config.incarnation = {self.value};
  config.addresses = {address_of(self.value)};
  config.seed = 1;
  // Small enough that entries fall out of the window.
  config.window_entries = 16;
  config.sessions_remembered_max = 2;
  return config;
}

class World {
 public:
  explicit World(ByteSource source)
      : source_(source), server_(configuration(), {}, now_), twin_(configuration(), {}, now_) {}

  void run() {
    while (!source_.empty() && !ended_) {
      one_event();
      check_state();
    }
    CHECK(server_.digest(now_) == twin_.digest(now_));
  }

 private:
  void one_event() {
    now_ = now_ + microseconds(source_.byte());
    switch (source_.below(12)) {
      case 0: return wake_at(now_);
      case 1:
      case 2: return wake_at(std::max(now_, server_.next_deadline()));
      case 3: return receive_bytes();
      case 4: return receive_own_message();
      case 5: return finish_write();
      case 6: return finish_read();
      case 7: return step(rare_event());
      default: return step(Received{address_of(3), Plausible(server_, source_).next()});
    }
  }

  void wake_at(Instant at) {
    if (at == never) return;
    now_ = at;
    // What a wake starts may be due at once, but a driver must not be kept spinning.
    for (int wakes = 0; wakes < 4; ++wakes) {
      step(Wake{});
      CHECK(server_.next_deadline() >= now_);
      if (server_.next_deadline() > now_) return;
    }
    CHECK(false);
  }

  void receive_bytes() {
    codec::Decoder decoder;
    const codec::Decoded decoded = decoder.decode_message(source_.bytes(source_.byte()));
    if (const auto* packet = std::get_if<Packet>(&decoded))
      return step(Received{address_of(7), *packet});
    if (const auto* unknown = std::get_if<codec::Unknown>(&decoded))
      return step(Malformed{address_of(7), true, unknown->version, unknown->kind});
    step(Malformed{.from = address_of(7)});
  }

  /// What the server itself said lately, said to it by somebody else.
  void receive_own_message() {
    if (said_.empty()) return;
    const std::uint64_t who = 1 + source_.below(7);
    const Message message = said_[source_.below(said_.size())];
    const bool as_server = source_.below(2) == 0;
    step(Received{address_of(who), {{as_server ? ServerId{who} : ServerId{}, who}, message}});
  }

  void finish_write() {
    if (writes_.empty()) return;
    const Write write = std::move(writes_.front());
    writes_.pop_front();
    if (source_.below(8) == 0)
      return step(WriteFailed{write.token, static_cast<DiskTrouble>(source_.below(4)), "no"});
    for (const SharedEntry& entry : write.entries) stored_.emplace(entry->id, entry);
    step(Written{write.token});
  }

  void finish_read() {
    if (reads_.empty()) return;
    const Read read = std::move(reads_.front());
    reads_.pop_front();
    if (source_.below(8) == 0) return step(ReadFailed{read.token, "no"});
    ReadDone done{read.token, {}, source_.below(2) == 0};
    if (const auto* range = std::get_if<RangeRead>(&read.query)) {
      for (auto it = stored_.lower_bound({range->log, range->first});
           it != stored_.end() && it->first.log == range->log && done.entries.size() < range->limit;
           ++it)
        done.entries.push_back({it->second, {it->second->key()}});
    } else if (const auto* session = std::get_if<SessionRead>(&read.query)) {
      for (const auto& [id, entry] : stored_)
        if (entry->message.session == session->session && session->upto.covers(id))
          add_to_ranges(done.numbers, entry->message.n);
    } else {
      for (auto it = stored_.rbegin(); it != stored_.rend(); ++it)
        done.entries.push_back({it->second, {it->second->key()}});
    }
    step(std::move(done));
  }

  decltype(Event::what) rare_event() {
    switch (source_.below(16)) {
      case 0: return Stop{};
      case 1: return Malformed{.from = address_of(7)};
      case 2: return AddressesChanged{{address_of(self.value), address_of(6)}};
      default: return RefusedAt{address_of(1 + source_.below(7))};
    }
  }

  void step(decltype(Event::what) what) {
    const Event event{WallTime{1'000 + now_.us / 1'000}, std::move(what)};
    Effects effects;
    Effects twin_effects;
    server_.step(now_, event, effects);
    twin_.step(now_, event, twin_effects);
    CHECK(effects.list().size() == twin_effects.list().size());
    for (Effect& effect : effects.list()) take(effect);
  }

  void take(Effect& effect) {
    if (const auto* send = std::get_if<Send>(&effect)) say(send->message);
    if (const auto* broadcast = std::get_if<Broadcast>(&effect)) say(broadcast->message);
    if (const auto* group = std::get_if<Multicast>(&effect)) say(group->message);
    if (auto* write = std::get_if<Write>(&effect)) writes_.push_back(std::move(*write));
    if (auto* read = std::get_if<Read>(&effect)) reads_.push_back(std::move(*read));
    if (const auto* notice = std::get_if<Notice>(&effect))
      ended_ |= std::holds_alternative<Left>(*notice) || std::holds_alternative<IdTaken>(*notice);
  }

  /// Whatever a server says must reach its peers: within the limits, and well-formed.
  void say(const Message& message) {
    const Packet packet{{self, self.value}, message};
    const auto datagrams = encoder_.encode(packet);
    CHECK(!datagrams.empty());
    std::optional<Packet> out;
    for (const auto datagram : datagrams) {
      codec::Reception reception = receiver_.receive(now_, address_of(self.value), datagram);
      CHECK(!std::holds_alternative<Malformed>(reception));
      if (auto* received = std::get_if<Received>(&reception)) out = std::move(received->packet);
    }
    CHECK(out == packet);
    said_.push_back(message);
    if (said_.size() > 16) said_.pop_front();
  }

  void check_state() {
    for (const Load& load : server_.loads()) CHECK(load.now <= load.limit);
  }

  ByteSource source_;
  Instant now_{1'000'000};
  Server server_;
  Server twin_;
  codec::Encoder encoder_;
  codec::Receiver receiver_;
  std::deque<Message> said_;
  std::deque<Write> writes_;
  std::deque<Read> reads_;
  std::map<EntryId, SharedEntry> stored_;
  bool ended_ = false;
};

}  // namespace
}  // namespace peal::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  peal::fuzz::World(peal::fuzz::ByteSource({data, size})).run();
  return 0;
}
