// What people are told when the chat state does not let a body become an entry.
#pragma once

#include <optional>
#include <string>

#include "core/chat_state.hpp"
#include "core/message.hpp"
#include "core/text_rules.hpp"

namespace peal {

[[nodiscard]] Refusal refuse(RejectReason reason, std::string detail);
[[nodiscard]] Refusal refuse_unregistered();
[[nodiscard]] Refusal refuse_user_name();
[[nodiscard]] Refusal refuse_room_name();
[[nodiscard]] Refusal refuse_room(const RoomName& room);
[[nodiscard]] Refusal refuse_stranger(const RoomName& room);
[[nodiscard]] Refusal refuse_user(UserId user);
/// None for TextFault::none.
[[nodiscard]] std::optional<Refusal> refuse_text(TextFault fault, const char* what,
                                                 std::size_t bytes_max);

/// Names come from people; what cannot be shown safely is not repeated to them.
[[nodiscard]] std::string quoted(const std::string& name);
/// A user as people tell users apart when the name does not: the start of their id.
[[nodiscard]] std::string short_id(UserId user);

}  // namespace peal
