// What people wrote, taken out of what is recorded.
#include "core/trace/redaction.hpp"

#include <algorithm>

#include "core/text_rules.hpp"

namespace peal::trace {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::string redacted(const std::string& text) {
  if (check_text(text) == TextFault::invalid) {
    // It stays invalid, in the same way.
    std::string left = text;
    std::ranges::replace_if(left, is_letter_or_digit, 'x');
    return left;
  }
  return std::string(text.size(), 'x');
}

std::string redacted_search(const std::string& text) {
  std::string left = text;
  std::ranges::replace_if(
      left, [](char c) { return is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80; },
      'x');
  return left;
}

}  // namespace peal::trace
