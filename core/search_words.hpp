// What it means that a text has the words that somebody looks for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace peal {

/// The words of a text, in order: runs of letters and digits. A to Z become lower case; every byte
/// of another script counts as a letter and stays as it is.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// True when every one of `wanted` (as words_of() makes them) is a word of the text; the last may
/// be the beginning of one. None wanted: false. Indexes of real disks also take letters of other
/// scripts in either case, with accents or without, for the same.
[[nodiscard]] bool has_words(std::string_view text, const std::vector<std::string>& wanted);

}  // namespace peal
