// What each kind of body means: whether it may become an entry, and what it then changes.
#pragma once

#include "core/chat_state.hpp"

namespace peal {

/// One pair of functions for each kind, in core/rules_of_*.cpp.
/// judge: the form of a body comes before what it says of users and rooms, so that a body of bad
/// form is refused also where the latter cannot be judged.
/// apply: never judges again. What a leader let into history counts everywhere, or replicas would
/// differ by what they knew when it came.
struct ChatRules {
  using State = ChatState;
  using Judgement = ChatState::Judgement;

  // rules_of_names.cpp
  static Judgement judge(const State& state, const RegisterUser& body, UserId author);
  static void apply(State& state, const Entry& entry, const RegisterUser& body);
  static Judgement judge(const State& state, const Rename& body, UserId author);
  static void apply(State& state, const Entry& entry, const Rename& body);

  // rules_of_rooms.cpp
  static Judgement judge(const State& state, const CreateRoom& body, UserId author);
  static void apply(State& state, const Entry& entry, const CreateRoom& body);
  static Judgement judge(const State& state, const JoinRoom& body, UserId author);
  static void apply(State& state, const Entry& entry, const JoinRoom& body);
  static Judgement judge(const State& state, const LeaveRoom& body, UserId author);
  static void apply(State& state, const Entry& entry, const LeaveRoom& body);
  static Judgement judge(const State& state, const SetTopic& body, UserId author);
  static void apply(State& state, const Entry& entry, const SetTopic& body);

  // rules_of_admission.cpp
  static Judgement judge(const State& state, const SetPrivacy& body, UserId author);
  static void apply(State& state, const Entry& entry, const SetPrivacy& body);
  static Judgement judge(const State& state, const Invite& body, UserId author);
  static void apply(State& state, const Entry& entry, const Invite& body);
  static Judgement judge(const State& state, const RemoveMember& body, UserId author);
  static void apply(State& state, const Entry& entry, const RemoveMember& body);

  // rules_of_posts.cpp
  static Judgement judge(const State& state, const Post& body, UserId author);
  static void apply(State& state, const Entry& entry, const Post& body);
  static Judgement judge(const State& state, const EditPost& body, UserId author);
  static void apply(State& state, const Entry& entry, const EditPost& body);
  static Judgement judge(const State& state, const DeletePost& body, UserId author);
  static void apply(State& state, const Entry& entry, const DeletePost& body);
  static Judgement judge(const State& state, const React& body, UserId author);
  static void apply(State& state, const Entry& entry, const React& body);
  static Judgement judge(const State& state, const MarkRead& body, UserId author);
  static void apply(State& state, const Entry& entry, const MarkRead& body);

 private:
  using Room = ChatState::Room;
  static const Room* find(const State& state, const RoomName& room) {
    return state.find_room(room.value);
  }
  /// Why the author may not enter the room; fine when they may.
  static Judgement judge_entering(const State& state, const RoomName& room, UserId author);
  /// Whether the author may speak there.
  static Judgement judge_place(const State& state, const Destination& to, UserId author);
  static Judgement judge_owner(const State& state, const RoomName& room, UserId author);
};

}  // namespace peal
