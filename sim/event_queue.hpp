// What will happen when: a 4-ary heap of small keys over reused slots.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/check.hpp"

namespace peal::sim {

/// Events come out in order of time; of those of one time the last ones come last; and else in the
/// order of their arrival.
/// Payload is a small plain value. Holds less than 2^24 events at once.
template <class Payload>
class EventQueue {
 public:
  void push(std::int64_t at, const Payload& payload) { insert(at, payload, 0); }
  void push_last(std::int64_t at, const Payload& payload) { insert(at, payload, last_bit); }

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  /// When the first event is due. The queue must not be empty.
  [[nodiscard]] std::int64_t next_at() const { return heap_.front().at; }

  /// Whether the first event comes before something else at that time: those that come last do not
  /// when it is the same time. The queue must not be empty.
  [[nodiscard]] bool next_precedes(std::int64_t at) const {
    const Key& next = heap_.front();
    return next.at != at ? next.at < at : (next.order & last_bit) == 0;
  }

  /// Everything that waits, in the order in which it will come out.
  [[nodiscard]] std::vector<std::pair<std::int64_t, Payload>> in_order() const {
    std::vector<Key> keys = heap_;
    std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.before(b); });
    std::vector<std::pair<std::int64_t, Payload>> waiting;
    waiting.reserve(keys.size());
    for (const Key& key : keys)
      waiting.emplace_back(key.at, slots_[static_cast<std::uint32_t>(key.order & slot_mask)]);
    return waiting;
  }

  /// Removes the first event. The queue must not be empty.
  std::pair<std::int64_t, Payload> pop() {
    const Key first = heap_.front();
    const auto slot = static_cast<std::uint32_t>(first.order & slot_mask);
    free_.push_back(slot);
    const Key last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) {
      heap_.front() = last;
      sink();
    }
    return {first.at, slots_[slot]};
  }

 private:
  static constexpr unsigned slot_bits = 24;
  static constexpr std::uint64_t slot_mask = (std::uint64_t{1} << slot_bits) - 1;
  static constexpr std::uint64_t last_bit = std::uint64_t{1} << 63U;

  struct Key {
    std::int64_t at = 0;
    std::uint64_t order = 0;  // Order of arrival above the slot.
    [[nodiscard]] bool before(const Key& other) const {
      return at != other.at ? at < other.at : order < other.order;
    }
  };

  void insert(std::int64_t at, const Payload& payload, std::uint64_t last) {
    const std::uint32_t slot = take_slot(payload);
    heap_.push_back({at, last | (next_order_++ << slot_bits) | slot});
    rise(heap_.size() - 1);
  }
  std::uint32_t take_slot(const Payload& payload) {
    if (free_.empty()) {
      CHECK(slots_.size() <= slot_mask);
      slots_.push_back(payload);
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = payload;
    return slot;
  }

  void rise(std::size_t index) {
    const Key key = heap_[index];
    while (index != 0) {
      const std::size_t parent = (index - 1) / 4;
      if (!key.before(heap_[parent])) break;
      heap_[index] = heap_[parent];
      index = parent;
    }
    heap_[index] = key;
  }

  void sink() {
    const Key key = heap_.front();
    const std::size_t size = heap_.size();
    std::size_t index = 0;
    for (;;) {
      const std::size_t child = 4 * index + 1;
      if (child >= size) break;
      std::size_t least = child;
      const std::size_t end = child + 4 < size ? child + 4 : size;
      for (std::size_t i = child + 1; i < end; ++i)
        if (heap_[i].before(heap_[least])) least = i;
      if (!heap_[least].before(key)) break;
      heap_[index] = heap_[least];
      index = least;
    }
    heap_[index] = key;
  }

  std::vector<Key> heap_;
  std::vector<Payload> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t next_order_ = 0;
};

}  // namespace peal::sim
