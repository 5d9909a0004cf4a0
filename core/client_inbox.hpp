// What a home delivers: put in order, each message shown once, the cursor moved along.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "core/client_io.hpp"
#include "core/parts.hpp"
#include "core/ranges.hpp"
#include "core/version_vector.hpp"

namespace peal {

/// Deliver messages of one attachment are taken in the order of their numbers; those that come
/// early wait, as many as limits::delivery_window. The cursor covers only what was taken, so what a
/// former home sent and did not arrive comes again from the next one.
///
/// A post that a group brought may be shown ahead of the home's Deliver when the cursor covers the
/// entry before it in its log and its dependencies, and the home said that nothing else is missing
/// behind its deliveries (Deliver::direct): docs/decisions/0009-what-a-group-may-show.md.
class ClientInbox {
 public:
  /// A new attachment: the count starts again, what waited is forgotten. start: where delivery
  /// begins. True when that is beyond what was taken before, so that something is skipped.
  bool start(std::uint64_t attachment, const VersionVector& start);
  /// Shows what can be shown. True when the Deliver belongs to this attachment: it wants an
  /// acknowledgement of taken().
  [[nodiscard]] bool take(const Deliver& deliver, ClientEffects& effects);

  /// Whether a post that a group brought may be shown now.
  [[nodiscard]] bool is_next(const GroupPost& post) const;
  void show(const GroupPost& post, ClientEffects& effects);
  /// How far the cursor is ahead of what homes delivered.
  [[nodiscard]] std::vector<EntryId> beyond_home() const { return cursor_.beyond(home_cursor_); }

  /// All Deliver messages up to this one were taken.
  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  [[nodiscard]] std::uint64_t attachment() const { return attachment_; }
  [[nodiscard]] bool started() const { return attachment_ != 0; }
  [[nodiscard]] const VersionVector& cursor() const { return cursor_; }
  /// The latest of what was shown.
  [[nodiscard]] Hlc latest() const { return latest_; }
  void mix_into(Hasher& hasher) const;

  friend bool operator==(const ClientInbox&, const ClientInbox&) = default;

 private:
  /// The messages of one author's session that were shown.
  struct Shown {
    Ranges numbers;
    std::uint64_t last_used = 0;
    friend bool operator==(const Shown&, const Shown&) = default;
    PEAL_PARTS(numbers, last_used)
  };

  void show(const Deliver& deliver, ClientEffects& effects);
  void show(const Delivery& item, ClientEffects& effects);
  /// False when the message was shown before.
  [[nodiscard]] bool first_sight(const MessageId& message);
  void forget_one_author();

  std::uint64_t attachment_ = 0;
  std::uint64_t taken_ = 0;
  std::map<std::uint64_t, Deliver> early_;
  /// Told with a message that was shown before: told again with the next one that is shown.
  std::uint64_t hidden_gap_ = 0;
  VersionVector cursor_;
  VersionVector
      home_cursor_;      // Of what homes said; the cursor is ahead of it by what groups brought.
  bool direct_ = false;  // Said by the home with the latest Deliver that was taken.
  Hlc latest_;
  std::map<SessionId, Shown> shown_;
  std::uint64_t uses_ = 0;
  Digest shown_sum_;  // Of the digests of shown_'s records: kept up to date.
  PEAL_PARTS(attachment_, taken_, early_, hidden_gap_, cursor_, home_cursor_, direct_, latest_,
             shown_, uses_, shown_sum_)
};

}  // namespace peal
