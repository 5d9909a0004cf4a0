// The list of effects.
#include "core/effect.hpp"

#include <utility>

namespace peal {

Effects::Effects() = default;
Effects::Effects(const Effects&) = default;
Effects::Effects(Effects&&) noexcept = default;
Effects& Effects::operator=(const Effects&) = default;
Effects& Effects::operator=(Effects&&) noexcept = default;
Effects::~Effects() = default;

void Effects::send(Endpoint to, Message message) {
  list_.emplace_back(Send{to, std::move(message)});
}
void Effects::broadcast(Message message) { list_.emplace_back(Broadcast{std::move(message)}); }
void Effects::add(Effect effect) { list_.push_back(std::move(effect)); }
void Effects::note(Notice notice) { list_.emplace_back(std::move(notice)); }
void Effects::mark(Mark mark) { list_.emplace_back(mark); }
void Effects::clear() { list_.clear(); }

}  // namespace peal
