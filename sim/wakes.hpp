// When each process is due to be woken: a heap of places of which each is in it once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "sim/place.hpp"

namespace peal::sim {

inline constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::max();

/// One time for each place, no_time for most of them perhaps. Of equal times the lower place is
/// first.
class Wakes {
 public:
  explicit Wakes(std::size_t places) : at_(places, no_time), heap_(places), index_(places) {
    for (std::size_t place = 0; place < places; ++place)
      heap_[place] = index_[place] = static_cast<Place>(place);
  }

  [[nodiscard]] std::int64_t at(Place place) const { return at_[place]; }
  /// no_time: nobody is to be woken, as far as that is known now.
  [[nodiscard]] std::int64_t next_at() const { return heap_.empty() ? no_time : at_[heap_[0]]; }
  /// Who is woken at next_at(). There must be a place.
  [[nodiscard]] Place next() const { return heap_[0]; }

  void set(Place place, std::int64_t at) {
    const std::int64_t before = std::exchange(at_[place], at);
    if (at < before) rise(place);
    if (at > before) sink(place);
  }
  void clear(Place place) { set(place, no_time); }

 private:
  [[nodiscard]] bool before(Place a, Place b) const {
    return at_[a] != at_[b] ? at_[a] < at_[b] : a < b;
  }
  void put(std::size_t index, Place place) {
    heap_[index] = place;
    index_[place] = static_cast<Place>(index);
  }

  void rise(Place place) {
    std::size_t index = index_[place];
    for (; index != 0; index = (index - 1) / 2) {
      const Place parent = heap_[(index - 1) / 2];
      if (!before(place, parent)) break;
      put(index, parent);
    }
    put(index, place);
  }

  void sink(Place place) {
    std::size_t index = index_[place];
    for (std::size_t child = 2 * index + 1; child < heap_.size(); child = 2 * index + 1) {
      if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
      if (!before(heap_[child], place)) break;
      put(index, heap_[child]);
      index = child;
    }
    put(index, place);
  }

  std::vector<std::int64_t> at_;  // By place.
  std::vector<Place> heap_;
  std::vector<Place> index_;  // Of each place in the heap.
};

}  // namespace peal::sim
