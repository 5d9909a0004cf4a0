// What people wrote, taken out of what is recorded.
#pragma once

#include <cstdint>
#include <string>

#include "core/body.hpp"
#include "core/fields.hpp"
#include "core/question.hpp"

namespace peal::trace {

enum class Texts : std::uint8_t { kept, left_out };

template <class F>
inline constexpr bool is_said_text = false;
template <class... Rules>
inline constexpr bool is_said_text<Field<&Post::text, Rules...>> = true;
template <class... Rules>
inline constexpr bool is_said_text<Field<&EditPost::text, Rules...>> = true;
template <class... Rules>
inline constexpr bool is_said_text<Field<&SearchQuery::text, Rules...>> = true;

/// A text of the same length that the machines treat alike. Of one that they accept nothing is
/// left; of what is looked for, how long its words are.
[[nodiscard]] std::string redacted(const std::string& text);
[[nodiscard]] std::string redacted_search(const std::string& text);

template <class F>
std::string redacted_field(const std::string& text) {
  if constexpr (requires(SearchQuery& query) { F::of(query); })
    return redacted_search(text);
  else
    return redacted(text);
}

}  // namespace peal::trace
