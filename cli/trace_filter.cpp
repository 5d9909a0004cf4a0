// Which part of a story is asked for: the same words for showing, counting and drawing.
#include "cli/trace_filter.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "cli/trouble.hpp"
#include "core/message.hpp"
#include "core/trace/words.hpp"
#include "sim/whole_number.hpp"

namespace peal::cli {
namespace {

/// "1.5s", "300ms", "20us", "2m", or seconds without a unit.
std::int64_t parse_time(const std::string& text, const char* option) {
  double number = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  const std::string unit(end, last);
  const double us = unit == "us"                  ? 1
                    : unit == "ms"                ? 1e3
                    : unit == "s" || unit.empty() ? 1e6
                    : unit == "m"                 ? 60e6
                                                  : 0;
  if (error != std::errc() || us == 0 || !(number >= 0 && number <= 1e12))
    throw usage_error(fmt::format("{} {}: write a time as 1.5s or 300ms", option, harmless(text)));
  return static_cast<std::int64_t>(number * us);
}

/// Every kind of message, and of event.
bool is_kind(const std::string& word) {
  for (std::size_t kind = 0; kind < message_kinds; ++kind)
    if (word == kind_name(kind)) return true;
  static const std::set<std::string> events = {
      "start",   "Received",    "Malformed", "RefusedAt",  "Wake",
      "Written", "WriteFailed", "ReadDone",  "ReadFailed", "Stop",
      "Say",     "Ask",         "Close",     "end",        "AddressesChanged"};
  return events.contains(word);
}

std::set<std::string> kinds_of(const std::vector<std::string>& words, const char* option) {
  for (const std::string& word : words)
    if (!is_kind(word))
      throw usage_error(
          fmt::format("{} {}: there is no such kind; write one of a message, as Vote, or of an "
                      "event, as Written",
                      option, harmless(word)));
  return {words.begin(), words.end()};
}

/// Other commands print the session as a number: here are the last digits of it.
std::string id_here(const std::string& id) {
  const std::size_t colon = std::min(id.find(':'), id.size());
  const auto session = sim::whole_number(id.substr(0, colon));
  return session ? trace::id_word(*session) + id.substr(colon) : id;
}

bool has_word(const std::string& ids, const std::string& id) {
  if (id.empty()) return false;
  for (std::size_t at = ids.find(id); at != std::string::npos; at = ids.find(id, at + 1)) {
    const std::size_t end = at + id.size();
    const bool begins = at == 0 || ids[at - 1] == ' ';
    if (begins && (end == ids.size() || ids[end] == ' ')) return true;
  }
  return false;
}

}  // namespace

void add_filter_options(CLI::App& app, TraceFilter& filter) {
  app.add_option("--machine", filter.machines, "Only these: 3 for server 3, 4f2a for a client")
      ->type_name("NAME")
      ->delimiter(',');
  app.add_option("--kind", filter.kinds, "Only events of these kinds, or that bring such messages")
      ->type_name("KIND")
      ->delimiter(',');
  app.add_option("--without", filter.without, "None of these kinds, as Heartbeat,HeartbeatAck,Wake")
      ->type_name("KIND")
      ->delimiter(',');
  app.add_option("--message", filter.message, "Only what carries this chat message")
      ->type_name("SESSION:N");
  app.add_option("--from", filter.from, "From this time on, as 1.5s since the beginning")
      ->type_name("TIME");
  app.add_option("--to", filter.to, "Up to this time")->type_name("TIME");
}

Sieve::Sieve(const TraceFilter& filter, const trace::Story& story)
    : story_(story),
      kinds_(kinds_of(filter.kinds, "--kind")),
      without_(kinds_of(filter.without, "--without")),
      by_message_(filter.message.has_value()),
      from_us_(filter.from ? parse_time(*filter.from, "--from") : 0),
      to_us_(filter.to ? parse_time(*filter.to, "--to")
                       : std::numeric_limits<std::int64_t>::max()) {
  for (const std::string& name : filter.machines) {
    const std::size_t before = lines_.size();
    for (trace::Index i = 0; i < story.lines.size(); ++i) {
      const trace::Line& line = story.lines[i];
      const std::string id = line.name.substr(line.name.find(' ') + 1);
      if (name == line.name || name == id ||
          (!line.server && !name.empty() && id.starts_with(name)))
        lines_.insert(i);
    }
    if (lines_.size() == before)
      throw usage_error(fmt::format("--machine {}: nothing of it is recorded", harmless(name)));
  }
  if (!by_message_) return;
  const std::string wanted = id_here(*filter.message);
  for (const trace::Arrow& arrow : story.arrows) {
    if (!has_word(arrow.ids, *filter.message) && !has_word(arrow.ids, wanted)) continue;
    for (const trace::Index step : {arrow.sent, arrow.arrived})
      if (step != trace::none) carriers_.insert(step);
  }
  if (carriers_.empty())
    throw usage_error(fmt::format("--message {}: no message that was recorded carries it",
                                  harmless(*filter.message)));
}

bool Sieve::of_a_kind(const std::set<std::string>& kinds, const trace::Step& step) const {
  if (kinds.contains(std::string(step.kind))) return true;
  return step.arrow != trace::none && kinds.contains(kind_name(story_.arrows[step.arrow].kind));
}

bool Sieve::lets_through(const trace::Step& step) const {
  if (step.at_us < from_us_ || step.at_us > to_us_) return false;
  if (!lines_.empty() && !lines_.contains(step.line)) return false;
  if (by_message_ && !carriers_.contains(static_cast<trace::Index>(&step - story_.steps.data())))
    return false;
  if (!kinds_.empty() && !of_a_kind(kinds_, step)) return false;
  return without_.empty() || !of_a_kind(without_, step);
}

}  // namespace peal::cli
