// Finding numbers of servers, clients and logs in text, and names for them.
#include "sim/inspect/names.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include <fmt/format.h>

#include "sim/whole_number.hpp"

namespace peal::sim {
namespace {

// An id as short as that is a name already.
constexpr std::uint64_t short_id_max = 999;
// Identities of 64 random bits are told apart by their last digits, as in traces.
constexpr std::uint64_t brief_from = 10'000;

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::string_view digits_at(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && is_digit(text[end])) ++end;
  return text.substr(begin, end - begin);
}

std::optional<std::size_t> numbered(std::string_view name, char letter) {
  if (name.size() < 2 || name.front() != letter) return std::nullopt;
  return whole_number(name.substr(1));
}

}  // namespace

Names::Names(const Timeline& timeline)
    : servers_(timeline.servers),
      processes_(timeline.processes),
      people_(timeline.result.people),
      clients_(timeline.clients),
      short_ids_(
          std::ranges::all_of(servers_, [](ServerId id) { return id.value <= short_id_max; })) {}

std::string Names::of_server(std::size_t server) const {
  return fmt::format("s{}", short_ids_ ? servers_[server].value : server);
}

std::string Names::of_client(std::size_t client) const {
  return client < people_ ? fmt::format("p{}", client) : fmt::format("r{}", client - people_);
}

std::string Names::of(Place place) const {
  if (place < servers_.size()) return of_server(place);
  return place < servers_.size() + clients_ ? of_client(place - servers_.size()) : "nowhere";
}

std::string Names::of(ServerId id) const {
  const auto found = std::ranges::find(servers_, id);
  if (found == servers_.end()) return fmt::format("{}", id.value);
  return of_server(static_cast<std::size_t>(found - servers_.begin()));
}

std::string Names::of(ViewId view) const {
  return view.number == 0 ? "none" : fmt::format("{}/{}", view.number, of(view.leader));
}

std::string Names::of(const View& view) const {
  std::string members;
  for (const Member& member : view.members) members += (members.empty() ? "" : " ") + of(member.id);
  return fmt::format("{} [{}]", of(view.id), members);
}

std::string Names::of(LogId log) const {
  const auto found = processes_.find(Incarnation{log.value});
  const std::uint64_t brief = log.value % brief_from;
  return found == processes_.end() ? fmt::format("{}", brief)
                                   : fmt::format("{}.{}", of_server(found->second), brief);
}

std::string Names::of(EntryId entry) const {
  return fmt::format("{}:{}", of(entry.log), entry.seq);
}

std::string Names::of(const VersionVector& vector) const {
  std::string text;
  for (const EntryId pair : vector.pairs()) text += (text.empty() ? "" : " ") + of(pair);
  return "{" + text + "}";
}

std::string Names::of(MessageId message) const {
  return fmt::format("m{}:{}", message.session.value % brief_from, message.n);
}

std::optional<std::size_t> Names::server(std::string_view name) const {
  for (std::size_t i = 0; i < servers_.size(); ++i)
    if (of_server(i) == name) return i;
  return std::nullopt;
}

std::optional<std::size_t> Names::client(std::string_view name) const {
  if (const auto person = numbered(name, 'p'); person && *person < people_) return person;
  const auto reader = numbered(name, 'r');
  if (reader && *reader < clients_ - people_) return people_ + *reader;
  return std::nullopt;
}

std::optional<Place> Names::place(std::string_view name) const {
  if (const auto found = server(name)) return static_cast<Place>(*found);
  if (const auto found = client(name)) return static_cast<Place>(servers_.size() + *found);
  return std::nullopt;
}

/// "  0 -> 3  Push", "0 <- 3  Push", "0 <- refused by 3" and "client 3 ..." count places and
/// clients.
std::string Names::with_places(const std::string& line) const {
  const auto begin = line.find_first_not_of(' ');
  if (begin == std::string::npos) return line;
  const auto named = [&](std::string_view digits) {
    return of(static_cast<Place>(whole_number(digits).value_or(0xffff)));
  };
  const std::string_view text(line);
  if (text.substr(begin).starts_with("client ")) {
    const std::string_view digits = digits_at(text, begin + 7);
    if (digits.empty()) return line;
    return fmt::format("{}{}", of_client(*whole_number(digits)),
                       text.substr(begin + 7 + digits.size()));
  }
  const std::string_view first = digits_at(text, begin);
  const std::string_view rest = text.substr(begin + first.size());
  if (first.empty() || (!rest.starts_with(" -> ") && !rest.starts_with(" <- "))) return line;
  std::string out = line.substr(0, begin) + named(first) + std::string(rest.substr(0, 4));
  std::string_view tail = rest.substr(4);
  if (tail.starts_with("refused by ")) {
    out += tail.substr(0, 11);
    tail.remove_prefix(11);
  }
  const std::string_view second = digits_at(tail, 0);
  if (!second.empty()) out += named(second);
  return out + std::string(tail.substr(second.size()));
}

std::string Names::readable(const std::string& line) const {
  const std::string text = with_places(line);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const bool inside = i > 0 && (is_word(text[i - 1]) || text[i - 1] == '.');
    const std::size_t begin = text[i] == 's' && !inside ? i + 1 : i;
    const std::string_view digits = digits_at(text, begin);
    const auto value = whole_number(digits);
    if (inside || !value) {
      out += text[i++];
      continue;
    }
    const std::size_t end = begin + digits.size();
    const auto known = std::ranges::find(servers_, ServerId{*value});
    const auto process = std::ranges::find_if(
        processes_, [&](const auto& one) { return one.first.value % brief_from == *value; });
    const bool entry = begin == i && end + 1 < text.size() && text[end] == ':' &&
                       is_digit(text[end + 1]) && process != processes_.end();
    if (!short_ids_ && known != servers_.end()) {
      out += of(*known);
    } else {
      if (entry) out += of_server(process->second) + '.';
      out += text.substr(i, end - i);
    }
    i = end;
  }
  return out;
}

}  // namespace peal::sim
