// Posting, and what becomes of it.
#include "cli/message_stream.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/stop.hpp"
#include "core/check.hpp"
#include "core/text_rules.hpp"

namespace peal::cli {

void MessageStream::post(std::uint64_t line, const Destination& to, std::string text) {
  CHECK(has_room());
  ++posted_;
  const TextFault fault = check_text(text);
  if (fault != TextFault::none) {
    ++refused_;
    const bool long_one = fault == TextFault::too_long;
    const RejectReason reason = long_one ? RejectReason::text_too_long : RejectReason::invalid_text;
    const std::string why =
        long_one ? fmt::format("the text is longer than {} bytes", limits::text_bytes_max)
                 : "the text is not UTF-8, or contains control characters";
    on_outcome_({.line = line, .reason = reason, .why = explain(reason, why)});
    return;
  }
  const Ticket ticket = connection_.say(Post{to, std::move(text)});
  under_way_.emplace(ticket, line);
}

bool MessageStream::on_effect(const ClientEffect& effect) {
  if (const auto* done = std::get_if<Acknowledged>(&effect)) {
    const auto found = under_way_.find(done->ticket);
    if (found == under_way_.end()) return false;
    const std::uint32_t copies = done->accepted.copies;
    fewest_copies_ = acknowledged_ == 0 ? copies : std::min(fewest_copies_, copies);
    ++acknowledged_;
    settle(done->ticket,
           {.line = found->second, .accepted = done->accepted, .message = done->message});
    return true;
  }
  if (const auto* rejected = std::get_if<Rejected>(&effect)) {
    if (!under_way_.contains(rejected->ticket)) return false;
    refuse(rejected->ticket, rejected->message, rejected->reason, rejected->detail);
    return true;
  }
  if (const auto* waiting = std::get_if<Waiting>(&effect))
    held_back_ = held_back_ || under_way_.contains(waiting->ticket);
  if (const auto* full = std::get_if<QueueFull>(&effect)) CHECK(!under_way_.contains(full->ticket));
  return false;
}

void MessageStream::refuse(Ticket ticket, MessageId message, RejectReason reason,
                           std::string_view detail) {
  ++refused_;
  settle(ticket, {.line = under_way_.at(ticket),
                  .message = message,
                  .reason = reason,
                  .why = explain(reason, detail)});
}

void MessageStream::settle(Ticket ticket, Outcome outcome) {
  const bool was_full = !has_room();
  under_way_.erase(ticket);
  held_back_ = false;
  on_outcome_(outcome);
  if (was_full && on_room_) on_room_();
}

void wait_for_all(Connection& connection, const MessageStream& stream,
                  const std::function<bool()>& input_ended) {
  const auto done = [&] { return stream.idle() && input_ended(); };
  const auto settled = [&] { return stream.acknowledged() + stream.refused(); };
  while (!done()) {
    const std::uint64_t before = settled();
    const bool idle = stream.idle();
    const auto moved = [&] { return done() || settled() != before || stream.idle() != idle; };
    if (connection.loop().run_until(moved, idle ? forever : verdict_patience)) continue;
    const std::string sum =
        fmt::format("{} of {} messages were acknowledged", stream.acknowledged(), stream.posted());
    if (stop_requested()) throw failure("interrupted: " + sum);
    throw unreachable(fmt::format(
        "no verdict for {} s: {}; the others may or may not arrive",
        std::chrono::duration_cast<std::chrono::seconds>(verdict_patience).count(), sum));
  }
}

}  // namespace peal::cli
