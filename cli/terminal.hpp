// What people see: colours only where they are welcome, columns that line up, nothing that could
// drive a terminal.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace peal::cli {

enum class Colour { plain, dim, bold, red, green, yellow, blue };

[[nodiscard]] bool is_terminal(std::FILE* stream);
/// A terminal, and neither NO_COLOR nor TERM=dumb says otherwise.
[[nodiscard]] bool has_colour(std::FILE* stream);
/// The text in that colour where `stream` shows colours, else as it is.
[[nodiscard]] std::string paint(Colour colour, std::string_view text, std::FILE* stream = stdout);
/// A colour that belongs to this name, the same everywhere.
[[nodiscard]] Colour colour_of(std::string_view name);

/// Columns of a terminal that the text takes. Text is UTF-8; what is not counts one each.
[[nodiscard]] std::size_t width_of(std::string_view text);
/// The text with everything that could drive a terminal replaced by U+FFFD; tabs become spaces.
[[nodiscard]] std::string harmless(std::string_view text);
/// Columns and rows of the terminal on `stream`; 80 x 24 when it is none.
struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};
[[nodiscard]] TerminalSize terminal_size(std::FILE* stream);

/// Makes the C library read and write UTF-8, whatever the environment says.
void use_utf8();

/// Text in columns, two spaces apart; the last column is not padded.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  struct Cell {
    Cell(std::string words, Colour paint_it = Colour::plain)  // NOLINT: cells are written as text.
        : text(std::move(words)), colour(paint_it) {}
    Cell(const char* words) : text(words) {}  // NOLINT: cells are written as text.
    std::string text;
    Colour colour = Colour::plain;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// One cell for each column.
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  /// Line by line; in colours when `stream` shows them.
  [[nodiscard]] std::string text(std::FILE* stream) const;
  void print(std::FILE* stream) const;

 private:
  [[nodiscard]] std::string row_text(const std::vector<Cell>& row,
                                     const std::vector<std::size_t>& widths,
                                     std::FILE* stream) const;
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// One line on a terminal that is written again and again: progress. Silent where there is no
/// terminal.
class ProgressLine {
 public:
  explicit ProgressLine(std::FILE* stream) : stream_(stream), shown_(is_terminal(stream)) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void show(const std::string& text);
  void clear();
  [[nodiscard]] bool visible() const { return shown_; }

 private:
  std::FILE* stream_;
  bool shown_;
  bool dirty_ = false;
};

}  // namespace peal::cli
