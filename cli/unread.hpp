// What a person has not read yet, conversation by conversation.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/connection.hpp"

namespace peal::cli {

struct Unread {
  ConversationInfo conversation;
  std::size_t messages = 0;  ///< of others, behind the read marker, that were not deleted
  std::size_t mentions = 0;  ///< of them those that name the reader
  bool more = false;         ///< there are more: they were not counted to the end
};

/// "#lunch", or the name of a user.
[[nodiscard]] std::string name_of(const ConversationInfo& conversation);
/// "12", "1024+".
[[nodiscard]] std::string count_of(const Unread& unread);

/// All conversations of the connection's user, rooms first. Waits; throws Trouble as questions do.
[[nodiscard]] std::vector<Unread> unread_of(Connection& connection, const std::string& name);

}  // namespace peal::cli
