// The commands of a switch: each is a word and what belongs to it.
#include "tests/support/switch/commands.hpp"

#include <charconv>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <nlohmann/json.hpp>

namespace peal::lan {
namespace {

using Words = std::vector<std::string>;

struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class Number>
Number number_in(std::string_view text, const char* what) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    throw Refused("\"" + std::string(text) + "\" is not " + what);
  return value;
}

Port port_in(const Fabric& fabric, const std::string& text) {
  const auto port = number_in<Port>(text, "a port");
  if (port < 1 || port > fabric.ports())
    throw Refused("there is no port " + text + "; ports are 1 to " +
                  std::to_string(fabric.ports()));
  return port;
}

double share_in(const std::string& text) {
  const auto share = number_in<double>(text, "a share from 0 to 1");
  if (!(share >= 0 && share <= 1)) throw Refused(text + " is not a share from 0 to 1");
  return share;
}

Delay delay_in(const std::string& text) {
  static const std::map<std::string, std::int64_t, std::less<>> units{
      {"us", 1}, {"ms", 1'000}, {"s", 1'000'000}};
  const auto digits = text.find_first_not_of("0123456789");
  const auto unit = units.find(digits == text.npos ? "" : text.substr(digits));
  if (digits == 0 || digits > 6 || unit == units.end())
    throw Refused("\"" + text + "\" is not a time such as 5ms");
  return Delay(number_in<std::int64_t>(text.substr(0, digits), "a number") * unit->second);
}

void expect_words(const Words& words, std::size_t count) {
  if (words.size() != count)
    throw Refused(words.front() + " takes " + std::to_string(count - 1) + " words, not " +
                  std::to_string(words.size() - 1));
}

/// Changes all links, or that between the two ports behind the first `values` words.
void change_links(Fabric& fabric, const Words& words, std::size_t values,
                  const std::function<void(Link&)>& change) {
  if (words.size() == 1 + values) {
    for (Port from = 1; from <= fabric.ports(); ++from)
      for (Port to = 1; to <= fabric.ports(); ++to) change(fabric.link(from, to));
    return;
  }
  expect_words(words, values + 3);
  const Port from = port_in(fabric, words[values + 1]);
  const Port to = port_in(fabric, words[values + 2]);
  change(fabric.link(from, to));
}

/// Ports in groups: 1 2 | 3 4.
std::vector<std::vector<Port>> groups_in(const Fabric& fabric, const Words& words) {
  std::vector<std::vector<Port>> groups(1);
  std::vector<bool> named(std::size_t{fabric.ports()} + 1);
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "|") {
      groups.emplace_back();
      continue;
    }
    const Port port = port_in(fabric, words[i]);
    if (named[port]) throw Refused("port " + words[i] + " is named twice");
    named[port] = true;
    groups.back().push_back(port);
  }
  return groups;
}

void cut(Fabric& fabric, const Words& words) {
  const auto sides = groups_in(fabric, words);
  if (sides.size() < 2) throw Refused("a cut has two sides or more: cut 1 2 | 3 4");
  fabric.cut(sides);
}

void loss(Fabric& fabric, const Words& words) {
  const double share = share_in(words.size() > 1 ? words[1] : "");
  change_links(fabric, words, 1, [share](Link& link) { link.loss = share; });
}

void duplicate(Fabric& fabric, const Words& words) {
  const double share = share_in(words.size() > 1 ? words[1] : "");
  change_links(fabric, words, 1, [share](Link& link) { link.duplicate = share; });
}

void delay(Fabric& fabric, const Words& words) {
  if (words.size() < 3) throw Refused("delay takes the least and the most: delay 5ms 20ms");
  const Delay least = delay_in(words[1]);
  const Delay most = delay_in(words[2]);
  if (least > most) throw Refused(words[1] + " is more than " + words[2]);
  change_links(fabric, words, 2, [least, most](Link& link) {
    link.delay_min = least;
    link.delay_max = most;
  });
}

void oneway(Fabric& fabric, const Words& words) {
  expect_words(words, 3);
  fabric.link(port_in(fabric, words[1]), port_in(fabric, words[2])).blocked = true;
}

std::string counters(const Fabric& fabric) {
  const FabricCounters& c = fabric.counters();
  const nlohmann::ordered_json json = {{"frames", c.frames},
                                       {"flooded", c.flooded},
                                       {"copies", c.copies},
                                       {"lost", c.lost},
                                       {"duplicated", c.duplicated},
                                       {"delayed", c.delayed},
                                       {"cut", c.cut},
                                       {"broadcasts_dropped", c.broadcasts_dropped},
                                       {"multicasts_dropped", c.multicasts_dropped}};
  return json.dump();
}

void change(Fabric& fabric, const Words& words) {
  const std::string& verb = words.front();
  if (verb == "networks") return fabric.separate(groups_in(fabric, words));
  if (verb == "cut") return cut(fabric, words);
  if (verb == "oneway") return oneway(fabric, words);
  if (verb == "loss") return loss(fabric, words);
  if (verb == "delay") return delay(fabric, words);
  if (verb == "duplicate") return duplicate(fabric, words);
  expect_words(words, 1);
  if (verb == "drop-multicast") return fabric.drop_multicast();
  if (verb == "drop-broadcast") return fabric.drop_broadcast();
  if (verb == "mend") return fabric.mend();
  if (verb == "heal") return fabric.heal();
  throw Refused("there is no command " + verb);
}

}  // namespace

std::string obey(Fabric& fabric, std::string_view line) {
  std::istringstream in{std::string(line)};
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  if (words.empty()) return "error: an empty line is no command";
  if (words == Words{"counters"}) return counters(fabric);
  try {
    change(fabric, words);
    return "ok";
  } catch (const Refused& refused) {
    return std::string("error: ") + refused.what();
  }
}

}  // namespace peal::lan
