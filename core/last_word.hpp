// What was said last of one thing, when messages may be in history more than once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "core/entry.hpp"
#include "core/parts.hpp"

namespace peal {

/// A last-writer-wins register whose writers are sessions. A message that two leaders accepted is
/// in history twice, and its second copy may have a later key than what its author said afterwards:
/// so of each session the latest message counts, at the smallest key of its copies, and of these
/// the one with the highest key. The same entries make the same register in whatever order they
/// come.
template <class T>
class LastWord {
 public:
  struct Word {
    std::uint64_t n = 0;  ///< of its session
    EntryKey key;
    T value{};
    friend bool operator==(const Word&, const Word&) = default;
    PEAL_PARTS(n, key, value)
  };
  /// Takes in what an entry says; the word of its session that this one replaces, n 0 when it is
  /// the first, none when it changes nothing.
  std::optional<Word> say(const Entry& entry, T value) {
    Word& word = words_[entry.message.session];
    const std::uint64_t n = entry.message.n;
    if (n < word.n || (n == word.n && entry.key() >= word.key)) return std::nullopt;
    Word replaced = std::exchange(word, Word{n, entry.key(), std::move(value)});
    latest_ = {};
    for (const auto& [session, each] : words_)
      if (each.key > latest_.key) latest_ = each;
    return replaced;
  }
  /// n 0: nothing was said.
  [[nodiscard]] const Word& latest() const { return latest_; }
  friend bool operator==(const LastWord&, const LastWord&) = default;

 private:
  std::map<SessionId, Word> words_;
  Word latest_;
  PEAL_PARTS(words_, latest_)
};

}  // namespace peal
