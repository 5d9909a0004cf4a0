// Which names and texts people may use: everything that shows unambiguously in one line, or as a
// message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peal {

/// Takes the first code point off text. Absent when text is empty or does not start with valid
/// UTF-8 (no overlong forms, no surrogates, at most U+10FFFF); text is then left as it was.
[[nodiscard]] std::optional<char32_t> take_code_point(std::string_view& text);
[[nodiscard]] bool valid_utf8(std::string_view text);

/// 1 to limits::name_characters_max code points that are visible: no control, blank, invisible or
/// direction-changing characters. Neither starts with '#' nor contains '~', which mark rooms and
/// the later claims of a name.
[[nodiscard]] bool valid_user_name(std::string_view name);
/// As a user name, but starts with '#', with at least one character after it.
[[nodiscard]] bool valid_room_name(std::string_view name);

/// The first bytes_max bytes of text or less, so that no code point of valid UTF-8 is cut in two.
[[nodiscard]] std::string cut_text(std::string_view text, std::size_t bytes_max);

/// What a reaction shows: an emoji or a short word, 1 to limits::sign_bytes_max bytes of valid
/// UTF-8 without control characters and blanks.
[[nodiscard]] bool valid_sign(std::string_view sign);
/// Whether a text names a user: '@' and the name as displayed, neither part of a longer word.
[[nodiscard]] bool mentions(std::string_view text, std::string_view name);

enum class TextFault : std::uint8_t { none, empty, too_long, invalid };
/// A post: at most limits::text_bytes_max of valid UTF-8, without control characters but \n and \t.
[[nodiscard]] TextFault check_text(std::string_view text);
/// A topic: one line of at most limits::topic_bytes_max; may be empty.
[[nodiscard]] TextFault check_topic(std::string_view topic);

}  // namespace peal
