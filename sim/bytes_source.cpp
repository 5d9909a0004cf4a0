// How bytes become answers.
#include "sim/bytes_source.hpp"

namespace peal::sim {
namespace {

// Between two answers from the back that are not 0: so many questions at least. Datagrams that get
// lost no more often than this do not end what the world promises.
constexpr std::uint64_t quiet_min = 24;

enum class Kind : std::uint8_t { front, chance, wait, back, identity };

Kind kind_of(const Choice& choice, std::uint64_t alternatives) {
  if (is_wait(choice, alternatives)) return Kind::wait;
  if (is_identity(choice)) return Kind::identity;
  switch (choice.about) {
    case About::fate:
    case About::latency:
    case About::corruption:
    case About::refusal:
    case About::disk_delay:
    case About::work:
    case About::news: return Kind::back;
    case About::person: return alternatives == 2 ? Kind::chance : Kind::front;
    case About::incarnation:
    case About::session:
    case About::fault:
    case About::setup:
    case About::disk_crash:
    case About::clock:
    case About::foreign: return Kind::front;
  }
  return Kind::front;
}

// Takes as many bytes as the alternatives need, the first the least of the number.
template <class Take>
std::uint64_t number(std::uint64_t alternatives, const Take& take) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (std::uint64_t most = alternatives - 1; most != 0; most >>= 8U, shift += 8)
    value |= std::uint64_t{take()} << shift;
  return value % alternatives;
}

}  // namespace

std::uint64_t Bytes::answer(const Choice& choice, std::uint64_t alternatives) {
  switch (kind_of(choice, alternatives)) {
    case Kind::front: return from_front(alternatives);
    case Kind::chance: return from_front(256) == 255 ? 1 : 0;
    case Kind::wait: return alternatives - 1 - from_front(alternatives);
    case Kind::back: return from_back(alternatives);
    case Kind::identity: return calm_.answer(choice, alternatives);
  }
  return 0;
}

std::uint64_t Bytes::from_front(std::uint64_t alternatives) {
  return number(alternatives, [this]() -> std::uint8_t {
    if (rest_.empty()) return 0;
    const std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  });
}

std::uint64_t Bytes::from_back(std::uint64_t alternatives) {
  const auto take = [this]() -> std::uint8_t {
    if (rest_.empty()) return 0;
    const std::uint8_t byte = rest_.back();
    rest_ = rest_.first(rest_.size() - 1);
    return byte;
  };
  if (rest_.empty()) return 0;
  if (quiet_ > 0) {
    --quiet_;
    return 0;
  }
  const std::uint64_t value = number(alternatives, take);
  quiet_ = quiet_min + take();
  return value;
}

}  // namespace peal::sim
