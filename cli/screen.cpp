// Drawing around an input line that libedit owns.
#include "cli/screen.hpp"

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

// Its header wants FILE and has no C++ guards of its own names.
#include <editline/readline.h>
#include <unistd.h>

#include "cli/terminal.hpp"
#include "core/check.hpp"

namespace peal::cli {
namespace {

// libedit's callback carries no context, and there is one terminal.
LiveScreen* the_screen = nullptr;

std::size_t rows_of(std::size_t columns_used, std::size_t columns) {
  return columns_used == 0 ? 1 : (columns_used + columns - 1) / columns;
}

void print_note(const std::string& text) {
  std::fprintf(stderr, "%s\n", paint(Colour::dim, text, stderr).c_str());
}

}  // namespace

void PlainScreen::show(const std::string& text) {
  std::puts(text.c_str());
  std::fflush(stdout);
}

void PlainScreen::note(const std::string& text) { print_note(text); }
void QuietScreen::note(const std::string& text) { print_note(text); }

LiveScreen::LiveScreen(CommandLoop& loop, std::function<void(std::optional<std::string>)> on_line)
    : on_line_(std::move(on_line)) {
  CHECK(the_screen == nullptr);
  the_screen = this;
  rl_catch_signals = 0;  // Stop signals are the command's.
  using_history();
  rl_callback_handler_install(prompt_.c_str(), on_entered);
  rl_inhibit_completion = 1;  // A tab is no file name here.
  editing_ = true;
  resized_ =
      std::make_unique<runtime::Signals>(loop.loop(), std::vector<int>{SIGWINCH}, [this](int) {
        erase();
        rl_resize_terminal();
        draw();
      });
  keyboard_ = std::make_unique<FileWatch>(loop.loop(), STDIN_FILENO, [this] { on_readable(); });
}

LiveScreen::~LiveScreen() {
  erase();
  rl_callback_handler_remove();
  std::fflush(stdout);
  the_screen = nullptr;
}

void LiveScreen::show(const std::string& text) {
  erase();
  std::fprintf(stdout, "%s\n", text.c_str());
  draw();
}

void LiveScreen::note(const std::string& text) { show(paint(Colour::dim, text, stdout)); }

void LiveScreen::set_pending(const std::vector<std::string>& lines) {
  if (lines == pending_) return;
  erase();
  pending_ = lines;
  draw();
}

void LiveScreen::set_prompt(const std::string& prompt) {
  if (prompt == prompt_) return;
  erase();
  prompt_ = prompt;
  rl_set_prompt(prompt_.c_str());
  draw();
}

void LiveScreen::on_entered(char* line) {
  CHECK(the_screen != nullptr);
  the_screen->take(line);
}

void LiveScreen::take(char* line) {
  const std::unique_ptr<char, decltype(&std::free)> owned(
      line, std::free);  // libedit allocates with malloc.
  const std::size_t columns = terminal_size(stdout).columns;
  // Enter moved the cursor below the line; what was entered is shown where it belongs instead.
  const std::size_t rows =
      line == nullptr ? 0 : rows_of(width_of(prompt_) + width_of(line), columns);
  if (rows > 0) std::fprintf(stdout, "\x1b[%zuA", rows);
  if (pending_rows_ > 0) std::fprintf(stdout, "\x1b[%zuA", pending_rows_);
  std::fprintf(stdout, "\r\x1b[J");
  std::fflush(stdout);
  pending_rows_ = 0;
  editing_ = false;
  if (line != nullptr && *line != '\0') add_history(line);
  on_line_(line == nullptr ? std::nullopt : std::optional<std::string>(line));
  if (line == nullptr) {
    ended_ = true;
    keyboard_->stop();
    return;
  }
  // libedit ends its edit with each line; this starts the next one and draws the prompt.
  draw_pending();
  rl_callback_handler_install(prompt_.c_str(), on_entered);
  editing_ = true;
}

void LiveScreen::on_readable() { rl_callback_read_char(); }

std::size_t LiveScreen::rows_above_cursor() const {
  const std::string before(rl_line_buffer == nullptr ? "" : rl_line_buffer,
                           rl_line_buffer == nullptr ? 0 : static_cast<std::size_t>(rl_point));
  return (width_of(prompt_) + width_of(before)) / terminal_size(stdout).columns;
}

void LiveScreen::erase() {
  if (!editing_) return;
  const std::size_t up = rows_above_cursor() + pending_rows_;
  if (up > 0) std::fprintf(stdout, "\x1b[%zuA", up);
  std::fprintf(stdout, "\r\x1b[J");
}

void LiveScreen::draw() {
  if (!editing_) {
    std::fflush(stdout);
    return;
  }
  draw_pending();
  rl_forced_update_display();
}

void LiveScreen::draw_pending() {
  const std::size_t columns = terminal_size(stdout).columns;
  pending_rows_ = 0;
  for (const std::string& line : pending_) {
    std::fprintf(stdout, "%s\n", paint(Colour::dim, line).c_str());
    pending_rows_ += rows_of(width_of(line), columns);
  }
  std::fflush(stdout);
}

}  // namespace peal::cli
