// Who came and who went, said in few lines however many do so at once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace peal::cli {

/// A value. When a server dies or a network splits, everybody behind it vanishes from the list and
/// most are back a moment later, at other servers. So somebody who is missing has left only after a
/// while, and all who come or go at about the same time share a line.
class PresenceNotes {
 public:
  /// Who is on line by now: everybody. The first list is no news.
  void learn(std::map<UserId, std::string> online, Instant now);
  /// What is to be said by now, a line each; it is not said again.
  [[nodiscard]] std::vector<std::string> due(Instant now);
  /// When to ask due() next; `never` while there is nothing to say.
  [[nodiscard]] Instant next() const;

 private:
  [[nodiscard]] Instant due_at(UserId user) const;

  bool known_ = false;
  std::map<UserId, std::string> online_;
  std::map<UserId, std::string> said_;       ///< whom the person believes to be on line
  std::map<UserId, Instant> differs_since_;  ///< where the two differ
  Instant silent_until_{-1};                 ///< after a line
};

}  // namespace peal::cli
