// How states are laid out by this version, in one word: another word, another version.
#pragma once

#include <string>

namespace peal::trace {

/// Sixteen hexadecimal digits of the names of all members of a new server and a new client, and of
/// how checks are made.
[[nodiscard]] std::string layout();

}  // namespace peal::trace
