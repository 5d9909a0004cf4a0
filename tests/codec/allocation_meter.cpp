// Replaces the program's operator new by one that counts.
#include "tests/codec/allocation_meter.hpp"

#include <cstdlib>
#include <new>

// NOLINTBEGIN(cppcoreguidelines-no-malloc): what operator new itself is made of.
namespace {

std::size_t allocations = 0;
std::size_t allocated_bytes = 0;

void* counted(std::size_t size) {
  ++allocations;
  allocated_bytes += size;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace peal::test {

AllocationMeter::AllocationMeter()
    : allocations_before_(::allocations), bytes_before_(::allocated_bytes) {}

std::size_t AllocationMeter::allocations() const { return ::allocations - allocations_before_; }

std::size_t AllocationMeter::bytes() const { return ::allocated_bytes - bytes_before_; }

}  // namespace peal::test
