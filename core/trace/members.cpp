// A whole state as a list of its members, and what of it an event changed.
#include "core/trace/members.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "core/trace/archive_writer.hpp"
#include "core/trace/path.hpp"
#include "core/trace/text.hpp"

namespace peal::trace {
namespace {

template <class T>
concept Sized = is_map<T> || is_list<T> || Ordered<T>;

/// A leaf's value where the member itself has none.
struct Count {
  std::size_t elements = 0;
};
struct Nothing {};

/// For comparing within one run; cheap, as there are thousands for each event.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t both = (std::rotl(a, 23) ^ b) * 0x9fb21c651e98df25U;
  return both ^ (both >> 32U);
}

template <class T>
std::uint64_t hash_of(const T& value) {
  // With its type, as members of other types may come to stand in one place.
  if constexpr (std::is_same_v<T, Count>) {
    return Hasher(1).add(value.elements).digest().low;
  } else if constexpr (std::is_same_v<T, Nothing>) {
    return Hasher(2).digest().low;
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    return static_cast<std::uint64_t>(value);
  } else if constexpr (OfMicroseconds<T>) {
    return hash_of(value.us);
  } else if constexpr (OfMilliseconds<T>) {
    return hash_of(value.ms);
  } else if constexpr (OfValue<T>) {
    return hash_of(value.value);
  } else if constexpr (std::is_same_v<T, EntryId>) {
    return mixed(value.log.value, value.seq);
  } else if constexpr (std::is_same_v<T, SharedEntry>) {
    return value.digest().low;
  } else {
    HashWriter hash;
    hash.put(value);
    return hash.digest().low;
  }
}

template <class T>
std::string leaf_text(const T& value) {
  if constexpr (std::is_same_v<T, Count>)
    return std::to_string(value.elements) + " elements";
  else if constexpr (std::is_same_v<T, Nothing>)
    return "none";
  else
    return text_of(value);
}

/// One step of the way to a member: a name, or what says the key.
struct Way {
  const Way* above = nullptr;
  std::uint64_t hash = 0;
  std::string_view name;
  const void* key = nullptr;
  std::string (*key_text)(const void*) = nullptr;

  [[nodiscard]] Way named(std::string_view inner) const {
    // Each name stands in one place of the program.
    return {this, mixed(hash, reinterpret_cast<std::uintptr_t>(inner.data())), inner};
  }
  template <class K>
  [[nodiscard]] Way keyed(const K& inner) const {
    return {this, mixed(hash, hash_of(inner)), {}, &inner, [](const void* k) {
              return path_at(*static_cast<const K*>(k));
            }};
  }
  [[nodiscard]] std::string text() const {
    std::string path = above == nullptr ? "" : above->text();
    if (key_text != nullptr) return path + key_text(key);
    if (!path.empty() && !name.empty()) path += '.';
    path += name.ends_with('_') ? name.substr(0, name.size() - 1) : name;
    return path;
  }
};

/// The names of a class's members, which stand in one text.
template <class T>
const std::vector<std::string_view>& names_of() {
  static const std::vector<std::string_view> all = [] {
    std::vector<std::string_view> names;
    for (std::string_view rest = Parts::names<T>; !rest.empty();) names.push_back(take_name(rest));
    return names;
  }();
  return all;
}

/// Walks a machine beside what was seen of it.
class Look {
 public:
  Look(const std::vector<Members::Seen>& before, Strings& strings)
      : before_(before), strings_(strings) {
    now.reserve(before.size() + 16);
  }

  template <class T>
  void walk(const T& value, const Way& way) {
    if constexpr (Sized<T>)
      if (value.size() > container_elements_max) return leaf(Count{value.size()}, way);
    if constexpr (std::is_same_v<T, Timers>) {
      for (std::size_t i = 0; i < static_cast<std::size_t>(Timer::count_); ++i) {
        const auto timer = static_cast<Timer>(i);
        walk(value.at(timer), way.named(enumerator_name(timer)));
      }
    } else if constexpr (InParts<T>) {
      Parts::of(value, [&](const auto&... parts) {
        [[maybe_unused]] auto name = names_of<T>().begin();
        (this->walk(parts, way.named(*name++)), ...);
      });
    } else if constexpr (is_optional<T>) {
      value ? walk(*value, way) : leaf(Nothing{}, way);
    } else if constexpr (is_variant<T>) {
      std::visit([&](const auto& one) { this->walk(one, way); }, value);
    } else if constexpr (is_map<T>) {
      for (const auto& [key, inner] : value) walk(inner, way.keyed(key));
    } else if constexpr (is_list<T>) {
      for (std::size_t i = 0; i < value.size(); ++i) walk(value[i], way.keyed(i));
    } else if constexpr (Ordered<T>) {
      for (const auto& one : value) walk(one, way.keyed(one));
    } else if constexpr (ToldByMembers<T>) {
      codec::Wire<T>::each([&]<class F>(F) {
        this->walk(F::of(value), way.named(member_name<F>));
        return true;
      });
    } else {
      leaf(value, way);
    }
  }

  void finish() { gone_until(before_.size()); }

  std::vector<Members::Seen> now;
  std::vector<MemberChange> changes;

 private:
  template <class T>
  void leaf(const T& value, const Way& way) {
    Members::Seen seen{way.hash, hash_of(value), {}};
    // Members keep their order, so what is passed over here is gone.
    std::size_t same = next_;
    while (same < before_.size() && before_[same].path_hash != way.hash) ++same;
    if (same == before_.size()) {
      seen.member = {strings_.place(way.text()), strings_.place(leaf_text(value))};
      changes.push_back({seen.member.path, Strings::none, seen.member.value});
    } else {
      gone_until(same);
      ++next_;
      const Members::Seen& was = before_[same];
      seen.member = was.member;
      if (was.value_hash != seen.value_hash) {
        seen.member.value = strings_.place(leaf_text(value));
        // Texts are cut short, so they may be the same.
        if (seen.member.value != was.member.value)
          changes.push_back({seen.member.path, was.member.value, seen.member.value});
      }
    }
    now.push_back(seen);
  }
  void gone_until(std::size_t end) {
    for (; next_ < end; ++next_) {
      const NamedMember& gone = before_[next_].member;
      // Members of one name, of classes that took each other's place, have one path.
      const auto come = std::ranges::find_if(changes, [&](const MemberChange& change) {
        return change.path == gone.path && change.before == Strings::none;
      });
      if (come == changes.end())
        changes.push_back({gone.path, gone.value, Strings::none});
      else if (come->after == gone.value)
        changes.erase(come);
      else
        come->before = gone.value;
    }
  }

  const std::vector<Members::Seen>& before_;
  Strings& strings_;
  std::size_t next_ = 0;  ///< of before_
};

}  // namespace

template <class Machine>
std::vector<MemberChange> Members::look_at(const Machine& machine, Strings& strings) {
  Look look(seen_, strings);
  look.walk(machine, Way{});
  look.finish();
  seen_ = std::move(look.now);
  return std::move(look.changes);
}

std::vector<MemberChange> Members::look(const Server& server, Strings& strings) {
  return look_at(server, strings);
}
std::vector<MemberChange> Members::look(const Client& client, Strings& strings) {
  return look_at(client, strings);
}

std::vector<NamedMember> Members::list() const {
  std::vector<NamedMember> all;
  all.reserve(seen_.size());
  for (const Seen& seen : seen_) all.push_back(seen.member);
  return all;
}

}  // namespace peal::trace
