// peal search: the latest messages that have certain words, in everything that a person may read.
#include <algorithm>
#include <cwctype>
#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/output.hpp"
#include "cli/telling.hpp"
#include "cli/terminal.hpp"
#include "core/limits.hpp"
#include "core/search_words.hpp"
#include "core/text_rules.hpp"

namespace peal::cli {
namespace {

struct SearchOptions {
  Reach reach;
  std::vector<std::string> words;
  std::string name;
  std::string room;
  std::string with;
  std::uint64_t last = 20;
  bool json = false;
};

std::string text_to_find(const SearchOptions& options) {
  std::string text;
  for (const std::string& word : options.words) text += (text.empty() ? "" : " ") + word;
  if (!valid_utf8(text)) throw usage_error("the words are not UTF-8");
  if (words_of(text).empty())
    throw usage_error("there is no word to look for: give letters or digits");
  if (text.size() > limits::search_bytes_max)
    throw usage_error(fmt::format("the words are longer than {} bytes together: give fewer",
                                  limits::search_bytes_max));
  return text;
}

const Destination& place(const Delivery& found) { return *timeline_of(found.body); }

/// NamesById of users by id: an answer has the author's only.
using NamesById = std::map<UserId, std::string>;

NamesById names_for(Connection& connection, const std::vector<Delivery>& posts) {
  const bool direct = std::ranges::any_of(
      posts, [](const Delivery& post) { return std::holds_alternative<UserId>(place(post)); });
  NamesById names;
  if (direct)
    for (const OnlineUser& user : all_users(connection)) names.emplace(user.user, user.name);
  return names;
}

/// The room, or the person at the other end.
std::string place_of(const Delivery& post, UserId self, const NamesById& names) {
  const Destination& to = place(post);
  if (const auto* room = std::get_if<RoomName>(&to)) return room->value;
  const UserId other = post.author == self ? std::get<UserId>(to) : post.author;
  const auto name = names.find(other);
  return name == names.end() || name->second.empty() ? text_of(other).substr(0, 8) : name->second;
}

std::wstring folded(std::string_view text) {
  std::wstring out;
  while (const auto point = take_code_point(text))
    out += static_cast<wchar_t>(std::towlower(static_cast<wint_t>(*point)));
  return out;
}

/// The text with the words that were looked for in yellow, where `stream` shows colours. A word
/// with an accent that the question left out is found, but not marked.
std::string marked(std::string_view text, const std::vector<std::wstring>& wanted,
                   std::FILE* stream) {
  if (!has_colour(stream)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::string_view rest = text;
    const auto letter = [](char32_t c) { return std::iswalnum(static_cast<wint_t>(c)) != 0; };
    std::string_view behind = rest;
    for (auto c = take_code_point(rest); c && letter(*c); c = take_code_point(rest)) behind = rest;
    if (behind.size() == text.size()) {  // No letter here.
      std::string_view after = text;
      if (!take_code_point(after)) after.remove_prefix(1);
      out += text.substr(0, text.size() - after.size());
      text = after;
      continue;
    }
    const std::string_view word = text.substr(0, text.size() - behind.size());
    const std::wstring plain = folded(word);
    const bool found =
        std::ranges::find(wanted, plain) != wanted.end() || plain.starts_with(wanted.back());
    out += found ? paint(Colour::yellow, word, stream) : std::string(word);
    text = behind;
  }
  return out;
}

std::string padded(const std::string& text, std::size_t columns) {
  const std::size_t width = width_of(text);
  return std::string(width < columns ? columns - width : 0, ' ');
}

void print_results(const std::vector<Delivery>& posts, const std::string& text, UserId self,
                   const NamesById& names) {
  std::vector<std::wstring> wanted;
  for (const std::string& word : words_of(text)) wanted.push_back(folded(word));
  std::size_t clock_columns = 0;
  std::size_t place_columns = 0;
  std::size_t name_columns = 0;
  for (const Delivery& post : posts) {
    clock_columns = std::max(clock_columns, width_of(clock_time(time_of(post))));
    place_columns = std::max(place_columns, width_of(harmless(place_of(post, self, names))));
    name_columns = std::max(name_columns, width_of(harmless(post.author_name)));
  }
  const std::size_t indent = clock_columns + place_columns + name_columns + 6;
  for (const Delivery& post : posts) {
    const std::string clock = clock_time(time_of(post));
    const std::string place = harmless(place_of(post, self, names));
    const std::string name = harmless(post.author_name);
    const bool edited = std::holds_alternative<EditPost>(post.body);
    const std::string after = edited ? paint(Colour::dim, "  (edited)", stdout) : "";
    const std::string words = marked(indented(text_said(post.body), indent), wanted, stdout);
    std::puts(fmt::format("{}{}  {}{}  {}{}  {}{}", paint(Colour::dim, clock, stdout),
                          padded(clock, clock_columns), place, padded(place, place_columns),
                          paint(colour_of(name), name, stdout), padded(name, name_columns), words,
                          after)
                  .c_str());
  }
}

ExitCode run_search(const SearchOptions& options) {
  const std::string text = text_to_find(options);
  check_reader(options.name, options.with);
  std::optional<Destination> in;
  if (!options.room.empty()) in = parse_room(options.room);

  CommandLoop loop;
  const auto connection = reading_connection(loop, options.reach, options.name);
  if (!options.with.empty()) in = find_user(*connection, options.with);
  const SearchResults results = search(*connection, text, in, options.last);
  if (results.posts.empty() && !options.json) std::puts("nothing found");
  const NamesById names = names_for(*connection, results.posts);
  if (!options.json) {
    print_results(results.posts, text, connection->user(), names);
    if (results.more)
      std::fprintf(stderr, "there are earlier ones: --last %zu shows more\n", 5 * options.last);
    return ExitCode::done;
  }
  for (const Delivery& post : results.posts) {
    Json json = json_of(post);
    if (std::holds_alternative<UserId>(place(post)))
      json["with"] = place_of(post, connection->user(), names);
    print_json(json);
  }
  return ExitCode::done;
}

}  // namespace

Command add_search(CLI::App& peal) {
  auto options = std::make_shared<SearchOptions>();
  CLI::App* app = peal.add_subcommand("search", "Find messages by their words, latest first");
  app->add_option("words", options->words,
                  "All of these; the last may be just the beginning of one")
      ->type_name("WORDS")
      ->required();
  app->add_option("--as", options->name,
                  "Your name; finds your direct conversations too, not just what is in rooms")
      ->type_name("NAME");
  CLI::Option_group* where = app->add_option_group("where", "at most one of these");
  where->add_option("--room", options->room, "Only in this room")->type_name("ROOM");
  where->add_option("--with", options->with, "Only in your conversation with this user")
      ->type_name("USER");
  where->require_option(0, 1);
  app->add_option("--last", options->last, "At most the latest N")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
      ->capture_default_str();
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json,
                R"(One line for each message, as peal read; "with" names the other person)");
  app->footer(
      "Case and accents make no difference; what is neither letter nor digit only separates "
      "words. Found is what can be read now: edited messages by their latest text, deleted ones "
      "not.\n\n"
      "Examples:\n"
      "  peal search pizza\n"
      "  peal search --as ann pizza tomorrow --room lunch\n"
      "  peal search --as ann --with bob --json secr | jq -r .text");
  return {app, [options] { return run_search(*options); }};
}

}  // namespace peal::cli
