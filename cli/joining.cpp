// Numbers, rates, and how often people want to read them.
#include "cli/joining.hpp"

#include <fmt/format.h>

#include "core/effect.hpp"
#include "runtime/log.hpp"

namespace peal::cli {
namespace {

constexpr std::chrono::seconds log_every{5};

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t from_end = 3; from_end < text.size(); from_end += 4)
    text.insert(text.size() - from_end, ",");
  return text;
}

std::string time_text(std::uint64_t seconds) {
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7'200) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h", seconds / 3'600);
}

}  // namespace

std::optional<std::uint64_t> seconds_left(const Joining& joining) {
  if (joining.per_second == 0) return std::nullopt;
  return (joining.of - std::min(joining.held, joining.of)) / joining.per_second;
}

std::string text_of(const Joining& joining) {
  std::string text = fmt::format("{} of {} entries", grouped(joining.held), grouped(joining.of));
  if (const auto left = seconds_left(joining))
    text += fmt::format(", {}/s, {} left", grouped(joining.per_second), time_text(*left));
  return text;
}

void JoinProgress::show(const Joining& joining) {
  if (line_.visible()) return line_.show("joining: " + text_of(joining));
  const auto now = std::chrono::steady_clock::now();
  if (logged_ && now - *logged_ < log_every) return;
  logged_ = now;
  runtime::log(runtime::describe(CatchingUp{joining}));
}

}  // namespace peal::cli
