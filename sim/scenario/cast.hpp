// Who is who while a scenario is read: servers by their ids, people and messages as they appear.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sim/scenario/tokens.hpp"
#include "sim/setup.hpp"

namespace peal::sim {

/// Names of servers are known once the line `servers` was read; people appear by being named.
class Cast {
 public:
  explicit Cast(Setup& setup) : setup_(setup) {}

  /// A server of the run, counted from 0.
  std::size_t server(Tokens& tokens) const;
  std::size_t person(Tokens& tokens);
  Place host(Tokens& tokens);
  [[nodiscard]] static bool sees_host(const Tokens& tokens) {
    return tokens.sees_numbered('s') || tokens.sees_numbered('p');
  }
  /// A room, or a person as partner of a conversation.
  Destination destination(Tokens& tokens) const;
  static RoomName room(Tokens& tokens);

  /// A new label, or one that some message has already. what was said under it is needed where a
  /// body refers to it.
  std::uint32_t new_label(Tokens& tokens, const SayBody& said);
  std::uint32_t label(Tokens& tokens) const;
  /// The conversation of the post with this label as a person names it.
  [[nodiscard]] Destination conversation(std::uint32_t label, std::size_t person) const;

  [[nodiscard]] const Setup& setup() const { return setup_; }

 private:
  Setup& setup_;
  std::map<std::uint32_t, SayBody> said_;
};

}  // namespace peal::sim
