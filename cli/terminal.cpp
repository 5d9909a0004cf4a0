// Terminals: size, colours, widths of characters.
#include "cli/terminal.hpp"

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdlib>
#include <cwchar>

#include <sys/ioctl.h>
#include <unistd.h>

namespace peal::cli {
namespace {

constexpr const char* reset = "\x1b[0m";

const char* code_of(Colour colour) {
  switch (colour) {
    case Colour::plain: return "";
    case Colour::dim: return "\x1b[2m";
    case Colour::bold: return "\x1b[1m";
    case Colour::red: return "\x1b[31m";
    case Colour::green: return "\x1b[32m";
    case Colour::yellow: return "\x1b[33m";
    case Colour::blue: return "\x1b[34m";
  }
  return "";
}

/// One character of UTF-8 at the front of `text`: its bytes, and its value (WEOF when it is none).
struct Character {
  std::size_t bytes = 1;
  wint_t value = WEOF;
};

Character first_character(std::string_view text) {
  std::mbstate_t state{};
  wchar_t wide = 0;
  const std::size_t used = std::mbrtowc(&wide, text.data(), text.size(), &state);
  if (used == static_cast<std::size_t>(-1) || used == static_cast<std::size_t>(-2)) return {};
  return {std::max<std::size_t>(used, 1), static_cast<wint_t>(wide)};
}

bool drives_terminals(wint_t value) {
  // Controls, and the marks that turn the direction of text around.
  return value < 0x20 || (value >= 0x7f && value < 0xa0) || (value >= 0x202a && value <= 0x202e) ||
         (value >= 0x2066 && value <= 0x2069);
}

}  // namespace

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

bool has_colour(std::FILE* stream) {
  const char* unwanted = std::getenv("NO_COLOR");
  if (unwanted != nullptr && *unwanted != '\0') return false;
  const char* term = std::getenv("TERM");
  if (term != nullptr && std::string_view(term) == "dumb") return false;
  return is_terminal(stream);
}

std::string paint(Colour colour, std::string_view text, std::FILE* stream) {
  if (colour == Colour::plain || !has_colour(stream)) return std::string(text);
  return code_of(colour) + std::string(text) + reset;
}

Colour colour_of(std::string_view name) {
  constexpr std::array colours = {Colour::green, Colour::yellow, Colour::blue, Colour::bold};
  std::size_t sum = 0;
  for (const char c : name) sum = sum * 31 + static_cast<unsigned char>(c);
  return colours[sum % colours.size()];
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character c = first_character(text);
    const int columns = c.value == WEOF ? 1 : ::wcwidth(static_cast<wchar_t>(c.value));
    width += static_cast<std::size_t>(std::max(columns, 0));
    text.remove_prefix(std::min(c.bytes, text.size()));
  }
  return width;
}

std::string harmless(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = first_character(text);
    if (c.value == L'\t') {
      out += "    ";
    } else if (c.value == WEOF || drives_terminals(c.value)) {
      out += "\xef\xbf\xbd";
    } else {
      out += text.substr(0, c.bytes);
    }
    text.remove_prefix(std::min(c.bytes, text.size()));
  }
  return out;
}

TerminalSize terminal_size(std::FILE* stream) {
  winsize size{};
  if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {};
  return {size.ws_col, std::max<std::size_t>(size.ws_row, 1)};
}

void use_utf8() {
  std::setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX < 4) std::setlocale(LC_CTYPE, "C.UTF-8");
}

std::string Table::row_text(const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                            std::FILE* stream) const {
  std::string line;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string pad(widths[i] - width_of(row[i].text), ' ');
    const bool right = columns_[i].align == Align::right;
    if (i > 0) line += "  ";
    if (right) line += pad;
    line += paint(row[i].colour, row[i].text, stream);
    if (!right && i + 1 < columns_.size()) line += pad;
  }
  return line + "\n";
}

std::string Table::text(std::FILE* stream) const {
  std::vector<Cell> titles;
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    titles.emplace_back(column.title, Colour::dim);
    widths.push_back(width_of(column.title));
  }
  for (const std::vector<Cell>& row : rows_)
    for (std::size_t i = 0; i < columns_.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i].text));
  const bool titled = std::any_of(columns_.begin(), columns_.end(),
                                  [](const Column& column) { return !column.title.empty(); });
  std::string text = titled ? row_text(titles, widths, stream) : "";
  for (const std::vector<Cell>& row : rows_) text += row_text(row, widths, stream);
  return text;
}

void Table::print(std::FILE* stream) const { std::fputs(text(stream).c_str(), stream); }

void ProgressLine::show(const std::string& text) {
  if (!shown_) return;
  std::fprintf(stream_, "\r\x1b[K%s", text.c_str());
  std::fflush(stream_);
  dirty_ = true;
}

void ProgressLine::clear() {
  if (!dirty_) return;
  std::fprintf(stream_, "\r\x1b[K");
  std::fflush(stream_);
  dirty_ = false;
}

}  // namespace peal::cli
