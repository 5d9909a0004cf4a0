// Digests and size bounds of entries.
#include "core/entry.hpp"

#include <string>

namespace peal {
namespace {

// Upper bounds of msgpack encodings, in bytes.
constexpr std::size_t integer_bytes = 9;
constexpr std::size_t header_bytes = 5;
constexpr std::size_t pair_bytes = 2 * integer_bytes + 1;
constexpr std::size_t user_bytes = 18;

void mix(Hasher& hasher, const Destination& to) {
  hasher.add(to.index());
  if (const auto* room = std::get_if<RoomName>(&to)) {
    hasher.add(room->value);
  } else {
    hasher.add(std::span<const std::uint8_t>(std::get<UserId>(to).bytes));
  }
}

struct MixBody {
  Hasher& hasher;
  void operator()(const RegisterUser& b) const { hasher.add(b.name); }
  void operator()(const Rename& b) const { hasher.add(b.name); }
  void operator()(const CreateRoom& b) const { hasher.add(b.room.value); }
  void operator()(const JoinRoom& b) const { hasher.add(b.room.value); }
  void operator()(const LeaveRoom& b) const { hasher.add(b.room.value); }
  void operator()(const SetTopic& b) const { hasher.add(b.room.value).add(b.topic); }
  void operator()(const Post& b) const {
    mix(hasher, b.to);
    hasher.add(b.text);
  }
};

std::size_t text_bytes(const std::string& text) { return header_bytes + text.size(); }

struct BodyBytes {
  std::size_t operator()(const RegisterUser& b) const { return text_bytes(b.name); }
  std::size_t operator()(const Rename& b) const { return text_bytes(b.name); }
  std::size_t operator()(const CreateRoom& b) const { return text_bytes(b.room.value); }
  std::size_t operator()(const JoinRoom& b) const { return text_bytes(b.room.value); }
  std::size_t operator()(const LeaveRoom& b) const { return text_bytes(b.room.value); }
  std::size_t operator()(const SetTopic& b) const {
    return text_bytes(b.room.value) + text_bytes(b.topic);
  }
  std::size_t operator()(const Post& b) const {
    const auto* room = std::get_if<RoomName>(&b.to);
    return text_bytes(b.text) + (room != nullptr ? text_bytes(room->value) : user_bytes);
  }
};

}  // namespace

Digest digest_of(const Entry& entry) {
  Hasher hasher;
  hasher.add(entry.id.log.value).add(entry.id.seq).add(entry.hlc.value).add(entry.deps.size());
  for (const EntryId pair : entry.deps) hasher.add(pair.log.value).add(pair.seq);
  hasher.add(entry.message.session.value).add(entry.message.n);
  hasher.add(std::span<const std::uint8_t>(entry.author.bytes)).add(entry.body.index());
  std::visit(MixBody{hasher}, entry.body);
  return hasher.digest();
}

std::size_t encoded_bytes_max(const Body& body) {
  return header_bytes + integer_bytes + std::visit(BodyBytes{}, body);
}

std::size_t encoded_bytes_max(const Entry& entry) {
  return header_bytes + 5 * integer_bytes + user_bytes + header_bytes +
         entry.deps.size() * pair_bytes + encoded_bytes_max(entry.body);
}

}  // namespace peal
