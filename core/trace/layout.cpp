// How states are laid out and effects are checked by this version, in one word: another word,
// another version.
#include "core/trace/layout.hpp"

#include <cstdint>
#include <limits>
#include <string_view>

#include "core/client.hpp"
#include "core/digest.hpp"
#include "core/server.hpp"
#include "core/trace/text.hpp"

namespace peal::trace {
namespace {

// Raised when check_of() gives something else for the same effects.
constexpr std::uint64_t checks = 2;

}  // namespace

std::string layout() {
  constexpr std::size_t all = std::numeric_limits<std::size_t>::max() / 2;
  ServerConfig server;
  server.self = ServerId{1};
  server.incarnation = Incarnation{1};
  ClientConfig client;
  client.session = SessionId{1};
  const std::string text = text_of(Server(server, Recovered{}, Instant{}), all) +
                           text_of(Client(client, Instant{}), all);
  std::uint64_t hash = Hasher().add(std::string_view(text)).add(checks).digest().low;
  std::string word;
  for (int digit = 0; digit < 16; ++digit, hash <<= 4U) word += "0123456789abcdef"[hash >> 60U];
  return word;
}

}  // namespace peal::trace
