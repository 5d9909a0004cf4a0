// Texts that come again and again, each kept once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <string>
#include <string_view>

namespace peal::trace {

/// Not copied, as it points into itself.
class Strings {
 public:
  using Place = std::uint32_t;
  static constexpr Place none = std::numeric_limits<Place>::max();

  Strings() = default;
  Strings(const Strings&) = delete;
  Strings& operator=(const Strings&) = delete;
  Strings(Strings&&) noexcept = default;
  Strings& operator=(Strings&&) noexcept = default;
  ~Strings() = default;

  /// Where the text is, from 0 in the order in which texts came.
  Place place(std::string_view text) {
    const auto it = places_.find(text);
    if (it != places_.end()) return it->second;
    texts_.emplace_back(text);
    const auto place = static_cast<Place>(texts_.size() - 1);
    places_.emplace(texts_.back(), place);
    return place;
  }
  [[nodiscard]] const std::string& at(Place place) const { return texts_[place]; }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;  ///< which stay where they are
  std::map<std::string_view, Place> places_;
};

}  // namespace peal::trace
