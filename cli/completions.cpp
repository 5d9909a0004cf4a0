// peal completions: what shells need to complete commands and options, made from the command line
// itself.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/command.hpp"

namespace peal::cli {
namespace {

/// What may follow at one place of the command line.
struct CommandWords {
  std::string path;  ///< the commands before it: "peal bench"
  struct Word {
    std::string text;
    std::string about;
    bool takes_value = false;
  };
  std::vector<Word> words;
};

std::string first_line(std::string text) {
  text = text.substr(0, text.find('\n'));
  std::erase_if(text,
                [](char c) { return c == '\'' || c == '"' || c == '`' || c == '[' || c == ']'; });
  std::replace(text.begin(), text.end(), ':', ',');
  return text;
}

void collect(CLI::App& app, const std::string& path, std::vector<CommandWords>& all) {
  CommandWords here{path, {}};
  const auto add_options = [&here](CLI::App& from) {
    for (const CLI::Option* option : from.get_options())
      for (const std::string& name : option->get_lnames())
        here.words.push_back(
            {"--" + name, first_line(option->get_description()), option->get_type_size() != 0});
  };
  add_options(app);
  std::vector<CLI::App*> commands;
  for (CLI::App* inner : app.get_subcommands([](CLI::App*) { return true; })) {
    if (inner->get_name().empty()) {
      add_options(*inner);  // A group of options is no command.
    } else {
      here.words.push_back({inner->get_name(), first_line(inner->get_description())});
      commands.push_back(inner);
    }
  }
  all.push_back(std::move(here));
  for (CLI::App* inner : commands) collect(*inner, path + " " + inner->get_name(), all);
}

std::string bash_script(const std::vector<CommandWords>& all) {
  std::string out =
      "# bash completion for peal; put it into /etc/bash_completion.d, or source it.\n"
      "_peal() {\n"
      "  local path=peal word\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$path $word\" in\n";
  for (const CommandWords& words : all)
    if (words.path != "peal") out += fmt::format("      '{0}') path='{0}' ;;\n", words.path);
  out +=
      "    esac\n"
      "  done\n"
      "  local current=${COMP_WORDS[COMP_CWORD]}\n"
      "  case $path in\n";
  for (const CommandWords& words : all) {
    std::string list;
    for (const auto& word : words.words) list += (list.empty() ? "" : " ") + word.text;
    out += fmt::format("    '{}') COMPREPLY=($(compgen -W '{}' -- \"$current\")) ;;\n", words.path,
                       list);
  }
  return out + "  esac\n}\ncomplete -o default -F _peal peal\n";
}

std::string zsh_script(const std::vector<CommandWords>& all) {
  std::string out =
      "#compdef peal\n"
      "# zsh completion for peal; put it as _peal into a directory of $fpath.\n"
      "_peal() {\n"
      "  local place=peal word\n"
      "  local -a choices\n"
      "  for word in ${words[2,CURRENT-1]}; do\n"
      "    case \"$place $word\" in\n";
  for (const CommandWords& words : all)
    if (words.path != "peal") out += fmt::format("      '{0}') place='{0}' ;;\n", words.path);
  out +=
      "    esac\n"
      "  done\n"
      "  case $place in\n";
  for (const CommandWords& words : all) {
    out += fmt::format("    '{}') choices=(\n", words.path);
    for (const auto& word : words.words)
      out += fmt::format("      '{}:{}'\n", word.text, word.about);
    out += "    ) ;;\n";
  }
  return out + "  esac\n  _describe 'peal' choices || _files\n}\n_peal \"$@\"\n";
}

std::string fish_script(const std::vector<CommandWords>& all) {
  std::string out =
      "# fish completion for peal; put it into ~/.config/fish/completions.\n"
      "complete -c peal -f\n";
  for (const CommandWords& words : all) {
    std::string when = "__fish_use_subcommand";
    if (words.path != "peal") {
      const std::string command = words.path.substr(words.path.find(' ') + 1);
      const auto space = command.rfind(' ');
      when = "__fish_seen_subcommand_from " +
             (space == std::string::npos ? command : command.substr(space + 1));
    }
    for (const auto& word : words.words) {
      const bool option = word.text.starts_with("--");
      out += fmt::format("complete -c peal -n '{}' {} {}{} -d '{}'\n", when, option ? "-l" : "-a",
                         option ? word.text.substr(2) : word.text, word.takes_value ? " -r -F" : "",
                         word.about);
    }
  }
  return out;
}

}  // namespace

Command add_completions(CLI::App& peal) {
  auto shell = std::make_shared<std::string>();
  CLI::App* app = peal.add_subcommand("completions", "Print the completion script of a shell");
  app->add_option("shell", *shell, "bash, zsh or fish")
      ->type_name("SHELL")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  app->footer(
      "Examples:\n"
      "  peal completions bash > /etc/bash_completion.d/peal\n"
      "  peal completions fish > ~/.config/fish/completions/peal.fish");
  return {app, [&peal, shell] {
            std::vector<CommandWords> all;
            collect(peal, "peal", all);
            const std::string script = *shell == "bash"  ? bash_script(all)
                                       : *shell == "zsh" ? zsh_script(all)
                                                         : fish_script(all);
            std::fputs(script.c_str(), stdout);
            return ExitCode::done;
          }};
}

}  // namespace peal::cli
