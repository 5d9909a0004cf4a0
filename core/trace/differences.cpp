// Where two states differ, member by member.
#include "core/trace/differences.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>

#include "core/trace/path.hpp"
#include "core/trace/text.hpp"

namespace peal::trace {
namespace {

constexpr const char* nothing = "nothing";

/// Walks two values of one type side by side.
class Comparison {
 public:
  template <class T>
  void compare(const T& before, const T& after) {
    if (before == after) return;
    if constexpr (std::is_same_v<T, Timers>) {
      timers(before, after);
    } else if constexpr (InParts<T>) {
      members(before, after);
    } else if constexpr (is_optional<T>) {
      if (before && after) return compare(*before, *after);
      found(before ? text_of(*before) : nothing, after ? text_of(*after) : nothing);
    } else if constexpr (is_variant<T>) {
      one_of(before, after);
    } else if constexpr (is_map<T>) {
      keys(before, after);
    } else if constexpr (is_list<T>) {
      positions(before, after);
    } else if constexpr (Ordered<T>) {
      elements(before, after);
    } else if constexpr (ToldByMembers<T>) {
      codec::Wire<T>::each([&]<class F>(F) {
        this->inside(member_name<F>, F::of(before), F::of(after));
        return true;
      });
    } else {
      found(text_of(before), text_of(after));
    }
  }

  std::vector<Difference> differences;

 private:
  void found(std::string before, std::string after) {
    differences.push_back({path_.text(), std::move(before), std::move(after)});
  }

  template <class T>
  void inside(std::string_view name, const T& before, const T& after) {
    const Path::Inside deeper(path_, name);
    compare(before, after);
  }
  template <class K>
  void came_or_went(const K& key, std::string before, std::string after) {
    differences.push_back({path_.text() + path_at(key), std::move(before), std::move(after)});
  }

  template <class T>
  void members(const T& before, const T& after) {
    std::string_view names = Parts::names<T>;
    Parts::of(before, [&](const auto&... old_parts) {
      Parts::of(after, [&](const auto&... new_parts) {
        (this->inside(take_name(names), old_parts, new_parts), ...);
      });
    });
  }

  void timers(const Timers& before, const Timers& after) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Timer::count_); ++i) {
      const auto timer = static_cast<Timer>(i);
      inside(enumerator_name(timer), before.at(timer), after.at(timer));
    }
  }

  template <class T>
  void one_of(const T& before, const T& after) {
    if (before.index() != after.index()) return found(text_of(before), text_of(after));
    std::visit(
        [&]<class One>(const One& one) {
          if constexpr (!std::is_same_v<One, std::monostate>) compare(one, std::get<One>(after));
        },
        before);
  }

  template <class T>
  void keys(const T& before, const T& after) {
    for (const auto& [key, value] : before) {
      const auto other = after.find(key);
      if (other == after.end())
        came_or_went(key, text_of(value), nothing);
      else
        inside(path_at(key), value, other->second);
    }
    for (const auto& [key, value] : after)
      if (!before.contains(key)) came_or_went(key, nothing, text_of(value));
  }

  template <class T>
  void positions(const T& before, const T& after) {
    // What is alike at both ends says nothing: queues lose their first and gain at the end.
    const auto [b, a] = std::ranges::mismatch(before, after);
    const auto same = static_cast<std::size_t>(b - before.begin());
    std::size_t tail = 0;
    while (tail < std::min(before.size(), after.size()) - same &&
           before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
      ++tail;
    const std::size_t old_end = before.size() - tail;
    const std::size_t new_end = after.size() - tail;
    for (std::size_t i = same; i < std::max(old_end, new_end); ++i) {
      if (i < old_end && i < new_end)
        inside(path_at(i), before[i], after[i]);
      else
        came_or_went(i, i < old_end ? text_of(before[i]) : nothing,
                     i < new_end ? text_of(after[i]) : nothing);
    }
  }

  template <class T>
  void elements(const T& before, const T& after) {
    for (const auto& one : before)
      if (!after.contains(one)) came_or_went(one, text_of(one), nothing);
    for (const auto& one : after)
      if (!before.contains(one)) came_or_went(one, nothing, text_of(one));
  }

  Path path_;
};

template <class Machine>
std::vector<Difference> of(const Machine& before, const Machine& after) {
  Comparison comparison;
  comparison.compare(before, after);
  return std::move(comparison.differences);
}

}  // namespace

std::vector<Difference> differences(const Server& before, const Server& after) {
  return of(before, after);
}
std::vector<Difference> differences(const Client& before, const Client& after) {
  return of(before, after);
}

}  // namespace peal::trace
