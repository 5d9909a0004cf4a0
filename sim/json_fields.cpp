// Fields of our own JSON files, and what is said when they are damaged.
#include "sim/json_fields.hpp"

#include <charconv>

#include <fmt/format.h>

#include "sim/seeds.hpp"

namespace peal::sim {
namespace {

constexpr std::uint64_t exact_in_a_double = std::uint64_t{1} << 53U;

Damaged wrong(const char* name, const char* should_be) {
  return Damaged(fmt::format("its field \"{}\" is not {}", name, should_be));
}

}  // namespace

Json parse_document(std::string_view text, std::string_view schema, int version) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) throw Damaged("it is not one whole JSON object");
  const auto named = json.find("schema");
  if (named == json.end() || *named != schema)
    throw Damaged(fmt::format("it is no file of the kind {}", schema));
  const auto numbered = json.find("version");
  if (numbered == json.end() || *numbered != version)
    throw Damaged(fmt::format("it is of another version than {} of {}", version, schema));
  return json;
}

const Json& field(const Json& object, const char* name) {
  if (!object.is_object()) throw wrong(name, "in an object");
  const auto found = object.find(name);
  if (found == object.end()) throw Damaged(fmt::format("it has no field \"{}\"", name));
  return *found;
}

std::string text_field(const Json& object, const char* name) {
  const Json& value = field(object, name);
  if (!value.is_string()) throw wrong(name, "text");
  return value.get<std::string>();
}

std::uint64_t number_field(const Json& object, const char* name) {
  const Json& value = field(object, name);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  const auto number = value.is_string() ? parse_seed(value.get<std::string>()) : std::nullopt;
  if (!number) throw wrong(name, "a whole number");
  return *number;
}

std::int64_t signed_field(const Json& object, const char* name) {
  const Json& value = field(object, name);
  if (!value.is_number_integer()) throw wrong(name, "a whole number");
  return value.get<std::int64_t>();
}

bool flag_field(const Json& object, const char* name) {
  const Json& value = field(object, name);
  if (!value.is_boolean()) throw wrong(name, "true or false");
  return value.get<bool>();
}

Digest digest_field(const Json& object, const char* name) {
  const std::string text = text_field(object, name);
  Digest digest;
  const auto read = [&](std::size_t from, std::uint64_t& half) {
    const char* begin = text.data() + from;
    const auto [end, error] = std::from_chars(begin, begin + 16, half, 16);
    if (error != std::errc{} || end != begin + 16) throw wrong(name, "a digest");
  };
  if (text.size() != 32) throw wrong(name, "a digest");
  read(0, digest.high);
  read(16, digest.low);
  return digest;
}

Json number_json(std::uint64_t number) {
  if (number > exact_in_a_double) return std::to_string(number);
  return number;
}

std::string document_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace peal::sim
