// Which rule a type follows in an archive.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/codec/message_fields.hpp"
#include "core/ids.hpp"
#include "core/parts.hpp"
#include "core/time.hpp"

namespace peal::trace {

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_list<std::deque<T>> = true;

/// A map or a set.
template <class T>
concept Ordered = requires { typename T::key_compare; };

template <class T>
inline constexpr bool is_map = false;
template <class K, class V, class C>
inline constexpr bool is_map<std::map<K, V, C>> = true;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_pair = false;
template <class A, class B>
inline constexpr bool is_pair<std::pair<A, B>> = true;

template <class T>
inline constexpr bool is_variant = false;
template <class... Ts>
inline constexpr bool is_variant<std::variant<Ts...>> = true;

template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;

/// A class that lists its members with PEAL_PARTS.
template <class T>
concept InParts = Parts::listed<T>;

/// Ids that are drawn at random, so that no number of seven bits a byte makes them short.
template <class T>
inline constexpr bool is_random_id =
    std::is_same_v<T, Incarnation> || std::is_same_v<T, LogId> || std::is_same_v<T, SessionId>;

/// A value type around one number or text.
template <class T>
concept OfValue = requires(T t) { t.value; } && sizeof(T) == sizeof(T::value);
template <class T>
concept OfMicroseconds = requires(T t) { t.us; } && sizeof(T) == sizeof(T::us);
template <class T>
concept OfMilliseconds = requires(T t) { t.ms; } && sizeof(T) == sizeof(T::ms);

}  // namespace peal::trace
