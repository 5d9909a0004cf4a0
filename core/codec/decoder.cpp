// Dispatch by kind; each kind is read by its fields.
#include "core/codec/decoder.hpp"

#include <array>
#include <optional>
#include <utility>

#include "core/codec/entry_codec.hpp"
#include "core/codec/reader.hpp"
#include "core/codec/wire.hpp"

namespace peal::codec {
namespace {

using ReadMessage = bool (*)(Reader&, Message&);

template <std::size_t Kind>
bool read_message(Reader& reader, Message& message) {
  return reader.fields(message.emplace<Kind>());
}

template <std::size_t... Kind>
constexpr std::array<ReadMessage, sizeof...(Kind)> readers_of(std::index_sequence<Kind...>) {
  return {read_message<Kind>...};
}
template <std::size_t... Kind>
constexpr std::array<std::size_t, sizeof...(Kind)> elements_of(std::index_sequence<Kind...>) {
  return {Wire<std::variant_alternative_t<Kind, Message>>::elements()...};
}

using Kinds = std::make_index_sequence<message_kinds>;
constexpr auto message_readers = readers_of(Kinds{});
constexpr auto message_elements = elements_of(Kinds{});

bool read_sender(Reader& reader, Sender& sender) {
  return reader.get(sender.server) && reader.get(sender.run) &&
         (sender.run != 0 || reader.fail(Defect::none_id));
}

/// [version, kind, server, run, number, index, count, chunk]
bool read_fragment(Reader& reader, Fragment& fragment) {
  if (!read_sender(reader, fragment.sender) || !reader.get(fragment.number) ||
      !reader.get(fragment.index) || !reader.get(fragment.count))
    return false;
  if (fragment.number == 0) return reader.fail(Defect::none_id);
  if (fragment.count < 2 || fragment.count > limits::fragments_max ||
      fragment.index >= fragment.count)
    return reader.fail(Defect::out_of_range);
  const bool last = fragment.index + 1 == fragment.count;
  fragment.chunk = last ? reader.bytes(1, chunk_bytes) : reader.bytes(chunk_bytes);
  return !fragment.chunk.empty();
}

/// Reads the message behind its tokens: a fragment, or into the packet, which is empty.
std::optional<NoPacket> read(Reader& reader, std::span<const Token> tokens, Packet& packet) {
  if (tokens.size() < 4) return Defect::wrong_size;
  const std::uint64_t kind = tokens[2].number;
  const bool is_fragment = kind == fragment_kind;
  std::uint64_t known = 0;
  if (!reader.array(is_fragment ? 8 : 4 + message_elements[kind]) || !reader.get(known) ||
      !reader.get(known))
    return reader.defect();
  if (is_fragment) {
    Fragment fragment;
    if (!read_fragment(reader, fragment)) return reader.defect();
    return fragment;
  }
  if (!read_sender(reader, packet.sender) || !message_readers[kind](reader, packet.message))
    return reader.defect();
  return std::nullopt;
}

/// One variable for every way out, so that the packet is built where the caller wants it.
template <class Decode>
Decoded decoded_by(Decode decode) {
  Decoded decoded(std::in_place_type<Packet>);
  if (auto other = decode(std::get<Packet>(decoded)))
    std::visit([&](auto& what) { decoded = what; }, *other);
  return decoded;
}

}  // namespace

Decoded Decoder::decode(std::span<const std::uint8_t> datagram) {
  return decoded_by([&](Packet& packet) { return decode_into(packet, datagram); });
}

Decoded Decoder::decode_message(std::span<const std::uint8_t> message) {
  return decoded_by([&](Packet& packet) { return decode_message_into(packet, message); });
}

std::optional<NoPacket> Decoder::decode_into(Packet& packet,
                                             std::span<const std::uint8_t> datagram) {
  if (datagram.empty()) return Defect::empty;
  if (datagram.size() > limits::datagram_bytes_max) return Defect::datagram_too_long;
  if (datagram.front() != protection_plain) return Defect::unknown_protection;
  return decode_message_into(packet, datagram.subspan(1));
}

std::optional<NoPacket> Decoder::decode_message_into(Packet& packet,
                                                     std::span<const std::uint8_t> message) {
  const Parsed parsed = tokenizer_.parse_message(message);
  if (parsed.unknown) return Unknown{parsed.version, parsed.kind};
  if (parsed.defect != Defect::none) return parsed.defect;
  Reader reader(parsed.tokens, message);
  return read(reader, parsed.tokens, packet);
}

std::optional<Entry> decode_entry(std::span<const std::uint8_t> bytes) {
  Tokenizer tokenizer;
  const Parsed parsed = tokenizer.parse(bytes);
  if (parsed.defect != Defect::none) return std::nullopt;
  Reader reader(parsed.tokens, bytes);
  std::uint64_t format = 0;
  std::optional<Entry> entry(std::in_place);
  if (!reader.array(1 + Wire<Entry>::elements()) || !reader.get(format) || format != entry_format ||
      !reader.fields(*entry))
    return std::nullopt;
  return entry;
}

}  // namespace peal::codec
