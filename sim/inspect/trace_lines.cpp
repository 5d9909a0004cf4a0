// Cutting a trace into lines, and those into events.
#include "sim/inspect/trace_lines.hpp"

#include <utility>

namespace peal::sim {
namespace {

// A line begins with its time, which ends with the first blank after a digit, and two blanks.
std::string without_time(const std::string& line) {
  const auto digit = line.find_first_not_of(' ');
  if (digit == std::string::npos) return line;
  const auto blank = line.find(' ', digit);
  return blank == std::string::npos ? std::string() : line.substr(blank + 2);
}

}  // namespace

void TraceLines::happened(const World& world, const Happening& happening) {
  TracedEvent traced{world.stats().events, world.now_us(), happening, {}};
  const std::string text = std::move(written_).str();
  written_.str({});
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    traced.lines.push_back(without_time(text.substr(begin, end - begin)));
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  events_.push_back(std::move(traced));
  if (events_.size() > events_kept_) events_.pop_front();
}

void TraceLines::clear() {
  written_.str({});
  events_.clear();
}

}  // namespace peal::sim
