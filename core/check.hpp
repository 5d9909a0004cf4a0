// Our own impossible states end the process, in release builds too.
#pragma once

namespace peal {

/// Prints the failed condition with its place on standard error and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace peal

/// For invariants of our own code only. What a peer sends is counted and dropped, never checked
/// with this.
#define CHECK(condition)                                                    \
  do {                                                                      \
    if (!(condition)) ::peal::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
