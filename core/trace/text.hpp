// Values of the machines as text, for people who compare states.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/chat_state.hpp"
#include "core/entry.hpp"
#include "core/parts.hpp"
#include "core/time.hpp"
#include "core/trace/kinds.hpp"
#include "core/trace/names.hpp"

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
      for (std::size_t i = 0; i < 16; ++i) {
        if (i != 0 && i % 2 == 0) text_ += ':';
        hex(endpoint.ip[i]);
      }
      text_ += ']';
    }
    text_ += ':' + std::to_string(endpoint.port);
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
