// How a type says, once, which fields it has on the wire: writer and reader both follow it.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace peal::codec {

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

/// Specialised for every type that consists of fields: `Wire<Ping> : Array<Field<&Ping::sent>>`.
template <class T>
struct Wire;

template <class T>
concept Described = requires { Wire<T>::in_line; };

/// How many elements a value takes in the array around it.
template <class T>
constexpr std::size_t width() {
  if constexpr (Described<T>) {
    if constexpr (Wire<T>::in_line) return Wire<T>::elements();
  }
  return 1;
}

template <class... Fields>
struct FieldList {
  static constexpr std::size_t count = sizeof...(Fields);
  /// Members that do not cross the wire.
  static constexpr std::size_t left_out = 0;
  /// How many elements all fields take together.
  static constexpr std::size_t elements() {
    return (std::size_t{0} + ... + width<typename Fields::Value>());
  }
  /// Calls visit(field) for each, in order, until one says false. True when all said true.
  template <class Visit>
  static constexpr bool each(Visit&& visit) {
    return (visit(Fields{}) && ...);
  }
};

/// The fields are an array of their own.
template <class... Fields>
struct Array : FieldList<Fields...> {
  static constexpr bool in_line = false;
};
/// The fields are elements of the array around them: for small values of fixed size.
template <class... Fields>
struct InLine : FieldList<Fields...> {
  static constexpr bool in_line = true;
};

/// Converts to whatever a member is.
struct Anything {
  template <class T>
  operator T() const;
};
/// How many members a struct has.
template <class T, std::size_t... I>
constexpr std::size_t members_of(std::index_sequence<I...> = {}) {
  if constexpr (requires { T{(static_cast<void>(I), Anything{})..., Anything{}}; }) {
    return members_of<T>(std::make_index_sequence<sizeof...(I) + 1>{});
  } else {
    return sizeof...(I);
  }
}

/// How many values an enumeration has, counted from 0.
template <class E>
inline constexpr std::size_t values_of = 0;

}  // namespace peal::codec
