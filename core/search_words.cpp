// Splitting texts into words.
#include "core/search_words.hpp"

#include <algorithm>

namespace peal {
namespace {

bool in_a_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : text) {
    const bool letter = in_a_word(c);
    if (letter && !inside) words.emplace_back();
    if (letter) words.back() += lower(c);
    inside = letter;
  }
  return words;
}

bool has_words(std::string_view text, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return false;
  const std::vector<std::string> words = words_of(text);
  const auto is_there = [&](const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  };
  const auto begins_a_word = [&](const std::string& beginning) {
    return std::ranges::any_of(
        words, [&](const std::string& word) { return word.starts_with(beginning); });
  };
  return std::all_of(wanted.begin(), wanted.end() - 1, is_there) && begins_a_word(wanted.back());
}

}  // namespace peal
