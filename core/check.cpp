// How a broken invariant is reported before the process ends.
#include "core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace peal {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "CHECK failed: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace peal
