// Random but valid values of every kind that crosses the wire, for properties.
#pragma once

#include <cstddef>
#include <cstdint>

#include <rapidcheck.h>

#include "core/entry.hpp"
#include "core/message.hpp"

namespace peal::test {

/// Names, texts and lists up to the limits of core/limits.hpp, small ones far more often; ids of
/// all magnitudes, never none where none is malformed.
[[nodiscard]] rc::Gen<Body> any_body();
[[nodiscard]] rc::Gen<Entry> any_entry();
[[nodiscard]] rc::Gen<VersionVector> any_version_vector();
[[nodiscard]] rc::Gen<View> any_view();
[[nodiscard]] rc::Gen<Sender> any_sender();
[[nodiscard]] rc::Gen<Endpoint> any_endpoint();
/// Of one kind, by its index in Message.
[[nodiscard]] rc::Gen<Message> any_message_of_kind(std::size_t kind);
/// Every kind equally often.
[[nodiscard]] rc::Gen<Message> any_message();
[[nodiscard]] rc::Gen<Packet> any_packet();

/// The same from a seed, for tests that need many values and no shrinking: a value depends on
/// nothing but the seed and `size` (0 to 100: how long texts and lists get).
[[nodiscard]] Message random_message(std::size_t kind, std::uint64_t seed, int size);
[[nodiscard]] Entry random_entry(std::uint64_t seed, int size);

}  // namespace peal::test
