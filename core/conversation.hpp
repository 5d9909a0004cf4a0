// A conversation as people read it: posts with their edits and reactions, from its entries in
// whatever order they come.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/message.hpp"

namespace peal {

/// The place of a delivery in its timeline.
[[nodiscard]] inline EntryKey key_of(const Delivery& delivery) {
  return {delivery.hlc, delivery.id};
}

/// The result of applying a set of entries of one conversation, independent of their order;
/// applying one again changes nothing (a CRDT).
/// - A post stands at its smallest key, once, whoever accepted it how often.
/// - Of several texts of a post the one with the latest key counts, of its author only. Once its
///   author deletes it, it has none any more.
/// - A reaction is a user's sign below a post: the latest word of that user on that sign counts.
/// Amendments of a post that is not known are kept until it comes.
class Conversation {
 public:
  struct Reaction {
    std::string sign;
    std::vector<UserId> users;  ///< sorted
    friend bool operator==(const Reaction&, const Reaction&) = default;
  };
  /// first: as it was posted, with the place of its smallest key.
  struct Seen {
    Delivery first;
    std::string text;  ///< the latest; empty: deleted
    bool edited = false;
    bool deleted = false;
    std::vector<Reaction> reactions;  ///< by sign
    friend bool operator==(const Seen&, const Seen&) = default;
  };

  void apply(const Delivery& item);

  [[nodiscard]] std::size_t size() const { return order_.size(); }
  /// The post as it is now; none when it is not known.
  [[nodiscard]] std::optional<Seen> find(MessageId post) const;
  /// All posts, oldest first.
  [[nodiscard]] std::vector<Seen> posts() const;
  /// The post that an author wrote last, `back` of them earlier; deleted ones do not count.
  [[nodiscard]] std::optional<MessageId> latest_of(UserId author, std::size_t back = 0) const;
  /// The latest post of anybody that is not deleted.
  [[nodiscard]] std::optional<MessageId> latest() const;

  friend bool operator==(const Conversation&, const Conversation&) = default;

 private:
  struct Edit {
    EntryKey key;
    std::string text;
    friend bool operator==(const Edit&, const Edit&) = default;
  };
  struct Sign {
    EntryKey key;
    bool on = false;
    friend bool operator==(const Sign&, const Sign&) = default;
  };
  /// What was said of a post. By author: that of others has no effect on text, but the post's
  /// author may not be known yet.
  struct Amendments {
    std::map<UserId, Edit> edits;
    std::set<UserId> deletions;
    std::map<std::string, std::map<UserId, Sign>> signs;
    friend bool operator==(const Amendments&, const Amendments&) = default;
  };
  void add(const Delivery& post);
  [[nodiscard]] Seen seen(const Delivery& post) const;
  [[nodiscard]] bool is_deleted(const Delivery& post) const;

  std::map<MessageId, Delivery> posts_;
  std::map<EntryKey, MessageId> order_;
  std::map<MessageId, Amendments> amendments_;
};

}  // namespace peal
