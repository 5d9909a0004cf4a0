// The command line as a whole: which commands there are, and how each ends.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "cli/trouble.hpp"
#include "cli/version.hpp"
#include "runtime/trouble.hpp"

namespace peal::cli {
namespace {

std::vector<Command> add_commands(CLI::App& peal) {
  return {add_serve(peal),  add_demo(peal),   add_chat(peal),       add_send(peal),
          add_read(peal),   add_search(peal), add_unread(peal),     add_amend(peal),
          add_room(peal),   add_rooms(peal),  add_who(peal),        add_status(peal),
          add_export(peal), add_import(peal), add_doctor(peal),     add_check(peal),
          add_drain(peal),  add_leave(peal),  add_remove(peal),     add_sim(peal),
          add_trace(peal),  add_bench(peal),  add_completions(peal)};
}

/// The name of the innermost command that was given: "peal bench election".
std::string command_name_of(const CLI::App& app) {
  const std::string& name = app.get_name();
  const std::vector<CLI::App*> inner = app.get_subcommands();
  return inner.empty() ? name : name + " " + command_name_of(*inner.front());
}

int complain(const std::string& who, const std::string& what, ExitCode code) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s: %s\n", who.c_str(), what.c_str());
  return static_cast<int>(code);
}

/// CLI11's words for what is wrong, in one line.
std::string error_words(const CLI::ParseError& error) {
  std::string words = error.what();
  while (!words.empty() && (words.back() == '\n' || words.back() == '.')) words.pop_back();
  for (char& c : words)
    if (c == '\n') c = ' ';
  return harmless(words);
}

/// What is wrong with the command line, in one line; unknown words first, as the rest follows from
/// them.
std::string error_words(const CLI::App& peal, const CLI::ParseError& error) {
  const std::vector<std::string> unknown = peal.remaining(true);
  if (unknown.empty()) return error_words(error);
  // CLI11 keeps them last first.
  const std::string& word = unknown.back();
  if (word.starts_with('-')) return fmt::format("there is no option {} here", harmless(word));
  if (peal.get_subcommands().empty()) return fmt::format("there is no command {}", harmless(word));
  return fmt::format("{} is one word too many: quote what belongs together", harmless(word));
}

int run_command(const std::string& who, const std::vector<Command>& commands) {
  try {
    for (const Command& command : commands)
      if (command.app->parsed()) return static_cast<int>(command.run());
    return static_cast<int>(ExitCode::usage);
  } catch (const Trouble& trouble) {
    return complain(who, trouble.what(), trouble.code());
  } catch (const runtime::Trouble& trouble) {
    return complain(who, trouble.what(), static_cast<ExitCode>(trouble.exit_code()));
  } catch (const std::exception& error) {
    return complain(who, std::string("unexpected: ") + error.what(), ExitCode::failed);
  }
}

}  // namespace

int run(int argc, char** argv) {
  use_utf8();
  CLI::App peal("Group chat for a local network that outlives its servers.", "peal");
  peal.set_version_flag("--version", version, "Print the version and end");
  peal.set_help_flag("-h,--help", "Print this and end");
  peal.require_subcommand(1);
  peal.footer(
      "Exit codes: 0 done, 1 a check failed or a server refused, 2 bad usage, 3 no server "
      "reachable.\n"
      "peal COMMAND --help explains a command, with examples.");
  const std::vector<Command> commands = add_commands(peal);
  try {
    peal.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return peal.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return peal.exit(help);
  } catch (const CLI::CallForVersion& call) {
    return peal.exit(call);
  } catch (const CLI::ParseError& error) {
    const std::string who = command_name_of(peal);
    return complain(who, fmt::format("{} (see {} --help)", error_words(peal, error), who),
                    ExitCode::usage);
  }
  return run_command(command_name_of(peal), commands);
}

}  // namespace peal::cli
