// A value is a seed and a size; shrinking makes the size smaller and keeps the seed.
#include "tests/support/generators.hpp"

#include <tuple>
#include <utility>

#include "core/check.hpp"
#include "tests/support/filler.hpp"

namespace peal::test {
namespace {

/// make(Filler&) with a random seed, at the size that the property has reached.
template <class Make>
auto from_seed(Make make) {
  return rc::gen::withSize([make](int size) {
    return rc::gen::map(rc::gen::tuple(rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()),
                                       rc::gen::inRange(0, size + 1)),
                        [make](const std::tuple<std::uint64_t, int>& from) {
                          Filler filler(std::get<0>(from), std::get<1>(from));
                          return make(filler);
                        });
  });
}

template <class T>
rc::Gen<T> any() {
  return from_seed([](Filler& filler) {
    T value;
    filler.fill(value);
    return value;
  });
}

Message message_of(Filler& filler, std::size_t kind) {
  CHECK(kind < message_kinds);
  Message message;
  filler.fill_alternative(message, kind, std::make_index_sequence<message_kinds>{});
  return message;
}

Sender sender_of(Filler& filler) {
  Sender sender;
  filler.fill(sender.server);
  while (sender.run == 0) filler.fill(sender.run);
  return sender;
}

}  // namespace

rc::Gen<Body> any_body() { return any<Body>(); }
rc::Gen<Entry> any_entry() { return any<Entry>(); }
rc::Gen<VersionVector> any_version_vector() { return any<VersionVector>(); }
rc::Gen<View> any_view() { return any<View>(); }
rc::Gen<Endpoint> any_endpoint() { return any<Endpoint>(); }
rc::Gen<Sender> any_sender() { return from_seed(sender_of); }

rc::Gen<Message> any_message_of_kind(std::size_t kind) {
  return from_seed([kind](Filler& filler) { return message_of(filler, kind); });
}

rc::Gen<Message> any_message() {
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, message_kinds), any_message_of_kind);
}

rc::Gen<Packet> any_packet() {
  return rc::gen::map(rc::gen::pair(any_sender(), any_message()),
                      [](std::pair<Sender, Message> parts) {
                        return Packet{parts.first, std::move(parts.second)};
                      });
}

Message random_message(std::size_t kind, std::uint64_t seed, int size) {
  Filler filler(seed, size);
  return message_of(filler, kind);
}

Entry random_entry(std::uint64_t seed, int size) {
  Filler filler(seed, size);
  Entry entry;
  filler.fill(entry);
  return entry;
}

}  // namespace peal::test
