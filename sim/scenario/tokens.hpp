// One line of a scenario, word by word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario_error.hpp"

namespace peal::sim {

/// A word, a text in quotation marks, or one of `|`, `->`, `*`. '#' begins a comment where a blank
/// and not a letter follows it, as rooms and counts begin with it too.
struct Token {
  enum class Kind : std::uint8_t { word, text, sign };
  Kind kind = Kind::word;
  std::string value;  ///< of a text: without marks and escapes
  std::size_t column = 0;
};

/// Takes tokens from left to right. Whatever does not fit throws ScenarioError with the place of
/// the token, what was expected, and what is there.
class Tokens {
 public:
  Tokens(std::string_view line, std::size_t line_number);

  [[nodiscard]] bool empty() const { return next_ == tokens_.size(); }
  [[nodiscard]] std::size_t line() const { return line_; }
  /// The next token is this word, or this sign.
  [[nodiscard]] bool sees(std::string_view word) const;
  /// Takes it if it is.
  bool take(std::string_view word);
  void expect(std::string_view word);
  void expect_end() const;

  /// Any word. what: how an error names it, as "a room".
  std::string word(std::string_view what);
  std::string text();
  /// Of words like s3: the number behind the letter, from 1; counted from 0.
  std::size_t numbered(char letter, std::string_view what);
  [[nodiscard]] bool sees_numbered(char letter) const;
  [[nodiscard]] bool sees_text() const;
  /// A whole number from low to high.
  std::int64_t number(std::int64_t low, std::int64_t high, std::string_view what);
  /// From 0 to 1.
  double fraction(std::string_view what);
  /// A time with its unit: 1.5s, 20ms, 300us. In microseconds.
  std::int64_t duration(std::string_view what);
  /// The same with a sign before it.
  std::int64_t signed_duration(std::string_view what);

  [[noreturn]] void fail(std::string_view expected) const;
  /// About the token before the next one.
  [[noreturn]] void fail_there(const std::string& what) const;

 private:
  [[nodiscard]] const Token* peek() const { return empty() ? nullptr : &tokens_[next_]; }
  [[nodiscard]] std::size_t column() const;

  std::size_t line_;
  std::size_t end_column_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
};

/// Splits a duration's number and unit; nothing when it is none. Shared with whoever prints them.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);
/// The shortest way to write it: 1.5s, 20ms, 300us.
[[nodiscard]] std::string print_duration(std::int64_t us);

}  // namespace peal::sim
