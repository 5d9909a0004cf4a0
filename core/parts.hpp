// How a class names its members, once, for whoever saves, shows or compares whole states.
#pragma once

namespace peal {

/// The way to the members of a class that lists them, private ones too.
struct Parts {
  template <class T>
  static constexpr bool listed = requires { T::part_names; };
  /// use(member...), in the order in which the class lists them.
  template <class T, class Use>
  static decltype(auto) of(T& object, Use&& use) {
    return object.with_parts(use);
  }
  /// Their names as they are listed, with ", " between them.
  template <class T>
  static constexpr const char* names = T::part_names;
};

}  // namespace peal

/// In a class, last: all of its members. One that is forgotten is not saved with a state, which the
/// tests of tests/trace notice.
#define PEAL_PARTS(...)                                   \
  friend struct ::peal::Parts;                            \
  static constexpr const char* part_names = #__VA_ARGS__; \
  template <class Use>                                    \
  decltype(auto) with_parts(Use&& use) {                  \
    return use(__VA_ARGS__);                              \
  }                                                       \
  template <class Use>                                    \
  decltype(auto) with_parts(Use&& use) const {            \
    return use(__VA_ARGS__);                              \
  }
