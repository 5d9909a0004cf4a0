// The bytes of datagrams under way: slots that are counted, shared by copies, and used again.
#pragma once

#include <cstdint>
#include <vector>

namespace peal::sim {

class Buffers {
 public:
  /// An empty buffer with one reference; keeps the capacity of its former use.
  [[nodiscard]] std::uint32_t take() {
    if (free_.empty()) {
      slots_.emplace_back();
      slots_.back().references = 1;
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot].bytes.clear();
    slots_[slot].references = 1;
    return slot;
  }
  /// The reference stays good until the next take().
  [[nodiscard]] std::vector<std::uint8_t>& at(std::uint32_t slot) { return slots_[slot].bytes; }
  void share(std::uint32_t slot) { ++slots_[slot].references; }
  void release(std::uint32_t slot) {
    if (--slots_[slot].references == 0) free_.push_back(slot);
  }
  [[nodiscard]] std::size_t in_use() const { return slots_.size() - free_.size(); }

 private:
  struct Slot {
    std::vector<std::uint8_t> bytes;
    std::uint32_t references = 0;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace peal::sim
