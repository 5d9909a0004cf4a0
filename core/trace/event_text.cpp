// Events and effects as text, in one line.
#include "core/trace/event_text.hpp"

#include <type_traits>
#include <variant>

#include "core/trace/text.hpp"
#include "core/trace/words.hpp"

namespace peal::trace {
namespace {

template <class T>
std::string with_its_name(const T& what, std::size_t most) {
  return std::string(type_name<T>()) + ' ' + text_of(what, most);
}

template <class T>
std::string event_words(const T& what, std::size_t most) {
  if constexpr (std::is_same_v<T, Received>) {
    return "from " + name_of_machine(what.packet.sender) + ": " + kind_name(what.packet.message) +
           ' ' + text_of(what.packet.message, most);
  } else if constexpr (std::is_same_v<T, Wake>) {
    return "its deadline has come";
  } else if constexpr (std::is_same_v<T, Stop>) {
    return "it is asked to leave";
  } else if constexpr (std::is_same_v<T, Close>) {
    return "its program ends";
  } else {
    return text_of(what, most);
  }
}

template <class Variant>
std::string effect_words(const Variant& effect, std::size_t most) {
  return std::visit(
      [&]<class T>(const T& what) {
        if constexpr (std::is_same_v<T, Notice>)
          return std::visit([&](const auto& one) { return with_its_name(one, most); }, what);
        else
          return with_its_name(what, most);
      },
      effect);
}

}  // namespace

std::string event_text(const Event& event, std::size_t most) {
  return std::visit([&](const auto& what) { return event_words(what, most); }, event.what);
}
std::string event_text(const ClientEvent& event, std::size_t most) {
  return std::visit([&](const auto& what) { return event_words(what, most); }, event.what);
}

std::string effect_text(const Effect& effect, std::size_t most) {
  return effect_words(effect, most);
}
std::string effect_text(const ClientEffect& effect, std::size_t most) {
  return effect_words(effect, most);
}

}  // namespace peal::trace
