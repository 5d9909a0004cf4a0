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

void mix(Hasher& hasher, bool value) { hasher.add(std::uint64_t{value}); }
void mix(Hasher& hasher, const std::string& text) { hasher.add(text); }
void mix(Hasher& hasher, const RoomName& room) { hasher.add(room.value); }
void mix(Hasher& hasher, const UserId& user) {
  hasher.add(std::span<const std::uint8_t>(user.bytes));
}
void mix(Hasher& hasher, const MessageId& message) {
  hasher.add(message.session.value).add(message.n);
}
void mix(Hasher& hasher, const EntryKey& key) {
  hasher.add(key.hlc.value).add(key.id.log.value).add(key.id.seq);
}
void mix(Hasher& hasher, const Destination& to) {
  hasher.add(to.index());
  std::visit([&](const auto& one) { mix(hasher, one); }, to);
}

std::size_t bytes_max(bool) { return 1; }
std::size_t bytes_max(const std::string& text) { return header_bytes + text.size(); }
std::size_t bytes_max(const RoomName& room) { return bytes_max(room.value); }
std::size_t bytes_max(const UserId&) { return user_bytes; }
std::size_t bytes_max(const MessageId&) { return 2 * integer_bytes; }
std::size_t bytes_max(const EntryKey&) { return 3 * integer_bytes; }
std::size_t bytes_max(const Destination& to) {
  return std::visit([](const auto& one) { return bytes_max(one); }, to);
}

template <class B>
void mix_fields(Hasher& hasher, const B& body) {
  B::Fields::each([&]<class F>(F) {
    mix(hasher, F::of(body));
    return true;
  });
}

template <class B>
std::size_t bytes_of_fields(const B& body) {
  std::size_t bytes = 0;
  B::Fields::each([&]<class F>(F) {
    bytes += bytes_max(F::of(body));
    return true;
  });
  return bytes;
}

}  // namespace

Digest digest_of(const Entry& entry) {
  Hasher hasher;
  hasher.add(entry.id.log.value).add(entry.id.seq).add(entry.hlc.value).add(entry.deps.size());
  for (const EntryId pair : entry.deps) hasher.add(pair.log.value).add(pair.seq);
  hasher.add(entry.message.session.value).add(entry.message.n);
  hasher.add(std::span<const std::uint8_t>(entry.author.bytes)).add(entry.body.index());
  std::visit([&](const auto& body) { mix_fields(hasher, body); }, entry.body);
  hasher.add(entry.ahead_ms);
  return hasher.digest();
}

std::size_t encoded_bytes_max(const Body& body) {
  return header_bytes + integer_bytes +
         std::visit([](const auto& b) { return bytes_of_fields(b); }, body);
}

std::size_t encoded_bytes_max(const Entry& entry) {
  return header_bytes + 6 * integer_bytes + user_bytes + header_bytes +
         entry.deps.size() * pair_bytes + encoded_bytes_max(entry.body);
}

}  // namespace peal
