// What an entry says: the commands that history is made of. Adding one is a local change.
#pragma once

#include <string>
#include <variant>

#include "core/ids.hpp"

namespace peal {

/// A room by name, '#' included, or a user.
struct RoomName {
  std::string value;
  friend auto operator<=>(const RoomName&, const RoomName&) = default;
};
using Destination = std::variant<RoomName, UserId>;

/// Claims a name for the author: the earliest claim by (hlc, log, seq) owns it.
struct RegisterUser {
  std::string name;
  friend auto operator<=>(const RegisterUser&, const RegisterUser&) = default;
};
/// Claims another name; the former one is free again.
struct Rename {
  std::string name;
  friend auto operator<=>(const Rename&, const Rename&) = default;
};
/// Makes a room and its creator a member. Of a room that exists: the author joins.
struct CreateRoom {
  RoomName room;
  friend auto operator<=>(const CreateRoom&, const CreateRoom&) = default;
};
struct JoinRoom {
  RoomName room;
  friend auto operator<=>(const JoinRoom&, const JoinRoom&) = default;
};
struct LeaveRoom {
  RoomName room;
  friend auto operator<=>(const LeaveRoom&, const LeaveRoom&) = default;
};
struct SetTopic {
  RoomName room;
  std::string topic;
  friend auto operator<=>(const SetTopic&, const SetTopic&) = default;
};
struct Post {
  Destination to;
  std::string text;
  friend auto operator<=>(const Post&, const Post&) = default;
};

/// The order of the alternatives is the body's number on the wire and on disk: append only.
using Body = std::variant<RegisterUser, Rename, CreateRoom, JoinRoom, LeaveRoom, SetTopic, Post>;

}  // namespace peal
