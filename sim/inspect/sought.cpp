// Events as changes of what can be counted in a world.
#include "sim/inspect/sought.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace peal::sim {
namespace {

// A number that grows when it happens, and stays the same otherwise.
using Count = std::function<std::uint64_t(const World&)>;

Sought grows(Count count) {
  auto before = std::make_shared<std::uint64_t>(0);
  return [before, count = std::move(count)](const Moment& moment) {
    const std::uint64_t now = count(moment.world);
    return now > std::exchange(*before, now);
  };
}

// Something of each server, compared with what it was: true when it changed into another value that
// counts.
template <class Value>
Sought becomes(std::function<Value(const World&, std::size_t)> value,
               std::function<bool(const Value& before, const Value& now)> counts) {
  auto before = std::make_shared<std::vector<Value>>();
  return [before, value = std::move(value), counts = std::move(counts)](const Moment& moment) {
    before->resize(moment.world.servers());
    bool found = false;
    for (std::size_t i = 0; i < moment.world.servers(); ++i) {
      Value now = value(moment.world, i);
      found |= counts((*before)[i], now);
      (*before)[i] = std::move(now);
    }
    return found;
  };
}

/// The process of a server: 0 when it is down, else which one it is.
std::uint32_t process_of(const World& world, std::size_t server) {
  return world.server_up(server) ? world.process(world.place_of_server(server)).generation : 0;
}

ViewId view_of(const World& world, std::size_t server) {
  const auto& machine = world.server(server).machine;
  return machine && machine->role() != Role::looking ? machine->view().id : ViewId{};
}

bool leads(const World& world, std::size_t server) {
  const auto& machine = world.server(server).machine;
  return machine && machine->role() == Role::leader;
}

Sought of_kind(Happening::Kind kind) {
  return [kind](const Moment& moment) { return moment.happening.kind == kind; };
}

struct Word {
  const char* text;
  std::function<Sought()> make;
};

const std::vector<Word>& own_words() {
  static const std::vector<Word> words = {
      {"crash",
       [] {
         return becomes<std::uint32_t>(process_of, [](std::uint32_t before, std::uint32_t now) {
           return before != 0 && now != before;
         });
       }},
      {"start",
       [] {
         return becomes<std::uint32_t>(process_of, [](std::uint32_t before, std::uint32_t now) {
           return now != 0 && now != before;
         });
       }},
      {"view",
       [] {
         return becomes<ViewId>(view_of, [](const ViewId& before, const ViewId& now) {
           return now != before && now.number != 0;
         });
       }},
      {"leader",
       [] { return becomes<bool>(leads, [](bool before, bool now) { return now && !before; }); }},
      {"fault",
       [] {
         return grows([](const World& world) {
           std::uint64_t sum = 0;
           for (const std::uint64_t times : world.stats().faults) sum += times;
           return sum;
         });
       }},
      {"said",
       [] {
         return grows([](const World& world) { return world.oracles().ledger.messages().size(); });
       }},
      {"acknowledged",
       [] { return grows([](const World& world) { return world.stats().acknowledged; }); }},
      {"rejected", [] { return grows([](const World& world) { return world.stats().rejected; }); }},
      {"shown", [] { return grows([](const World& world) { return world.stats().delivered; }); }},
      {"broken",
       [] {
         return grows([](const World& world) {
           return std::uint64_t{world.oracles().judge.violation().has_value()};
         });
       }},
      {"written", [] { return of_kind(Happening::Kind::written); }},
      {"read", [] { return of_kind(Happening::Kind::read); }},
      {"refused", [] { return of_kind(Happening::Kind::refused); }},
  };
  return words;
}

std::string plain(std::string_view word) {
  std::string out;
  for (const char c : word)
    if (c != '_' && c != '-' && c != ' ')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

std::optional<Sought> sought_by(std::string_view word) {
  const std::string wanted = plain(word);
  for (const Word& own : own_words())
    if (wanted == own.text) return own.make();
  for (std::size_t kind = 0; kind < message_kinds; ++kind)
    if (wanted == plain(kind_name(kind)))
      return [kind](const Moment& moment) {
        return moment.happening.kind == Happening::Kind::datagram &&
               moment.happening.message == kind;
      };
  for (std::size_t i = 0; i < fault_count; ++i)
    if (wanted == plain(fault_name(static_cast<Fault>(i))))
      return grows([i](const World& world) { return world.stats().faults[i]; });
  for (std::size_t i = 0; i < mark_count; ++i)
    if (wanted == plain(mark_name(static_cast<Mark>(i))))
      return grows([i](const World& world) { return world.stats().marks[i]; });
  return std::nullopt;
}

std::vector<std::string> sought_words() {
  std::vector<std::string> words;
  const auto add = [&](std::string word) {
    std::ranges::replace(word, ' ', '_');
    if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
  };
  for (const Word& own : own_words()) add(own.text);
  for (std::size_t kind = 0; kind < message_kinds; ++kind) add(kind_name(kind));
  for (std::size_t i = 0; i < fault_count; ++i) add(fault_name(static_cast<Fault>(i)));
  for (std::size_t i = 0; i < mark_count; ++i) add(mark_name(static_cast<Mark>(i)));
  return words;
}

}  // namespace peal::sim
