// Where a conversation is shown: a terminal whose input line stays at the bottom, or plain output.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_loop.hpp"

namespace peal::cli {

class Screen {
 public:
  Screen() = default;
  virtual ~Screen() = default;
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  /// Part of the conversation, or an answer to a command. May have several lines.
  virtual void show(const std::string& text) = 0;
  /// What happened around it; quieter.
  virtual void note(const std::string& text) = 0;
  /// Plain lines on their way, below the conversation until they are part of it.
  virtual void set_pending(const std::vector<std::string>& lines) = 0;
  virtual void set_prompt(const std::string& prompt) = 0;
};

/// The conversation on standard output, notes on standard error.
class PlainScreen final : public Screen {
 public:
  void show(const std::string& text) override;
  void note(const std::string& text) override;
  void set_pending(const std::vector<std::string>& /*lines*/) override {}
  void set_prompt(const std::string& /*prompt*/) override {}
};

/// Notes on standard error, and nothing else.
class QuietScreen final : public Screen {
 public:
  void show(const std::string& /*text*/) override {}
  void note(const std::string& text) override;
  void set_pending(const std::vector<std::string>& /*lines*/) override {}
  void set_prompt(const std::string& /*prompt*/) override {}
};

/// The terminal, with a line editor (libedit): one per process.
class LiveScreen final : public Screen {
 public:
  /// on_line: a line that was entered; none: the person is done (Ctrl-D).
  LiveScreen(CommandLoop& loop, std::function<void(std::optional<std::string>)> on_line);
  ~LiveScreen() override;
  void show(const std::string& text) override;
  void note(const std::string& text) override;
  void set_pending(const std::vector<std::string>& lines) override;
  void set_prompt(const std::string& prompt) override;

 private:
  static void on_entered(char* line);
  void take(char* line);
  void on_readable();
  void erase();
  void draw();
  void draw_pending();
  [[nodiscard]] std::size_t rows_above_cursor() const;

  std::function<void(std::optional<std::string>)> on_line_;
  std::string prompt_ = "> ";
  std::vector<std::string> pending_;
  std::size_t pending_rows_ = 0;  ///< of what is drawn above the input line
  bool editing_ = false;          ///< the input line is on the screen
  bool ended_ = false;
  std::unique_ptr<runtime::Signals> resized_;
  std::unique_ptr<FileWatch> keyboard_;
};

}  // namespace peal::cli
