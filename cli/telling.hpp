// What was said, as a line for people and as JSON for programs: the same in every command.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "cli/output.hpp"
#include "core/conversation.hpp"
#include "core/message.hpp"

namespace peal::cli {

/// The lines of a text below each other, harmless, so that none can pass for another message.
[[nodiscard]] std::string indented(std::string_view text, std::size_t columns);
/// When it was written, and never later than now: nobody reads what is yet to be written, however
/// wrong the clock of the server was.
[[nodiscard]] WallTime time_of(const Delivery& delivery);
/// A delivery as one line of a conversation, without a line feed; empty for what people need not
/// see. about: where the text of a post that it speaks of may be found.
[[nodiscard]] std::string line_of(const Delivery& delivery, std::FILE* stream,
                                  const Conversation* about = nullptr);
/// A post as it is now.
[[nodiscard]] std::string line_of(const Conversation::Seen& post, std::FILE* stream);
/// "12 messages from the other side of a split were merged".
[[nodiscard]] std::string merged_line(std::size_t messages);

/// The JSON of `peal read` for a post. For an edit, a deletion or a reaction {"post": message id,
/// "kind": ...} beside the usual fields; null for every other body.
[[nodiscard]] Json json_of(const Delivery& delivery);
/// With "edited", "deleted" and "reactions" where there are any.
[[nodiscard]] Json json_of(const Conversation::Seen& post);

/// The user whose direct conversation with `self` a delivery stands in, or its room; none for what
/// stands in no conversation.
[[nodiscard]] std::optional<Destination> conversation_of(const Delivery& delivery, UserId self);

}  // namespace peal::cli
