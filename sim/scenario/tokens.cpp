// Splitting a line, and what its words may be.
#include "sim/scenario/tokens.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

namespace peal::sim {
namespace {

constexpr std::int64_t duration_us_max = std::int64_t{100} * 365 * 86'400 * 1'000'000;

constexpr std::size_t word_bytes_shown_max = 60;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Reads one quoted text; `at` is behind the opening mark, and then behind the closing one.
std::string quoted(std::string_view line, std::size_t& at, std::size_t line_number,
                   std::size_t begin) {
  std::string value;
  for (; at < line.size() && line[at] != '"'; ++at) {
    if (line[at] == '\\' && at + 1 < line.size()) {
      ++at;
      value += line[at] == 'n' ? '\n' : line[at];
    } else {
      value += line[at];
    }
  }
  if (at == line.size())
    throw ScenarioError(line_number, begin + 1, "this text has no closing quotation mark");
  ++at;
  return value;
}

std::vector<Token> split(std::string_view line, std::size_t line_number) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t begin = at;
    const char c = line[at];
    const bool arrow = line.substr(at, 2) == "->";
    if (is_blank(c)) {
      ++at;
    } else if (c == '#' && (at + 1 == line.size() || is_blank(line[at + 1]))) {
      break;
    } else if (c == '"') {
      ++at;
      std::string value = quoted(line, at, line_number, begin);
      tokens.push_back({Token::Kind::text, std::move(value), begin + 1});
    } else if (arrow || c == '|' || c == '*') {
      at += arrow ? 2 : 1;
      tokens.push_back({Token::Kind::sign, std::string(line.substr(begin, at - begin)), begin + 1});
    } else {
      while (at < line.size() && !is_blank(line[at]) && line[at] != '|' && line[at] != '*' &&
             line[at] != '"' && line.substr(at, 2) != "->")
        ++at;
      tokens.push_back({Token::Kind::word, std::string(line.substr(begin, at - begin)), begin + 1});
    }
  }
  return tokens;
}

/// What an error says of a word, however long and strange that is.
std::string shown(std::string_view word) {
  std::string text(word.substr(0, word_bytes_shown_max));
  std::ranges::replace_if(
      text, [](char c) { return std::iscntrl(static_cast<unsigned char>(c)) != 0; }, '?');
  return fmt::format("\"{}{}\"", text, text.size() < word.size() ? "..." : "");
}

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 3> units = {
      {{"us", 1}, {"ms", 1e3}, {"s", 1e6}}};
  for (const auto& [unit, us] : units) {
    if (!text.ends_with(unit)) continue;
    const auto value = whole<double>(text.substr(0, text.size() - unit.size()));
    if (!value || !(*value >= 0) || *value * us > static_cast<double>(duration_us_max))
      return std::nullopt;
    return std::llround(*value * us);
  }
  return std::nullopt;
}

std::string print_duration(std::int64_t us) {
  std::string text = fmt::format("{}us", us);
  for (const auto& [unit, size] : {std::pair{"ms", std::int64_t{1'000}}, {"s", 1'000'000}}) {
    std::string digits = fmt::format("{}.{:0{}}", us / size, us % size, size == 1'000 ? 3 : 6);
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
    if (us >= size || us == 0) text = digits + unit;
  }
  return text;
}

Tokens::Tokens(std::string_view line, std::size_t line_number)
    : line_(line_number), end_column_(line.size() + 1), tokens_(split(line, line_number)) {}

std::size_t Tokens::column() const { return empty() ? end_column_ : tokens_[next_].column; }

void Tokens::fail(std::string_view expected) const {
  const Token* token = peek();
  throw ScenarioError(line_, column(),
                      fmt::format("expected {}, found {}", expected,
                                  token == nullptr ? "the end of the line" : shown(token->value)));
}

void Tokens::fail_there(const std::string& what) const {
  throw ScenarioError(line_, next_ == 0 ? 1 : tokens_[next_ - 1].column, what);
}

bool Tokens::sees(std::string_view word) const {
  const Token* token = peek();
  return token != nullptr && token->kind != Token::Kind::text && token->value == word;
}

bool Tokens::take(std::string_view word) {
  if (!sees(word)) return false;
  ++next_;
  return true;
}

void Tokens::expect(std::string_view word) {
  if (!take(word)) fail(fmt::format("\"{}\"", word));
}

void Tokens::expect_end() const {
  if (!empty()) fail("the end of the line");
}

std::string Tokens::word(std::string_view what) {
  const Token* token = peek();
  if (token == nullptr || token->kind != Token::Kind::word) fail(what);
  ++next_;
  return token->value;
}

bool Tokens::sees_text() const {
  const Token* token = peek();
  return token != nullptr && token->kind == Token::Kind::text;
}

std::string Tokens::text() {
  if (!sees_text()) fail("a text in quotation marks");
  std::string value = tokens_[next_++].value;
  if (!take("*")) return value;
  const auto times = static_cast<std::size_t>(number(1, 100'000, "how often the text is repeated"));
  std::string repeated;
  for (std::size_t i = 0; i < times; ++i) repeated += value;
  return repeated;
}

bool Tokens::sees_numbered(char letter) const {
  const Token* token = peek();
  return token != nullptr && token->kind == Token::Kind::word && token->value.size() > 1 &&
         token->value[0] == letter &&
         std::ranges::all_of(token->value.substr(1),
                             [](unsigned char c) { return std::isdigit(c); });
}

std::size_t Tokens::numbered(char letter, std::string_view what) {
  const auto value = sees_numbered(letter)
                         ? whole<std::uint64_t>(std::string_view(tokens_[next_].value).substr(1))
                         : std::nullopt;
  if (!value || *value == 0) fail(what);
  ++next_;
  return static_cast<std::size_t>(*value - 1);
}

std::int64_t Tokens::number(std::int64_t low, std::int64_t high, std::string_view what) {
  const Token* token = peek();
  const auto value = token == nullptr ? std::nullopt : whole<std::int64_t>(token->value);
  if (!value || *value < low || *value > high)
    fail(fmt::format("{} (a whole number from {} to {})", what, low, high));
  ++next_;
  return *value;
}

double Tokens::fraction(std::string_view what) {
  const Token* token = peek();
  const auto value = token == nullptr ? std::nullopt : whole<double>(token->value);
  if (!value || !(*value >= 0 && *value <= 1)) fail(fmt::format("{} (from 0 to 1)", what));
  ++next_;
  return *value;
}

std::int64_t Tokens::duration(std::string_view what) {
  const Token* token = peek();
  const auto value = token == nullptr ? std::nullopt : parse_duration(token->value);
  if (!value) fail(fmt::format("{} with its unit, as 1.5s, 20ms or 300us", what));
  ++next_;
  return *value;
}

std::int64_t Tokens::signed_duration(std::string_view what) {
  const Token* token = peek();
  const bool sign = token != nullptr && (token->value[0] == '+' || token->value[0] == '-');
  const auto value = sign ? parse_duration(std::string_view(token->value).substr(1)) : std::nullopt;
  if (!value) fail(fmt::format("{} with its sign and unit, as +5s or -20ms", what));
  ++next_;
  return token->value[0] == '-' ? -*value : *value;
}

}  // namespace peal::sim
