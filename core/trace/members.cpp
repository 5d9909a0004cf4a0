// A whole state as a list of its members.
#include "core/trace/members.hpp"

#include <string_view>
#include <utility>
#include <variant>

#include "core/trace/path.hpp"
#include "core/trace/text.hpp"

namespace peal::trace {
namespace {

class Listing {
 public:
  explicit Listing(std::size_t most) : most_(most) {}

  template <class T>
  void list(const T& value) {
    if (listed.size() >= most_) return;
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
    } else if constexpr (told_by_members<T>) {
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

  std::size_t most_;
  Path path_;
};

template <class Machine>
Members of(const Machine& machine, std::size_t most) {
  Listing listing(most);
  listing.list(machine);
  return std::move(listing.listed);
}

}  // namespace

Members members(const Server& server, std::size_t most) { return of(server, most); }
Members members(const Client& client, std::size_t most) { return of(client, most); }

}  // namespace peal::trace
