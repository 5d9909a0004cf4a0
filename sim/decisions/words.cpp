// Names of everything that is asked, and what of it is a host.
#include "sim/decisions/words.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "core/message.hpp"
#include "sim/network.hpp"
#include "sim/scenario/names.hpp"
#include "sim/stats.hpp"
#include "sim/steps.hpp"
#include "sim/whole_number.hpp"

namespace peal::sim {
namespace {

constexpr std::array about_names = {
    "setup",       "fate",    "latency", "corruption", "refusal", "disk-delay", "disk-crash",
    "incarnation", "session", "fault",   "person",     "clock",   "work",       "news"};
static_assert(about_names.size() == static_cast<std::size_t>(About::foreign));

constexpr std::array fate_names = {"arrives", "lost", "twice", "corrupted"};

/// The strikes themselves: which fault, and when.
constexpr const char* strike = "strike";

bool of_datagrams(About about) {
  return about == About::fate || about == About::latency || about == About::corruption ||
         about == About::refusal || about == About::news;
}

std::optional<std::string> fault_word(std::uint64_t fault) {
  if (fault < fault_count) return fault_name(static_cast<Fault>(fault));
  if (fault == fault_count) return strike;
  return std::nullopt;
}

std::optional<std::uint64_t> fault_of_word(std::string_view word) {
  for (std::uint64_t fault = 0; fault <= fault_count; ++fault)
    if (fault_word(fault) == word) return fault;
  return std::nullopt;
}

std::optional<std::string> step_word(About about, std::uint8_t detail) {
  const auto found = std::ranges::find_if(step::names, [&](const step::Name& name) {
    return name.about == about && name.detail == detail;
  });
  return found == step::names.end() ? std::nullopt : std::optional<std::string>(found->name);
}

std::string detail_word(const Choice& choice) {
  std::optional<std::string> word;
  if (of_datagrams(choice.about) && choice.detail < message_kinds)
    word = kind_word(choice.detail);
  else if (choice.about == About::fault)
    word = fault_word(choice.detail);
  else
    word = step_word(choice.about, choice.detail);
  return word ? *word : fmt::format("{}", choice.detail);
}

bool subject_is_fault(const Choice& choice) {
  return choice.about == About::setup && choice.detail == step::faults_on;
}

std::optional<std::uint64_t> detail_of_word(About about, std::string_view word) {
  if (of_datagrams(about)) return kind_of_word(word);
  if (about == About::fault) return fault_of_word(word);
  for (const step::Name& name : step::names)
    if (name.about == about && word == name.name) return name.detail;
  return whole_number(word, 0xff);
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    const std::size_t blank = text.find(' ');
    words.push_back(text.substr(0, blank));
    if (blank == std::string_view::npos) return words;
    text.remove_prefix(blank + 1);
  }
}

std::string describe_setup(const Choice& choice) {
  if (subject_is_fault(choice)) {
    const auto word = fault_word(choice.subject);
    return fmt::format("whether there is {}", word ? *word : fmt::format("{}", choice.subject));
  }
  return fmt::format("{} of the setup{}", detail_word(choice),
                     choice.subject == 0 ? "" : fmt::format(", number {}", choice.subject));
}

std::string describe_fault(const Choice& choice) {
  if (choice.detail != fault_count) return fmt::format("details of {}", detail_word(choice));
  switch (choice.subject) {
    case 0: return "next strike of a fault";
    case 1: return "time until a fault is mended";
    default: return "time until a server joins";
  }
}

}  // namespace

std::string words_of(const Choice& choice) {
  const auto fault = subject_is_fault(choice) ? fault_word(choice.subject) : std::nullopt;
  return fmt::format("{} {} {} {}", about_names.at(static_cast<std::size_t>(choice.about)),
                     detail_word(choice), fault ? *fault : fmt::format("{}", choice.subject),
                     choice.object);
}

std::optional<Choice> choice_of_words(std::string_view text) {
  const std::vector<std::string_view> words = split(text);
  const auto about = std::ranges::find(about_names, words[0]);
  if (words.size() != 4 || about == about_names.end()) return std::nullopt;
  Choice choice;
  choice.about = static_cast<About>(about - about_names.begin());
  const auto detail = detail_of_word(choice.about, words[1]);
  if (!detail) return std::nullopt;
  choice.detail = static_cast<std::uint8_t>(*detail);
  const auto subject =
      subject_is_fault(choice) ? fault_of_word(words[2]) : whole_number(words[2], 0xffff);
  const auto object = whole_number(words[3], 0xffff);
  if (!subject || !object) return std::nullopt;
  choice.subject = static_cast<std::uint16_t>(*subject);
  choice.object = static_cast<std::uint16_t>(*object);
  return choice;
}

std::string describe(const Choice& choice, const std::function<std::string(Place)>& name) {
  if (choice.about == About::fault) return describe_fault(choice);
  if (choice.about == About::setup) return describe_setup(choice);
  const std::string who = name(choice.subject);
  switch (choice.about) {
    case About::fate:
    case About::latency:
    case About::corruption:
    case About::refusal:
    case About::news:
      return fmt::format(
          "{} of {} {} -> {}", about_names.at(static_cast<std::size_t>(choice.about)),
          choice.detail < message_kinds ? kind_name(std::size_t{choice.detail}) : "?", who,
          name(choice.object));
    case About::disk_delay: return fmt::format("how long a {} takes {}", detail_word(choice), who);
    case About::disk_crash: return fmt::format("how much a crash of {} leaves of its writes", who);
    case About::incarnation: return fmt::format("incarnation of {}", who);
    case About::session: return fmt::format("session of {}", who);
    case About::person: return fmt::format("{} of {}", detail_word(choice), who);
    case About::clock: return fmt::format("clock of {}", who);
    case About::work: return fmt::format("how long one thing takes {}", who);
    case About::fault:
    case About::setup:
    case About::foreign: break;
  }
  return "what this program does not ask";
}

std::string describe(const Choice& choice, const HostCounts& hosts) {
  return describe(choice, [&hosts](Place place) {
    if (place < hosts.servers) return fmt::format("s{}", place);
    const std::size_t client = place - hosts.servers;
    return client < hosts.people ? fmt::format("p{}", client)
                                 : fmt::format("r{}", client - hosts.people);
  });
}

std::string describe_answer(const Choice& choice, std::uint64_t answer) {
  if (choice.about == About::fate && answer < fate_names.size()) return fate_names.at(answer);
  return fmt::format("{}", answer);
}

std::string ordinal(std::uint64_t n) {
  const bool teens = n % 100 >= 11 && n % 100 <= 13;
  const char* ending = "th";
  if (!teens && n % 10 == 1) ending = "st";
  if (!teens && n % 10 == 2) ending = "nd";
  if (!teens && n % 10 == 3) ending = "rd";
  return fmt::format("{}{}", n, ending);
}

}  // namespace peal::sim
