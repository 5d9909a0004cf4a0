// A whole state as a list of its members.
#include "core/trace/members.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/trace/path.hpp"
#include "core/trace/text.hpp"

namespace peal::trace {
namespace {

template <class T>
concept Sized = is_map<T> || is_list<T> || Ordered<T>;

class Listing {
 public:
  template <class T>
  void list(const T& value) {
    if constexpr (Sized<T>)
      if (value.size() > container_elements_max)
        return leaf(std::to_string(value.size()) + " elements");
    if constexpr (std::is_same_v<T, Timers>) {
      for (std::size_t i = 0; i < static_cast<std::size_t>(Timer::count_); ++i) {
        const auto timer = static_cast<Timer>(i);
        inside(enumerator_name(timer), value.at(timer));
      }
    } else if constexpr (InParts<T>) {
      Parts::of(value, [&](const auto&... parts) {
        [[maybe_unused]] std::string_view names = Parts::names<T>;
        (this->inside(take_name(names), parts), ...);
      });
    } else if constexpr (is_optional<T>) {
      value ? list(*value) : leaf("none");
    } else if constexpr (is_variant<T>) {
      std::visit([this](const auto& one) { this->list(one); }, value);
    } else if constexpr (is_map<T>) {
      for (const auto& [key, inner] : value) inside(path_at(key), inner);
    } else if constexpr (is_list<T>) {
      for (std::size_t i = 0; i < value.size(); ++i) inside(path_at(i), value[i]);
    } else if constexpr (Ordered<T>) {
      for (const auto& one : value) inside(path_at(one), one);
    } else if constexpr (ToldByMembers<T>) {
      codec::Wire<T>::each([&]<class F>(F) {
        this->inside(member_name<F>, F::of(value));
        return true;
      });
    } else {
      leaf(text_of(value));
    }
  }

  Members listed;

 private:
  void leaf(std::string text) { listed.emplace_back(path_.text(), std::move(text)); }
  template <class T>
  void inside(std::string_view name, const T& value) {
    const Path::Inside deeper(path_, name);
    list(value);
  }

  Path path_;
};

template <class Machine>
Members of(const Machine& machine) {
  Listing listing;
  listing.list(machine);
  return std::move(listing.listed);
}

}  // namespace

Members members(const Server& server) { return of(server); }
Members members(const Client& client) { return of(client); }

std::vector<Difference> differences(const Members& before, const Members& after) {
  std::vector<Difference> found;
  const auto gone = [&](std::size_t i) {
    found.push_back({before[i].first, before[i].second, "nothing"});
  };
  const auto come = [&](std::size_t i) {
    found.push_back({after[i].first, "nothing", after[i].second});
  };
  std::size_t a = 0;
  std::size_t b = 0;
  while (a < before.size() && b < after.size()) {
    if (before[a].first == after[b].first) {
      if (before[a].second != after[b].second)
        found.push_back({before[a].first, before[a].second, after[b].second});
      ++a;
      ++b;
      continue;
    }
    // Both are in the order of the members: the nearest place where they meet again.
    std::size_t ahead = 1;
    for (; ahead < before.size() - a || ahead < after.size() - b; ++ahead) {
      if (ahead < before.size() - a && before[a + ahead].first == after[b].first) {
        for (const std::size_t end = a + ahead; a < end; ++a) gone(a);
        break;
      }
      if (ahead < after.size() - b && after[b + ahead].first == before[a].first) {
        for (const std::size_t end = b + ahead; b < end; ++b) come(b);
        break;
      }
    }
    if (ahead < before.size() - a || ahead < after.size() - b) continue;
    if (a < before.size() && b < after.size() && before[a].first != after[b].first) {
      gone(a++);
      come(b++);
    }
  }
  for (; a < before.size(); ++a) gone(a);
  for (; b < after.size(); ++b) come(b);
  return found;
}

}  // namespace peal::trace
