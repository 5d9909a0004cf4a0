// How a type says, once, which members it has and what their limits are.
#pragma once

#include <cstddef>
#include <type_traits>

namespace peal {

/// Rule of a field: none (zero) is malformed.
struct NotNone {};
/// Rule of a field: a string of at most N bytes, or a list of at most N items.
template <std::size_t N>
struct AtMost {};

template <class Rule>
inline constexpr std::size_t limit_of = 0;
template <std::size_t N>
inline constexpr std::size_t limit_of<AtMost<N>> = N;

/// One field: which member, and the rules of its value.
template <auto Member, class... Rules>
struct Field;
template <class T, class V, V T::* Member, class... Rules>
struct Field<Member, Rules...> {
  using Value = V;
  static constexpr std::size_t at_most = (std::size_t{0} + ... + limit_of<Rules>);
  static constexpr bool not_none = (std::is_same_v<Rules, NotNone> || ...);
  static V& of(T& object) { return object.*Member; }
  static const V& of(const T& object) { return object.*Member; }
};

template <class... Fields>
struct FieldList {
  static constexpr std::size_t count = sizeof...(Fields);
  /// Calls visit(field) for each, in order, until one says false. True when all said true.
  template <class Visit>
  static constexpr bool each(Visit&& visit) {
    return (visit(Fields{}) && ...);
  }
};

}  // namespace peal
