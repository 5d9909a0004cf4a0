// docs/protocol.md describes every kind of message with exactly its fields.
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/codec/message_fields.hpp"
#include "core/message.hpp"

namespace peal::codec {
namespace {

/// For each "### <kind> <name>" of the page the names in the first column of the table that starts
/// with "field".
std::map<std::string, std::vector<std::string>> documented_fields() {
  std::map<std::string, std::vector<std::string>> fields;
  std::ifstream page("docs/protocol.md");
  std::string heading;
  bool in_table = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("#")) heading = line.starts_with("### ") ? line.substr(4) : "";
    if (!heading.empty()) fields[heading];
    if (line.starts_with("| field |")) {
      in_table = true;
    } else if (!line.starts_with("|")) {
      in_table = false;
    } else if (in_table && !line.starts_with("|---")) {
      fields[heading].push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  return fields;
}

template <std::size_t... Kind>
std::vector<std::size_t> field_counts(std::index_sequence<Kind...>) {
  return {Wire<std::variant_alternative_t<Kind, Message>>::count...};
}

TEST(ProtocolPage, HasEveryFieldOfEveryKind) {
  const auto documented = documented_fields();
  const auto counts = field_counts(std::make_index_sequence<message_kinds>{});
  for (std::size_t kind = 0; kind < message_kinds; ++kind) {
    const std::string heading = std::to_string(kind) + " " + kind_name(kind);
    ASSERT_TRUE(documented.contains(heading)) << heading;
    EXPECT_EQ(documented.at(heading).size(), counts[kind]) << heading;
  }
}

TEST(ProtocolPage, HasTheLimitsOfTheCode) {
  std::ifstream file("docs/protocol.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(page.find("| count | u64 | 2 to " + std::to_string(limits::fragments_max) + " |"),
            std::string::npos);
  EXPECT_NE(page.find("text " + std::to_string(limits::displayed_name_bytes_max)),
            std::string::npos);
  EXPECT_NE(page.find("stable | list " + std::to_string(limits::delta_pairs_max) + " of"),
            std::string::npos);
}

}  // namespace
}  // namespace peal::codec
