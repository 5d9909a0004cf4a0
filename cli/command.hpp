// What a command is to the program: its place in the command line, and what it does.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "cli/trouble.hpp"

namespace peal::cli {

/// `run` is called after the whole command line was read; it throws Trouble when it cannot do its
/// work.
struct Command {
  CLI::App* app = nullptr;
  std::function<ExitCode()> run;
};

Command add_serve(CLI::App& peal);
Command add_demo(CLI::App& peal);
Command add_chat(CLI::App& peal);
Command add_send(CLI::App& peal);
Command add_read(CLI::App& peal);
Command add_unread(CLI::App& peal);
Command add_amend(CLI::App& peal);
Command add_room(CLI::App& peal);
Command add_export(CLI::App& peal);
Command add_import(CLI::App& peal);
Command add_search(CLI::App& peal);
Command add_rooms(CLI::App& peal);
Command add_who(CLI::App& peal);
Command add_status(CLI::App& peal);
Command add_drain(CLI::App& peal);
Command add_leave(CLI::App& peal);
Command add_remove(CLI::App& peal);
Command add_doctor(CLI::App& peal);
Command add_check(CLI::App& peal);
Command add_sim(CLI::App& peal);
Command add_trace(CLI::App& peal);
Command add_bench(CLI::App& peal);
Command add_completions(CLI::App& peal);

/// The whole program: exit code of `peal ARGUMENTS...`. Writes to standard output and error.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace peal::cli
