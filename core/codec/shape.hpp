// How a type says, once, which fields it has on the wire: writer and reader both follow it.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "core/fields.hpp"

namespace peal::codec {

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

/// The fields of a type on the wire, whether or not in an array of their own.
template <class... Fields>
struct Shape : FieldList<Fields...> {
  /// Members that do not cross the wire.
  static constexpr std::size_t left_out = 0;
  /// How many elements all fields take together.
  static constexpr std::size_t elements() {
    return (std::size_t{0} + ... + width<typename Fields::Value>());
  }
};

/// The fields are an array of their own.
template <class... Fields>
struct Array : Shape<Fields...> {
  static constexpr bool in_line = false;
};
/// The fields are elements of the array around them: for small values of fixed size.
template <class... Fields>
struct InLine : Shape<Fields...> {
  static constexpr bool in_line = true;
};

/// An array of the fields that the type itself lists.
template <class List>
struct ArrayOf;
template <class... Fields>
struct ArrayOf<FieldList<Fields...>> : Array<Fields...> {};

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
