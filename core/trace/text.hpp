// Values of the machines as text, for people who compare states.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/chat_state.hpp"
#include "core/entry.hpp"
#include "core/mark.hpp"
#include "core/parts.hpp"
#include "core/time.hpp"
#include "core/trace/kinds.hpp"
#include "core/trace/names.hpp"
#include "core/trace/words.hpp"

namespace peal::trace {

/// Writes values in one line: {name value, ...} for what has members, [a, b] for lists, {k: v} for
/// maps. Ends with "..." when it gets longer than `most` characters.
class TextWriter {
 public:
  explicit TextWriter(std::size_t most) : most_(most) {}

  [[nodiscard]] std::string text() && {
    if (text_.size() > most_) text_.replace(most_, std::string::npos, "...");
    return std::move(text_);
  }

  template <class T>
  void put(const T& value) {
    if (text_.size() > most_) return;
    if constexpr (std::is_same_v<T, bool>) {
      text_ += value ? "true" : "false";
    } else if constexpr (std::is_same_v<T, Mark>) {
      text_ += mark_name(value);
    } else if constexpr (std::is_enum_v<T>) {
      text_ += enumerator_name(value);
    } else if constexpr (std::is_integral_v<T>) {
      text_ += std::to_string(value);
    } else if constexpr (std::is_same_v<T, Instant>) {
      value == never ? put_word("never") : micro(value.us);
    } else if constexpr (OfMicroseconds<T>) {
      micro(value.us);
    } else if constexpr (OfMilliseconds<T>) {
      text_ += std::to_string(value.ms) + " ms";
    } else if constexpr (std::is_same_v<T, RoomName>) {
      put_word(value.value);
    } else if constexpr (is_random_id<T>) {
      text_ += id_word(value.value);
    } else if constexpr (std::is_same_v<T, Sender>) {
      text_ += name_of_machine(value);
    } else if constexpr (std::is_same_v<T, Member>) {
      member_of_a_view(value);
    } else if constexpr (OfValue<T>) {
      put(value.value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      quoted(value);
    } else if constexpr (std::is_same_v<T, UserId>) {
      text_ += to_hex(value, 8);
    } else if constexpr (std::is_same_v<T, Endpoint>) {
      address(value);
    } else if constexpr (std::is_same_v<T, EntryId>) {
      put(value.log);
      text_ += ':';
      put(value.seq);
    } else if constexpr (std::is_same_v<T, SharedEntry>) {
      put(*value);
    } else if constexpr (InParts<T>) {
      Parts::of(value, [this](const auto&... parts) {
        [[maybe_unused]] std::string_view names = Parts::names<T>;
        std::string_view before = "{";
        ((this->member(std::exchange(before, ", "), take_name(names), parts)), ...);
        text_ += before == "{" ? "{}" : "}";
      });
    } else if constexpr (codec::Described<T>) {
      std::string_view before = "{";
      codec::Wire<T>::each([&]<class F>(F) {
        this->member(std::exchange(before, ", "), member_name<F>, F::of(value));
        return true;
      });
      text_ += before == "{" ? "{}" : "}";
    } else {
      container(value);
    }
  }

 private:
  void put_word(std::string_view word) { text_ += word; }
  void micro(std::int64_t us) { text_ += std::to_string(us) + " us"; }
  void hex(std::uint8_t byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    text_ += digits[byte >> 4U];
    text_ += digits[byte & 15U];
  }
  void quoted(std::string_view text) {
    text_ += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') text_ += '\\';
      if (static_cast<unsigned char>(c) < ' ') {
        text_ += "\\x";
        hex(static_cast<std::uint8_t>(c));
      } else {
        text_ += c;
      }
    }
    text_ += '"';
  }
  void address(const Endpoint& endpoint) {
    if (endpoint.is_v4()) {
      for (std::size_t i = 12; i < 16; ++i)
        text_ += (i == 12 ? "" : ".") + std::to_string(endpoint.ip[i]);
    } else {
      text_ += '[';
      address_v6(endpoint);
      text_ += ']';
    }
    text_ += ':' + std::to_string(endpoint.port);
  }
  /// As RFC 5952 wants it: the first longest row of zeros becomes "::".
  void address_v6(const Endpoint& endpoint) {
    const auto group = [&](std::size_t i) {
      return static_cast<unsigned>(endpoint.ip[2 * i] << 8U | endpoint.ip[2 * i + 1]);
    };
    std::size_t first = 8;
    std::size_t longest = 1;
    for (std::size_t i = 0; i < 8; ++i) {
      std::size_t end = i;
      while (end < 8 && group(end) == 0) ++end;
      if (end - i <= longest) continue;
      longest = end - i;
      first = i;
    }
    for (std::size_t i = 0; i < 8; ++i) {
      if (i == first) {
        text_ += "::";
        i += longest - 1;
      } else {
        if (i != 0 && !text_.ends_with(':')) text_ += ':';
        short_hex(group(i));
      }
    }
  }
  void short_hex(unsigned number) {
    for (const unsigned shift : {12U, 8U, 4U, 0U})
      if (number >> shift != 0 || shift == 0) text_ += "0123456789abcdef"[number >> shift & 15U];
  }
  void member_of_a_view(const Member& member) {
    text_ += "server " + std::to_string(member.id.value) + " (" + id_word(member.incarnation.value);
    for (const Endpoint& endpoint : member.addresses) {
      text_ += ' ';
      address(endpoint);
    }
    text_ += ')';
  }
  template <class T>
  void member(std::string_view before, std::string_view name, const T& value) {
    text_ += before;
    text_ += name.ends_with('_') ? name.substr(0, name.size() - 1) : name;
    text_ += ' ';
    put(value);
  }

  template <class T>
  void container(const T& value) {
    if constexpr (is_optional<T>) {
      value ? put(*value) : put_word("none");
    } else if constexpr (is_pair<T>) {
      text_ += '(';
      put(value.first);
      text_ += ", ";
      put(value.second);
      text_ += ')';
    } else if constexpr (is_variant<T>) {
      std::visit([this](const auto& one) { this->put(one); }, value);
    } else if constexpr (std::is_same_v<T, std::monostate>) {
      text_ += "none";
    } else {
      items(value);
    }
  }

  template <class T>
  void items(const T& value) {
    text_ += Ordered<T> ? '{' : '[';
    std::string_view before;
    for (const auto& item : value) {
      text_ += std::exchange(before, ", ");
      if constexpr (is_map<T>) {
        put(item.first);
        text_ += ": ";
        put(item.second);
      } else {
        put(item);
      }
      if (text_.size() > most_) return;
    }
    text_ += Ordered<T> ? '}' : ']';
  }

  std::size_t most_;
  std::string text_;
};

template <class T>
std::string text_of(const T& value, std::size_t most = 200) {
  TextWriter writer(most);
  writer.put(value);
  return std::move(writer).text();
}

}  // namespace peal::trace
