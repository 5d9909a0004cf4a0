// One member of a state, and what became of it.
#pragma once

#include "core/trace/strings.hpp"

namespace peal::trace {

/// One member of a state: its path and its value there, as differences() has them.
struct NamedMember {
  Strings::Place path = 0;
  Strings::Place value = 0;
  friend bool operator==(const NamedMember&, const NamedMember&) = default;
};

/// What became of one member; Strings::none: it is not there.
struct MemberChange {
  Strings::Place path = 0;
  Strings::Place before = Strings::none;
  Strings::Place after = Strings::none;
  friend bool operator==(const MemberChange&, const MemberChange&) = default;
};

}  // namespace peal::trace
