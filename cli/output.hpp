// The words and JSON of ids, times, addresses and deliveries: the same in every command.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "core/client_io.hpp"
#include "core/endpoint.hpp"
#include "core/message.hpp"

namespace peal::cli {

/// Keeps keys in the order in which they were written, so that output reads like its description.
using Json = nlohmann::ordered_json;

/// Up to 2^53 a number; above it text, as many readers of JSON lose digits there.
[[nodiscard]] Json json_of(std::uint64_t number);
[[nodiscard]] Json json_of(ViewId view);
[[nodiscard]] Json json_of(const VersionVector& vector);
/// In one line. Text that is no UTF-8 is repaired.
[[nodiscard]] std::string line_of(const Json& value);
/// One line on standard output, flushed.
void print_json(const Json& value);

[[nodiscard]] std::string text_of(EntryId entry);
[[nodiscard]] std::string text_of(MessageId message);
[[nodiscard]] std::string text_of(Digest digest);
[[nodiscard]] std::string text_of(UserId user);
/// "s5" for people.
[[nodiscard]] std::string text_of(ServerId server);
[[nodiscard]] std::string text_of(Role role);
/// "192.0.2.7:7401", "[fe80::1%eth0]:7401"; "-" when there is none.
[[nodiscard]] std::string text_of(const Endpoint& endpoint);
/// "1 message", "2 messages".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);
/// The same for a noun whose plural is not made with an s: "1 entry", "2 entries".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view one, std::string_view many);
/// What a refusal means to the person who is refused, and what to do about it.
[[nodiscard]] std::string explain(RejectReason reason, std::string_view detail);

/// RFC 3339 in UTC with milliseconds: "2026-01-31T12:03:04.567Z".
[[nodiscard]] std::string rfc3339(WallTime time);
/// "12:03" here; with the date before it when that is not today.
[[nodiscard]] std::string clock_time(WallTime time);

}  // namespace peal::cli
