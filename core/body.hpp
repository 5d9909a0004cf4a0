// What an entry says: the commands that history is made of.
//
// Adding one: the struct with its fields here, at the end of Body; what it means in
// core/chat_rules.hpp and one of the files beside it; how people see it in cli/output.cpp. The rest
// (wire, digests, sizes, limits, timelines) follows from the fields.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/fields.hpp"
#include "core/hlc.hpp"
#include "core/ids.hpp"
#include "core/limits.hpp"

namespace peal {

/// A room by name, '#' included, or a user.
struct RoomName {
  std::string value;
  friend auto operator<=>(const RoomName&, const RoomName&) = default;
};
using Destination = std::variant<RoomName, UserId>;

/// The place of an entry in every timeline: a linear extension of causal order.
struct EntryKey {
  Hlc hlc;
  EntryId id;
  friend constexpr auto operator<=>(const EntryKey&, const EntryKey&) = default;
};

template <auto Member>
using NameField = Field<Member, AtMost<limits::name_bytes_max>>;

/// Claims a name for the author: the earliest claim by (hlc, log, seq) owns it.
struct RegisterUser {
  std::string name;
  friend auto operator<=>(const RegisterUser&, const RegisterUser&) = default;
  using Fields = FieldList<NameField<&RegisterUser::name>>;
};
/// Claims another name; the former one is free again.
struct Rename {
  std::string name;
  friend auto operator<=>(const Rename&, const Rename&) = default;
  using Fields = FieldList<NameField<&Rename::name>>;
};
/// Makes a room and its creator a member. Of a room that exists: the author joins.
/// The author of the first entry that names a room so, this or a JoinRoom, owns it.
struct CreateRoom {
  RoomName room;
  friend auto operator<=>(const CreateRoom&, const CreateRoom&) = default;
  using Fields = FieldList<Field<&CreateRoom::room>>;
};
struct JoinRoom {
  RoomName room;
  friend auto operator<=>(const JoinRoom&, const JoinRoom&) = default;
  using Fields = FieldList<Field<&JoinRoom::room>>;
};
struct LeaveRoom {
  RoomName room;
  friend auto operator<=>(const LeaveRoom&, const LeaveRoom&) = default;
  using Fields = FieldList<Field<&LeaveRoom::room>>;
};
struct SetTopic {
  RoomName room;
  std::string topic;
  friend auto operator<=>(const SetTopic&, const SetTopic&) = default;
  using Fields =
      FieldList<Field<&SetTopic::room>, Field<&SetTopic::topic, AtMost<limits::topic_bytes_max>>>;
};
struct Post {
  Destination to;
  std::string text;
  friend auto operator<=>(const Post&, const Post&) = default;
  using Fields = FieldList<Field<&Post::to>, Field<&Post::text, AtMost<limits::text_bytes_max>>>;
};
/// Gives an own post another text. to: where the post is. Without effect on posts of others.
struct EditPost {
  Destination to;
  MessageId post;
  std::string text;
  friend auto operator<=>(const EditPost&, const EditPost&) = default;
  using Fields = FieldList<Field<&EditPost::to>, Field<&EditPost::post, NotNone>,
                           Field<&EditPost::text, AtMost<limits::text_bytes_max>>>;
};
/// Takes the text of an own post away, for good. Without effect on posts of others.
struct DeletePost {
  Destination to;
  MessageId post;
  friend auto operator<=>(const DeletePost&, const DeletePost&) = default;
  using Fields = FieldList<Field<&DeletePost::to>, Field<&DeletePost::post, NotNone>>;
};
/// Puts a sign below a post, or takes it away again (on: false).
struct React {
  Destination to;
  MessageId post;
  std::string sign;
  bool on = true;
  friend auto operator<=>(const React&, const React&) = default;
  using Fields = FieldList<Field<&React::to>, Field<&React::post, NotNone>,
                           Field<&React::sign, AtMost<limits::sign_bytes_max>>, Field<&React::on>>;
};
/// The author has read this conversation up to a key. The highest counts.
struct MarkRead {
  Destination conversation;
  EntryKey upto;
  friend auto operator<=>(const MarkRead&, const MarkRead&) = default;
  using Fields = FieldList<Field<&MarkRead::conversation>, Field<&MarkRead::upto>>;
};
/// From now on only those enter the room who were invited, or everybody again. Its owner may.
struct SetPrivacy {
  RoomName room;
  bool only_invited = false;
  friend auto operator<=>(const SetPrivacy&, const SetPrivacy&) = default;
  using Fields = FieldList<Field<&SetPrivacy::room>, Field<&SetPrivacy::only_invited>>;
};
/// Lets a user into a private room, or back into one that they were removed from. Of a private
/// room its members may, of one that they were removed from its owner.
struct Invite {
  RoomName room;
  UserId user;
  friend auto operator<=>(const Invite&, const Invite&) = default;
  using Fields = FieldList<Field<&Invite::room>, Field<&Invite::user, NotNone>>;
};
/// Puts a user out of a room until they are invited again. Its owner may.
struct RemoveMember {
  RoomName room;
  UserId user;
  friend auto operator<=>(const RemoveMember&, const RemoveMember&) = default;
  using Fields = FieldList<Field<&RemoveMember::room>, Field<&RemoveMember::user, NotNone>>;
};

/// The order of the alternatives is the body's number on the wire and on disk: append only.
using Body = std::variant<RegisterUser, Rename, CreateRoom, JoinRoom, LeaveRoom, SetTopic, Post,
                          EditPost, DeletePost, React, MarkRead, SetPrivacy, Invite, RemoveMember>;

/// The text that people read of a post or an edit; empty for every other body.
[[nodiscard]] inline std::string_view text_said(const Body& body) {
  if (const auto* post = std::get_if<Post>(&body)) return post->text;
  const auto* edit = std::get_if<EditPost>(&body);
  return edit != nullptr ? std::string_view(edit->text) : std::string_view();
}

/// The conversation in whose timeline a body stands, as its author names it; null for one that
/// stands in none.
[[nodiscard]] inline const Destination* timeline_of(const Body& body) {
  return std::visit(
      [](const auto& b) -> const Destination* {
        if constexpr (requires { b.to; }) {
          return &b.to;
        } else {
          return nullptr;
        }
      },
      body);
}

}  // namespace peal
