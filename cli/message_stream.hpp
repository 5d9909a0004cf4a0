// Many messages into one conversation: as many under way as is useful, each one's outcome reported
// in order.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "cli/connection.hpp"
#include "core/limits.hpp"

namespace peal::cli {

/// What became of one message.
struct Outcome {
  std::uint64_t line = 0;
  std::optional<Accepted> accepted;  ///< none: refused
  MessageId message;
  RejectReason reason = RejectReason::invalid_text;
  std::string why;  ///< one line for people, when refused
};

/// The window of texts that wait for their verdicts. Feed it with every effect of the connection.
class MessageStream {
 public:
  /// Below what the client machine queues, so that it never refuses one; enough to keep its window
  /// full.
  static constexpr std::size_t under_way_max = 1'024;
  static_assert(under_way_max <= limits::client_queue_max);

  MessageStream(Connection& connection, std::function<void(const Outcome&)> on_outcome)
      : connection_(connection), on_outcome_(std::move(on_outcome)) {}

  /// Called when there is room again after there was none.
  void set_on_room(std::function<void()> on_room) { on_room_ = std::move(on_room); }
  /// Only while there is room. A text that no server would take is refused at once.
  void post(std::uint64_t line, const Destination& to, std::string text);
  /// True when the effect was a verdict about one of these messages.
  bool on_effect(const ClientEffect& effect);

  [[nodiscard]] bool has_room() const { return under_way_.size() < under_way_max; }
  [[nodiscard]] bool idle() const { return under_way_.empty(); }
  [[nodiscard]] std::uint64_t posted() const { return posted_; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] std::uint32_t fewest_copies() const { return fewest_copies_; }
  /// The servers do not keep up, or are silent: the client waits.
  [[nodiscard]] bool held_back() const { return held_back_; }

 private:
  void settle(Ticket ticket, Outcome outcome);
  void refuse(Ticket ticket, MessageId message, RejectReason reason, std::string_view detail);

  Connection& connection_;
  std::function<void(const Outcome&)> on_outcome_;
  std::function<void()> on_room_;
  std::map<Ticket, std::uint64_t> under_way_;  // To the line's number.
  std::uint64_t posted_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t refused_ = 0;
  std::uint32_t fewest_copies_ = 0;
  bool held_back_ = false;
};

/// Waits until the stream is idle and `input_ended` holds. Gives up, with Trouble (unreachable),
/// when something is under way and no verdict came for so long: far longer than any fail-over
/// takes.
inline constexpr Patience verdict_patience = std::chrono::seconds(60);
void wait_for_all(Connection& connection, const MessageStream& stream,
                  const std::function<bool()>& input_ended);

}  // namespace peal::cli
