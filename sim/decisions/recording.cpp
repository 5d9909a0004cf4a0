// A header of JSON, a line for each decision, and a last line that says whether all is there.
#include "sim/decisions/recording.hpp"

#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "sim/run_options_json.hpp"
#include "sim/summary.hpp"
#include "sim/whole_number.hpp"

namespace peal::sim {
namespace {

constexpr const char* schema = "peal-decisions";
constexpr int version = 1;
constexpr std::string_view end_word = "end ";
constexpr std::string_view matter_word = "+ ";
constexpr std::size_t words_bytes_max = 200;

// The checksum of zip and PNG (CRC-32, polynomial 0xedb88320), as other programs compute it, too.
constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1U) ^ ((rest & 1U) != 0 ? 0xedb88320U : 0);
    table.at(byte) = rest;
  }
  return table;
}();

std::uint32_t crc_of(std::string_view text) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : text)
    crc = (crc >> 8U) ^ crc_table.at((crc ^ static_cast<std::uint8_t>(c)) & 0xffU);
  return ~crc;
}

std::string last_line(std::size_t decisions, std::string_view before) {
  return fmt::format("{}{} {:08x}\n", end_word, decisions, crc_of(before));
}

Json header_of(const Recording& recording) {
  Json json;
  json["schema"] = schema;
  json["version"] = version;
  json["program"] = recording.program;
  json["mutant"] = recording.mutant;
  json["seed"] = std::to_string(recording.seed);
  json["options"] = to_json(recording.run);
  json["servers"] = recording.hosts.servers;
  json["people"] = recording.hosts.people;
  json["violation"] = nullptr;
  if (recording.violation)
    json["violation"] = {{"oracle", oracle_name(recording.violation->oracle)},
                         {"what", recording.violation->what}};
  json["digest"] = to_hex(recording.digest);
  return json;
}

std::optional<Violation> violation_from(const Json& json) {
  if (json.is_null()) return std::nullopt;
  // A promise that there is no more says nothing here.
  const auto oracle = find_oracle(text_field(json, "oracle"));
  if (!oracle) return std::nullopt;
  return Violation{*oracle, text_field(json, "what"), 0, ""};
}

Recording recording_from(const Json& json) {
  Recording recording;
  recording.program = text_field(json, "program");
  recording.mutant = text_field(json, "mutant");
  recording.seed = number_field(json, "seed");
  recording.run = run_options_from(field(json, "options"));
  recording.hosts = {number_field(json, "servers"), number_field(json, "people")};
  recording.violation = violation_from(field(json, "violation"));
  recording.digest = digest_field(json, "digest");
  return recording;
}

// Reads the lines between the header and the last one.
class Lines {
 public:
  explicit Lines(Recording& recording) : recording_(recording) {}

  void read(std::string_view line) {
    ++number_;
    if (line.starts_with(matter_word)) return matters_.push_back(matter(line.substr(2)));
    const std::size_t blank = line.find(' ');
    const auto which = whole_number(line.substr(0, blank));
    const auto answer =
        blank != std::string_view::npos ? whole_number(line.substr(blank + 1)) : std::nullopt;
    if (!which || !answer || *which >= matters_.size())
      throw Damaged(fmt::format("its line {} is none of a recording", number_));
    recording_.decisions.push_back({matters_[*which], *answer});
  }

 private:
  Choice matter(std::string_view words) {
    if (const auto known = choice_of_words(words)) return *known;
    const std::size_t index = recording_.foreign.size();
    recording_.foreign.emplace_back(words.substr(0, words_bytes_max));
    return {About::foreign, 0, static_cast<std::uint16_t>(index),
            static_cast<std::uint16_t>(index >> 16U)};
  }

  Recording& recording_;
  std::vector<Choice> matters_;
  std::size_t number_ = 1;
};

}  // namespace

std::string Recording::describe(const Choice& choice) const {
  if (choice.about != About::foreign) return sim::describe(choice, hosts);
  return foreign.at(choice.subject | std::size_t{choice.object} << 16U);
}

Recording recording_of(const RunResult& result, const RunOptions& run,
                       std::vector<Decision> decisions) {
  Recording recording;
  recording.seed = result.seed;
  recording.run = run;
  recording.hosts = {result.servers, result.people};
  recording.violation = result.violation;
  recording.digest = result.digest;
  recording.decisions = std::move(decisions);
  return recording;
}

std::string to_text(const Recording& recording) {
  std::string text =
      header_of(recording).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  std::map<Choice, std::size_t> matters;
  for (const Decision& decision : recording.decisions) {
    const auto [matter, fresh] = matters.emplace(decision.choice, matters.size());
    if (fresh)
      text +=
          fmt::format("{}{}\n", matter_word,
                      decision.choice.about == About::foreign ? recording.describe(matter->first)
                                                              : words_of(matter->first));
    text += fmt::format("{} {}\n", matter->second, decision.answer);
  }
  return text + last_line(recording.decisions.size(), text);
}

Recording parse_recording(std::string_view text) {
  if (text.empty()) throw Damaged("it is empty");
  const std::size_t header_end = text.find('\n');
  const Json header = parse_document(text.substr(0, header_end), schema, version);
  const std::size_t last_begin =
      text.ends_with('\n') ? text.rfind('\n', text.size() - 2) : std::string_view::npos;
  if (last_begin == std::string_view::npos || !text.substr(last_begin + 1).starts_with(end_word))
    throw Damaged("its last line is missing, so the rest is not all of it");
  const std::string_view body = text.substr(0, last_begin + 1);
  // The count is of what is read, so the last line is right as a whole or not at all.
  const std::string_view last = text.substr(last_begin + 1);
  if (!last.ends_with(fmt::format(" {:08x}\n", crc_of(body))))
    throw Damaged("its checksum does not fit: it is not as it was written");
  Recording recording = recording_from(header);
  Lines lines(recording);
  for (std::string_view rest = body.substr(header_end + 1); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    lines.read(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  if (last != last_line(recording.decisions.size(), body))
    throw Damaged("its last line counts other decisions than there are");
  return recording;
}

}  // namespace peal::sim
