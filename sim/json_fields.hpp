// Reading our own JSON files: every field must be there and be what it should be.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/digest.hpp"

namespace peal::sim {

using Json = nlohmann::ordered_json;

/// What is wrong with a text that should be a file of ours; the words follow the file's name.
class Damaged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The object in the text, when it says that it is of this schema and version; else Damaged.
[[nodiscard]] Json parse_document(std::string_view text, std::string_view schema, int version);

/// The field; Damaged when there is none.
[[nodiscard]] const Json& field(const Json& object, const char* name);
[[nodiscard]] std::string text_field(const Json& object, const char* name);
/// A number, or a string that holds one.
[[nodiscard]] std::uint64_t number_field(const Json& object, const char* name);
[[nodiscard]] std::int64_t signed_field(const Json& object, const char* name);
[[nodiscard]] bool flag_field(const Json& object, const char* name);
[[nodiscard]] Digest digest_field(const Json& object, const char* name);

/// Above 2^53 text, as many readers of JSON lose digits there.
[[nodiscard]] Json number_json(std::uint64_t number);

/// Indented, with an end of line; text that is no UTF-8 is repaired.
[[nodiscard]] std::string document_text(const Json& json);

}  // namespace peal::sim
