// Which entries of a conversation carry the texts that people read now.
#pragma once

#include <map>
#include <vector>

#include "core/entry.hpp"

namespace peal {

/// Of a conversation's entries: posts that their author neither edited nor deleted, and of other
/// posts that were not deleted the latest edit by their author, each as often as it is stored; by
/// key. The rules are those of Conversation.
[[nodiscard]] std::vector<SharedEntry> texts_now(const std::map<EntryKey, SharedEntry>& timeline);

}  // namespace peal
