// Values of the machines as bytes: numbers are as short as they get, what is shared is said once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/digest.hpp"
#include "core/effect.hpp"
#include "core/entry.hpp"
#include "core/parts.hpp"
#include "core/trace/kinds.hpp"
#include "core/trace/recall.hpp"
#include "core/trace/redaction.hpp"

namespace peal::trace {

/// Walks a value and tells Out of its numbers and texts, in the order of its members.
template <class Out>
class Archiver {
 public:
  template <class... Args>
  explicit Archiver(Texts texts, Args&&... args)
      : out_(std::forward<Args>(args)...), texts_(texts) {}

  template <class T>
  void put(const T& value) {
    if constexpr (std::is_same_v<T, bool> || std::is_enum_v<T> || std::is_unsigned_v<T>) {
      out_.number(static_cast<std::uint64_t>(value));
    } else if constexpr (std::is_signed_v<T>) {
      const auto wide = static_cast<std::int64_t>(value);
      out_.number((static_cast<std::uint64_t>(wide) << 1U) ^
                  static_cast<std::uint64_t>(wide >> 63U));
    } else if constexpr (OfMicroseconds<T>) {
      put(value.us);
    } else if constexpr (OfMilliseconds<T>) {
      put(value.ms);
    } else if constexpr (is_random_id<T>) {
      out_.id(value.value);
    } else if constexpr (std::is_same_v<T, Sender>) {
      put(value.server);
      out_.id(value.run);
    } else if constexpr (OfValue<T>) {
      put(value.value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      out_.text(value);
    } else if constexpr (std::is_same_v<T, std::vector<std::uint8_t>>) {
      out_.bytes(value);
    } else if constexpr (std::is_same_v<T, UserId>) {
      out_.user(value);
    } else if constexpr (std::is_same_v<T, Endpoint>) {
      out_.endpoint(value);
    } else if constexpr (std::is_same_v<T, SharedEntry>) {
      if constexpr (Out::takes_digests) {
        // Every field is in it.
        if (texts_ == Texts::kept) return put_plainly(value.digest());
      }
      if (out_.is_new(value)) put(*value);
    } else if constexpr (std::is_same_v<T, Settled>) {
      // Of places of entries, not of what they say.
      put(value.horizon);
      put(value.count);
      put_plainly(value.digest);
    } else if constexpr (std::is_same_v<T, Digest>) {
      // Whoever guesses a text could find it by its digest.
      put_plainly(texts_ == Texts::kept ? value : Digest{});
    } else if constexpr (std::is_same_v<T, SearchRead>) {
      read_of_search(value);
    } else if constexpr (InParts<T>) {
      Parts::of(value, [this](const auto&... parts) { (this->put(parts), ...); });
    } else if constexpr (codec::Described<T>) {
      codec::Wire<T>::each([&]<class F>(F) {
        if constexpr (is_said_text<F>) {
          texts_ == Texts::kept ? put(F::of(value)) : put(redacted_field<F>(F::of(value)));
        } else {
          put(F::of(value));
        }
        return true;
      });
    } else {
      container(value);
    }
  }

  [[nodiscard]] Out& out() { return out_; }

 private:
  void put_plainly(Digest digest) {
    out_.id(digest.high);
    out_.id(digest.low);
  }

  /// An effect: it is compared, never read back.
  void read_of_search(const SearchRead& read) {
    put(read.words.size());
    if (texts_ == Texts::kept) put(read.words);
    Parts::of(read,
              [this](const auto& /*words*/, const auto&... parts) { (this->put(parts), ...); });
  }

  template <class T>
  void container(const T& value) {
    if constexpr (is_optional<T>) {
      put(value.has_value());
      if (value) put(*value);
    } else if constexpr (is_pair<T>) {
      put(value.first);
      put(value.second);
    } else if constexpr (is_variant<T>) {
      out_.number(value.index());
      std::visit([this](const auto& one) { this->put(one); }, value);
    } else if constexpr (std::is_same_v<T, std::monostate>) {
    } else if constexpr (is_array<T>) {
      for (const auto& item : value) put(item);
    } else {
      static_assert(is_list<T> || Ordered<T>);
      out_.number(value.size());
      for (const auto& item : value) put(item);
    }
  }

  Out out_;
  Texts texts_;
};

/// Appends to a vector of bytes. Numbers: seven bits a byte, the lowest first (LEB128); signed ones
/// zigzag. Texts and lists: how many, then each. One of several kinds: which, then its value.
/// What was said lately (random ids, users, addresses): 1 + its place; else 0 and all of it.
class ByteOut {
 public:
  ByteOut(std::vector<std::uint8_t>& bytes, Recall& recall) : bytes_(bytes), recall_(recall) {}

  static constexpr bool takes_digests = false;

  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80U));
    bytes_.push_back(static_cast<std::uint8_t>(value));
  }
  void text(std::string_view text) {
    number(text.size());
    // As bytes of the same type they are copied at once, and not one by one.
    raw({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  void bytes(std::span<const std::uint8_t> bytes) {
    number(bytes.size());
    raw(bytes);
  }
  void id(std::uint64_t id) {
    if (!said_lately(recall_.ids, id)) fixed(id);
  }
  void check(std::uint32_t check) { fixed(check); }
  void user(const UserId& user) {
    if (!said_lately(recall_.users, user)) raw(user.bytes);
  }
  void endpoint(const Endpoint& endpoint) {
    if (said_lately(recall_.endpoints, endpoint)) return;
    raw(endpoint.ip);
    number(endpoint.port);
    number(endpoint.scope);
  }
  /// 0 and the entry, or the number of one that was said before, counted from 1.
  [[nodiscard]] bool is_new(const SharedEntry& entry) {
    if (said_.size() < few_entries) {
      const auto it = std::ranges::find(said_, &*entry);
      const bool known = it != said_.end();
      number(known ? static_cast<std::uint64_t>(it - said_.begin()) + 1 : 0);
      if (!known) said_.push_back(&*entry);
      return !known;
    }
    for (; placed_.size() < said_.size();)
      placed_.emplace(said_[placed_.size()], placed_.size() + 1);
    const auto [it, fresh] = placed_.try_emplace(&*entry, said_.size() + 1);
    number(fresh ? 0 : it->second);
    if (fresh) said_.push_back(&*entry);
    return fresh;
  }

 private:
  /// Of a message, which are looked through faster than a map of them is made.
  static constexpr std::size_t few_entries = 64;

  template <class T>
  void fixed(T value) {
    std::array<std::uint8_t, sizeof(T)> bytes{};
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
    raw(bytes);
  }
  void raw(std::span<const std::uint8_t> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  template <class RecallOfT, class T>
  bool said_lately(RecallOfT& recall, const T& value) {
    const std::size_t place = recall.place_of(value);
    const T* last = recall.at(place);
    const bool known = last != nullptr && *last == value;
    bytes_.push_back(known ? static_cast<std::uint8_t>(place + 1) : std::uint8_t{0});
    if (!known) recall.keep(place, value);
    return known;
  }

  std::vector<std::uint8_t>& bytes_;
  Recall& recall_;
  std::vector<const Entry*> said_;              ///< in order
  std::map<const Entry*, std::size_t> placed_;  ///< the same, counted from 1, when many
};

/// Equal values have equal bytes, but for which entries share their memory.
class ArchiveWriter : public Archiver<ByteOut> {
 public:
  ArchiveWriter(std::vector<std::uint8_t>& bytes, Recall& recall, Texts texts = Texts::kept)
      : Archiver(texts, bytes, recall) {}
  /// Four bytes, as no number of seven bits a byte makes it short.
  void put_check(std::uint32_t check) { out().check(check); }
};

/// Mixes into a digest: for comparing what nobody has to read.
class HashOut {
 public:
  static constexpr bool takes_digests = true;

  void number(std::uint64_t value) { hasher_.add(value); }
  void text(std::string_view text) { hasher_.add(text); }
  void bytes(std::span<const std::uint8_t> bytes) { hasher_.add(bytes); }
  void id(std::uint64_t id) { hasher_.add(id); }
  void user(const UserId& user) { hasher_.add(std::span(user.bytes)); }
  void endpoint(const Endpoint& endpoint) {
    hasher_.add(std::span(endpoint.ip)).add(endpoint.port).add(endpoint.scope);
  }
  [[nodiscard]] bool is_new(const SharedEntry& /*entry*/) { return true; }
  [[nodiscard]] Digest digest() const { return hasher_.digest(); }

 private:
  Hasher hasher_;
};

class HashWriter : public Archiver<HashOut> {
 public:
  explicit HashWriter(Texts texts = Texts::kept) : Archiver(texts) {}
  [[nodiscard]] Digest digest() { return out().digest(); }
};

}  // namespace peal::trace
