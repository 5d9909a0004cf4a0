// Messages as they left and as they arrived, before anybody knows which is which.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "core/digest.hpp"
#include "core/endpoint.hpp"
#include "core/message.hpp"
#include "core/trace/story.hpp"

namespace peal::trace {

/// to: nothing of who sends to all that listen. from: only of what arrived.
struct Letter {
  Index step = 0;
  Sender sender;
  Digest content;
  std::optional<Endpoint> to;
  Endpoint from;
  std::uint8_t kind = 0;
  std::string text;
  std::string ids;
  std::uint32_t bytes = 0;  ///< of its datagrams

  /// What a letter that left and the same one where it arrived have in common.
  using Key = std::tuple<std::uint64_t, std::uint64_t, Digest>;
  [[nodiscard]] Key key() const { return {sender.server.value, sender.run, content}; }
};

/// The chat messages that a message is about, as session:n, in hexadecimal and decimal; with spaces
/// between.
[[nodiscard]] std::string ids_of(const Sender& sender, const Message& message);
/// The same of what is told to one session.
[[nodiscard]] std::string ids_of(SessionId session, const Submitted& submitted);
[[nodiscard]] Digest content_of(const Message& message);
/// "Vote {round 3, reason startup, ...}".
[[nodiscard]] std::string text_of_message(const Message& message);

}  // namespace peal::trace
