// Gathering who said what of which post.
#include "core/texts_now.hpp"

#include <set>
#include <utility>

namespace peal {

std::vector<SharedEntry> texts_now(const std::map<EntryKey, SharedEntry>& timeline) {
  // What somebody says of a post of others has no effect: so all is kept by post and author.
  using Whose = std::pair<MessageId, UserId>;
  std::set<Whose> posts;
  std::set<Whose> deleted;
  std::map<Whose, MessageId> latest_edits;
  std::set<MessageId> known;  // An edit that is stored twice counts at its smallest key.
  for (const auto& [key, entry] : timeline) {
    if (std::holds_alternative<Post>(entry->body)) posts.insert({entry->message, entry->author});
    if (const auto* removal = std::get_if<DeletePost>(&entry->body))
      deleted.insert({removal->post, entry->author});
    if (const auto* edit = std::get_if<EditPost>(&entry->body);
        edit != nullptr && known.insert(entry->message).second)
      latest_edits.insert_or_assign({edit->post, entry->author}, entry->message);
  }
  std::vector<SharedEntry> now;
  for (const auto& [key, entry] : timeline) {
    const auto* edit = std::get_if<EditPost>(&entry->body);
    if (edit == nullptr && !std::holds_alternative<Post>(entry->body)) continue;
    const Whose whose{edit != nullptr ? edit->post : entry->message, entry->author};
    if (!posts.contains(whose) || deleted.contains(whose)) continue;
    const auto latest = latest_edits.find(whose);
    const bool is_latest = latest == latest_edits.end()
                               ? edit == nullptr
                               : edit != nullptr && latest->second == entry->message;
    if (is_latest) now.push_back(entry);
  }
  return now;
}

}  // namespace peal
