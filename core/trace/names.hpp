// Names of members and enumerators, as the source has them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "core/fields.hpp"

namespace peal::trace {

/// The last word of what a compiler writes behind `mark`, such as "peal::Vote; ...]".
constexpr std::string_view last_word(std::string_view all, std::string_view mark) {
  all.remove_prefix(all.rfind(mark) + mark.size());
  all = all.substr(0, all.find_first_of(";]"));
  const std::size_t at = all.find_last_of(":)");
  return at == std::string_view::npos ? all : all.substr(at + 1);
}

/// The last word of a constant as the compiler writes it: "round" of &Vote::round, "home" of
/// Verdict::home. "7" and the like when no enumerator has that value.
template <auto Constant>
constexpr std::string_view name_of() {
  // "... [with auto Constant = &peal::Vote::round; ...]" by g++, "... [Constant = ...]" by clang.
  return last_word(__PRETTY_FUNCTION__, "Constant = ");
}

/// The last word of a type: "Vote" of peal::Vote.
template <class T>
constexpr std::string_view type_name() {
  return last_word(__PRETTY_FUNCTION__, "T = ");
}

template <class F>
inline constexpr std::string_view member_name = "";
template <auto Member, class... Rules>
inline constexpr std::string_view member_name<Field<Member, Rules...>> = name_of<Member>();

/// The names of an enumeration's values 0 to 31; of those that are none, a number.
template <class E>
inline constexpr auto names_of_32 = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array<std::string_view, sizeof...(I)>{name_of<static_cast<E>(I)>()...};
}(std::make_index_sequence<32>{});

/// How many values it has: they count from 0, and no enumeration of a state has more than 32.
template <class E>
inline constexpr std::size_t enumerators = [] {
  std::size_t count = 0;
  while (count < names_of_32<E>.size() &&
         (names_of_32<E>[count].front() < '0' || names_of_32<E>[count].front() > '9'))
    ++count;
  return count;
}();

template <class E>
std::string_view enumerator_name(E value) {
  const auto index = static_cast<std::size_t>(value);
  return index < enumerators<E> ? names_of_32<E>[index] : std::string_view("?");
}

/// The next of names with ", " between them.
constexpr std::string_view take_name(std::string_view& names) {
  const std::size_t end = names.find(',');
  const std::string_view first = names.substr(0, end);
  names.remove_prefix(end == std::string_view::npos ? names.size() : end + 1);
  while (names.starts_with(' ')) names.remove_prefix(1);
  return first;
}

}  // namespace peal::trace
