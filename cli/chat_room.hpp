// One person's side of a chat: what arrives becomes lines, what is typed becomes messages and
// commands.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/connection.hpp"
#include "cli/message_stream.hpp"
#include "cli/presence_notes.hpp"
#include "cli/screen.hpp"
#include "runtime/loop.hpp"

namespace peal::cli {

/// Commands begin with '/'; everything else is a message to the current room. Lives beside its
/// connection, whose effects it handles.
class ChatRoom {
 public:
  ChatRoom(Connection& connection, Screen& screen, std::string name);
  ~ChatRoom();
  ChatRoom(const ChatRoom&) = delete;
  ChatRoom& operator=(const ChatRoom&) = delete;

  /// A command of the program around the chat: its words after the name. `help` is its line in
  /// /help.
  struct Extra {
    std::string help;
    std::function<void(const std::string& words)> run;
  };
  void add_command(const std::string& name, Extra extra) { extras_[name] = std::move(extra); }
  /// Sees every delivery, before the chat does.
  void set_observer(std::function<void(const Delivery&)> observer) {
    observer_ = std::move(observer);
  }

  /// Joins the room and shows its latest messages. Waits; throws Trouble when that is refused.
  void enter(const RoomName& room, std::size_t latest);
  /// Before the end: the servers remember how far this person read. Waits.
  void finish();
  /// A line that was typed: a command or a message.
  void take_line(const std::string& line);
  /// Asks any server and calls back with its answer.
  void ask_status(std::function<void(const StatusAnswer&)> then);
  /// A message to the current room, whatever it begins with.
  void post(std::string text);

  /// Called when more can be posted after there was no room for it.
  void set_on_room(std::function<void()> on_room) { stream_.set_on_room(std::move(on_room)); }
  [[nodiscard]] const MessageStream& stream() const { return stream_; }
  /// Own messages that were acknowledged and have not come back as deliveries yet.
  [[nodiscard]] std::size_t not_shown_yet() const { return acknowledged_.size(); }
  /// A question has no answer yet.
  [[nodiscard]] bool asking() const { return !replies_.empty(); }
  [[nodiscard]] bool quit() const { return quit_; }
  [[nodiscard]] const View& view() const { return view_; }
  /// Called with every view that is new.
  void set_view_watch(std::function<void(const View&)> watch) { view_watch_ = std::move(watch); }

 private:
  using Verdict = std::function<void(const std::string& refusal)>;  ///< empty: accepted
  using Reply = std::function<void(const AnswerBody&)>;

  void on_effect(const ClientEffect& effect);
  void on_delivery(const Delivery& delivery);
  void on_view(const View& view);
  void on_online(const std::vector<OnlineUser>& users);
  void say_presence();
  void on_outcome(const Outcome& outcome);
  void run_command(std::string_view name, const std::string& words);
  [[nodiscard]] bool run_room_command(std::string_view name, const std::string& words);
  void submit(Body body, Verdict then);
  void ask(Question question, Reply then);
  void show_help();
  void show_who();
  void show_rooms();
  void join(const std::string& words);
  void leave(const std::string& words);
  void set_topic(const std::string& words);
  void message_user(const std::string& words);
  void rename(const std::string& words);
  [[nodiscard]] bool run_post_command(std::string_view name, const std::string& words);
  [[nodiscard]] bool run_admission_command(std::string_view name, const std::string& words);
  void edit(const std::string& words);
  void remove_post();
  void react(const std::string& words);
  void change(Body body);
  void with_user(const std::string& name, std::function<void(UserId)> then);
  void show_unread();
  /// The person has seen what is on the screen: says so to the servers, not too often.
  void mark_read();
  /// How one's name is shown now; somebody else may have had it first.
  void on_own_name(const std::string& displayed);
  void take_late(std::string line);
  void show_late();
  void know(const Delivery& delivery);
  void show_latest(const RoomName& room, std::size_t count);
  void redraw();
  [[nodiscard]] std::string line_for(const Delivery& delivery) const;

  Connection& connection_;
  Screen& screen_;
  std::string name_;
  std::optional<RoomName> room_;
  MessageStream stream_;
  /// Own messages without a verdict, by number.
  struct Waiting {
    std::string text;
    std::string to;  ///< the user that it is for alone; empty: the room
  };
  std::map<std::uint64_t, Waiting> waiting_;
  struct Written {
    std::string text;
    std::uint32_t copies = 0;
  };
  std::map<MessageId, Written> acknowledged_;  ///< and not delivered back yet
  std::map<MessageId, std::string> early_;     ///< delivered back before their verdict
  std::uint64_t posts_ = 0;
  std::map<Ticket, Verdict> verdicts_;
  std::map<Ticket, Reply> replies_;
  std::map<std::string, Extra, std::less<>> extras_;
  std::function<void(const Delivery&)> observer_;
  std::function<void(const View&)> view_watch_;
  Conversation here_;                       ///< what was shown of the current room
  std::map<Destination, EntryKey> latest_;  ///< shown of each conversation
  std::vector<std::string> late_;  ///< posts of a merged split that wait to be shown together
  runtime::Timer late_timer_;
  bool marks_ = false;  ///< somebody looks at the screen
  EntryKey marked_;     ///< how far the current room was marked as read
  Instant marked_at_;
  std::string shown_as_;  ///< the name that was last said to be one's own
  PresenceNotes presence_;
  runtime::Timer presence_timer_;
  View view_;
  bool quit_ = false;
};

}  // namespace peal::cli
