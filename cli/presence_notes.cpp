// Two lists, what is true and what was said, and how long they have differed about somebody.
#include "cli/presence_notes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

/// Longer than a person needs to be back at another server.
constexpr Duration gone_after = seconds(3);
constexpr Duration here_after = milliseconds(300);
constexpr Duration silence_between = seconds(1);
constexpr std::size_t names_max = 4;

std::string line_about(std::vector<std::string> names, const char* what) {
  std::ranges::sort(names);
  const std::size_t shown = names.size() <= names_max ? names.size() : names_max - 1;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == names.size();
    text += (i == 0 ? "" : last ? " and " : ", ") + harmless(names[i]);
  }
  if (shown < names.size()) text += " and " + counted(names.size() - shown, "other");
  return fmt::format("{} {} {}", text, names.size() == 1 ? "is" : "are", what);
}

}  // namespace

void PresenceNotes::learn(std::map<UserId, std::string> online, Instant now) {
  online_ = std::move(online);
  if (!known_) said_ = online_;
  known_ = true;
  for (const auto& [user, name] : online_)
    if (!said_.contains(user)) differs_since_.try_emplace(user, now);
  for (const auto& [user, name] : said_)
    if (!online_.contains(user)) differs_since_.try_emplace(user, now);
  std::erase_if(differs_since_, [this](const auto& item) {
    return online_.contains(item.first) == said_.contains(item.first);
  });
}

std::vector<std::string> PresenceNotes::due(Instant now) {
  if (now < next()) return {};
  std::vector<std::string> here;
  std::vector<std::string> gone;
  std::erase_if(differs_since_, [&](const auto& item) {
    const UserId user = item.first;
    if (now < due_at(user)) return false;
    if (const auto it = online_.find(user); it != online_.end()) {
      here.push_back(it->second);
      said_.insert(*it);
    } else {
      const auto left = said_.extract(user);
      gone.push_back(left.mapped());
    }
    return true;
  });
  silent_until_ = now + silence_between;
  std::vector<std::string> lines;
  if (!here.empty()) lines.push_back(line_about(std::move(here), "on line"));
  if (!gone.empty()) lines.push_back(line_about(std::move(gone), "off line"));
  return lines;
}

Instant PresenceNotes::next() const {
  Instant first = never;
  for (const auto& [user, since] : differs_since_) first = std::min(first, due_at(user));
  return first == never ? never : std::max(first, silent_until_);
}

Instant PresenceNotes::due_at(UserId user) const {
  return differs_since_.at(user) + (online_.contains(user) ? here_after : gone_after);
}

}  // namespace peal::cli
