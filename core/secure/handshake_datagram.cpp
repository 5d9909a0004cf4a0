// The bytes of docs/secure-channel.md: each datagram of a handshake has one length and one layout.
#include "core/secure/handshake_datagram.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace peal::secure {
namespace {

enum class Step : std::uint8_t { initiation = 1, retry = 2, response = 3, confirmation = 4 };

Bytes started(Step step) {
  return {static_cast<std::uint8_t>(Protection::handshake), static_cast<std::uint8_t>(step)};
}

void append(Bytes& out, View bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

Bytes rest(View datagram, std::size_t offset) {
  const View bytes = datagram.subspan(offset);
  return {bytes.begin(), bytes.end()};
}

Cookie cookie_at(View datagram, std::size_t offset) {
  Cookie cookie;
  std::ranges::copy(datagram.subspan(offset, cookie_bytes), cookie.begin());
  return cookie;
}

Bytes bytes_of(const Initiation& initiation) {
  CHECK(initiation.noise.size() == first_noise_bytes(initiation.kind));
  Bytes out = started(Step::initiation);
  out.push_back(static_cast<std::uint8_t>(initiation.kind));
  put(out, initiation.sender);
  append(out, initiation.cookie);
  append(out, initiation.noise);
  return out;
}

Bytes bytes_of(const Retry& retry) {
  Bytes out = started(Step::retry);
  put(out, retry.receiver);
  append(out, retry.cookie);
  return out;
}

Bytes bytes_of(const Response& response) {
  CHECK(response.noise.size() == second_noise_bytes);
  Bytes out = started(Step::response);
  put(out, response.sender);
  put(out, response.receiver);
  append(out, response.noise);
  return out;
}

Bytes bytes_of(const Confirmation& confirmation) {
  CHECK(confirmation.noise.size() == third_noise_bytes);
  Bytes out = started(Step::confirmation);
  put(out, confirmation.receiver);
  append(out, confirmation.noise);
  return out;
}

std::optional<HandshakeDatagram> parse_initiation(View datagram) {
  if (datagram.size() < 3) return std::nullopt;
  const auto kind = static_cast<ChannelKind>(datagram[2]);
  if (kind != ChannelKind::client && kind != ChannelKind::server) return std::nullopt;
  if (datagram.size() != initiation_bytes(kind)) return std::nullopt;
  return Initiation{.kind = kind,
                    .sender = get<SessionIndex>(datagram, 3),
                    .cookie = cookie_at(datagram, 7),
                    .noise = rest(datagram, 7 + cookie_bytes)};
}

}  // namespace

Bytes encode(const HandshakeDatagram& datagram) {
  return std::visit([](const auto& one) { return bytes_of(one); }, datagram);
}

std::optional<HandshakeDatagram> parse_handshake(View datagram) {
  if (datagram.size() < 2 || datagram[0] != static_cast<std::uint8_t>(Protection::handshake))
    return std::nullopt;
  switch (static_cast<Step>(datagram[1])) {
    case Step::initiation: return parse_initiation(datagram);
    case Step::retry:
      if (datagram.size() != retry_bytes) return std::nullopt;
      return Retry{.receiver = get<SessionIndex>(datagram, 2), .cookie = cookie_at(datagram, 6)};
    case Step::response:
      if (datagram.size() != response_bytes) return std::nullopt;
      return Response{.sender = get<SessionIndex>(datagram, 2),
                      .receiver = get<SessionIndex>(datagram, 6),
                      .noise = rest(datagram, 10)};
    case Step::confirmation:
      if (datagram.size() != confirmation_bytes) return std::nullopt;
      return Confirmation{.receiver = get<SessionIndex>(datagram, 2), .noise = rest(datagram, 6)};
  }
  return std::nullopt;
}

}  // namespace peal::secure
