// Entries as bytes, for storage.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/entry.hpp"

namespace peal::codec {

/// Replaces bytes by the entry's stored form, at most encoded_bytes_max(entry) of them. The same
/// entry always has the same bytes.
void encode_entry(const Entry& entry, std::vector<std::uint8_t>& bytes);

/// Nothing when the bytes are not exactly one well-formed entry.
[[nodiscard]] std::optional<Entry> decode_entry(std::span<const std::uint8_t> bytes);

}  // namespace peal::codec
