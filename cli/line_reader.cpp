// libedit where there is a terminal.
#include "cli/line_reader.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>

// Its header wants FILE and has no C++ guards of its own names.
#include <editline/readline.h>

#include "cli/terminal.hpp"

namespace peal::cli {

LineReader::LineReader() : at_terminal_(is_terminal(stdin) && is_terminal(stdout)) {
  if (!at_terminal_) return;
  using_history();
  rl_inhibit_completion = 1;  // A tab is no file name here.
}

std::optional<std::string> LineReader::read(const std::string& prompt) {
  std::string line;
  if (at_terminal_) {
    // libedit allocates with malloc.
    const std::unique_ptr<char, decltype(&std::free)> entered(readline(prompt.c_str()), std::free);
    if (!entered) return std::nullopt;
    line = entered.get();
    if (!line.empty()) add_history(line.c_str());
  } else if (!std::getline(std::cin, line)) {
    return std::nullopt;
  }
  ++lines_;
  return line;
}

}  // namespace peal::cli
