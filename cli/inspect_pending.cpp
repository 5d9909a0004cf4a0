// What waits to happen in a simulated world.
#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/inspect_shows.hpp"
#include "cli/inspect_text.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trouble.hpp"

namespace peal::cli {
namespace {

using sim::Happening;
using sim::Place;

constexpr std::size_t rows_max = 40;

using Filter = std::function<bool(const Happening&)>;

constexpr std::array<std::pair<std::string_view, Happening::Kind>, 6> kinds = {
    {{"datagram", Happening::Kind::datagram},
     {"wake", Happening::Kind::wake},
     {"written", Happening::Kind::written},
     {"read", Happening::Kind::read},
     {"refused", Happening::Kind::refused},
     {"call", Happening::Kind::call}}};

bool has_sender(const Happening& happening) {
  return happening.kind == Happening::Kind::datagram || happening.kind == Happening::Kind::refused;
}

std::string lower(std::string_view word) {
  std::string out;
  for (const char c : word) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

Filter filter_by(const Scene& scene, const std::string& word) {
  if (const auto place = scene.names.place(word))
    return [place = *place](const Happening& happening) {
      return happening.kind != Happening::Kind::call &&
             (happening.to == place || (has_sender(happening) && happening.from == place));
    };
  for (const auto& [name, kind] : kinds)
    if (lower(word) == name)
      return [wanted = kind](const Happening& happening) { return happening.kind == wanted; };
  for (std::size_t message = 0; message < message_kinds; ++message)
    if (lower(word) == lower(kind_name(message)))
      return [message](const Happening& happening) {
        return happening.kind == Happening::Kind::datagram && happening.message == message;
      };
  throw usage_error(fmt::format(
      "{}: not a server, a person, a kind of message or one of datagram, wake, written, read, "
      "refused, call",
      harmless(word)));
}

std::string remark(const Scene& scene, const Happening& happening) {
  if (happening.kind == Happening::Kind::call) return "";
  std::string text;
  if (happening.corrupted) text += "  (corrupted)";
  if (has_sender(happening) && scene.world.network().blocked(happening.from, happening.to))
    text += "  (the link is cut)";
  if (!scene.world.process(happening.to).up) return text + "  (it is down)";
  return text + (scene.world.paused(happening.to) ? "  (it is paused)" : "");
}

}  // namespace

std::string pending_text(const Scene& scene, const std::vector<std::string>& words) {
  std::vector<Filter> filters;
  for (const std::string& word : words) filters.push_back(filter_by(scene, word));
  Table table({{"at", Table::Align::right}, {"in", Table::Align::right}, {"what"}});
  std::size_t rows = 0;
  for (const auto& [at_us, happening] : scene.world.waiting()) {
    const Happening& next = happening;
    if (!std::ranges::all_of(filters, [&](const Filter& filter) { return filter(next); })) continue;
    if (++rows > rows_max) continue;
    table.add({seconds_text(at_us), span_text(at_us - scene.world.now_us()),
               what_happens(next, scene.world, scene.names) + remark(scene, next)});
  }
  if (rows == 0) return "nothing of that kind waits\n";
  std::string text = table.text(stdout);
  if (rows > rows_max) text += fmt::format("and {} more\n", rows - rows_max);
  return text;
}

}  // namespace peal::cli
