// Counts what this program allocates: hostile bytes must not cost memory, steady work none.
#pragma once

#include <cstddef>

namespace peal::test {

/// From its construction on, the calls of operator new of the whole program.
class AllocationMeter {
 public:
  AllocationMeter();
  [[nodiscard]] std::size_t allocations() const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::size_t allocations_before_;
  std::size_t bytes_before_;
};

}  // namespace peal::test
