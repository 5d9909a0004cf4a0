// The commands of a chat: /help and what it lists.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/chat_room.hpp"
#include "cli/status.hpp"
#include "cli/telling.hpp"
#include "cli/terminal.hpp"
#include "core/text_rules.hpp"
#include "runtime/profile.hpp"

namespace peal::cli {
namespace {

constexpr std::size_t latest_when_joining = 10;

/// The identity goes with the name: the key's file is found by it.
std::string carry_key(const std::filesystem::path& directory, const std::string& from,
                      const std::string& to) {
  const auto file = [&](const std::string& name) {
    return directory / "people" / (runtime::file_name_of(name) + ".key");
  };
  std::error_code error;
  if (std::filesystem::exists(file(to), error))
    return fmt::format(
        "an older identity is in {}: move it away and rename {} to it, or --as {} "
        "will not be you",
        file(to).string(), file(from).string(), to);
  std::filesystem::rename(file(from), file(to), error);
  if (error)
    return fmt::format("rename {} to {} yourself, or --as {} will not be you: {}",
                       file(from).string(), file(to).string(), to, error.message());
  return {};
}

std::string without_end(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

void ChatRoom::submit(Body body, Verdict then) {
  verdicts_[connection_.say(std::move(body))] = std::move(then);
}

void ChatRoom::ask(Question question, Reply then) {
  replies_[connection_.ask(std::move(question))] =
      [this, then = std::move(then)](const AnswerBody& answer) {
        if (const auto* refused = std::get_if<QueryRefused>(&answer))
          return screen_.note(explain(refused->reason, refused->detail));
        if (std::holds_alternative<Later>(answer))
          return screen_.note("the server is too busy to answer: try again in a moment");
        then(answer);
      };
}

void ChatRoom::run_command(std::string_view name, const std::string& words) {
  if (const auto extra = extras_.find(name); extra != extras_.end())
    return extra->second.run(words);
  if (name == "/quit") {
    quit_ = true;
  } else if (name == "/help") {
    show_help();
  } else if (name == "/who") {
    show_who();
  } else if (name == "/rooms") {
    show_rooms();
  } else if (name == "/status") {
    ask_status([this](const StatusAnswer& status) {
      screen_.show(without_end(status_text(status, stdout)));
    });
  } else if (name == "/msg") {
    message_user(words);
  } else if (name == "/nick") {
    rename(words);
  } else if (!run_room_command(name, words) && !run_post_command(name, words) &&
             !run_admission_command(name, words)) {
    screen_.note(fmt::format("there is no command {}: /help lists them; // begins a message with /",
                             harmless(name)));
  }
}

bool ChatRoom::run_room_command(std::string_view name, const std::string& words) {
  if (name == "/join") {
    join(words);
  } else if (name == "/leave") {
    leave(words);
  } else if (name == "/topic") {
    set_topic(words);
  } else {
    return false;
  }
  return true;
}

void ChatRoom::show_help() {
  std::string text =
      "/who               users on line\n"
      "/rooms             rooms that exist\n"
      "/join ROOM         go to a room; a new one is opened\n"
      "/leave [ROOM]      leave a room\n"
      "/topic TEXT        set the topic of this room\n"
      "/msg USER TEXT     to this user alone\n"
      "/edit TEXT         another text for your last message here\n"
      "/delete            take your last message here away\n"
      "/react SIGN        put a sign to the last message here; again takes it back\n"
      "/private, /public  only those who are invited enter this room, or everybody\n"
      "/invite USER       let a user into this room\n"
      "/remove USER       put a user out of this room\n"
      "/nick NAME         another name for you\n"
      "/status            the ring: who leads, who follows\n";
  for (const auto& [name, extra] : extras_)
    if (!extra.help.empty()) text += extra.help + "\n";
  screen_.show(text + "/quit              or Ctrl-D");
}

void ChatRoom::show_who() {
  ask(WhoQuery{}, [this](const AnswerBody& body) {
    const auto& answer = std::get<WhoAnswer>(body);
    Table table({{"user"}, {"home"}});
    for (const OnlineUser& user : answer.users)
      if (user.home)
        table.add({user.name.empty() ? "(no name yet)" : harmless(user.name), text_of(user.home)});
    screen_.show(without_end(table.text(stdout)) + (answer.more ? "\n(and more: peal who)" : ""));
  });
}

void ChatRoom::show_rooms() {
  ask(RoomsQuery{}, [this](const AnswerBody& body) {
    const auto& answer = std::get<RoomsAnswer>(body);
    Table table({{"room"}, {"members", Table::Align::right}, {"topic"}});
    for (const RoomInfo& room : answer.rooms)
      table.add({harmless(room.name.value), std::to_string(room.members), harmless(room.topic)});
    screen_.show(without_end(table.text(stdout)) + (answer.more ? "\n(and more: peal rooms)" : ""));
  });
}

void ChatRoom::ask_status(std::function<void(const StatusAnswer&)> then) {
  ask(StatusQuery{},
      [then = std::move(then)](const AnswerBody& body) { then(std::get<StatusAnswer>(body)); });
}

void ChatRoom::join(const std::string& words) {
  const RoomName room{words.starts_with('#') ? words : "#" + words};
  if (!valid_room_name(room.value)) return screen_.note("/join ROOM: a name without blanks or '~'");
  submit(JoinRoom{room}, [this, room](const std::string& refusal) {
    if (!refusal.empty()) return screen_.note(refusal);
    room_ = room;
    here_ = {};
    marked_ = {};
    redraw();
    screen_.note("in " + harmless(room.value) + " now");
    show_latest(room, latest_when_joining);
  });
}

void ChatRoom::show_latest(const RoomName& room, std::size_t count) {
  HistoryQuery query{.with = room, .limit = static_cast<std::uint32_t>(count)};
  ask(query, [this](const AnswerBody& body) {
    std::vector<Delivery> items = std::get<HistoryAnswer>(body).items;
    for (const Delivery& item : items) know(item);
    for (const Conversation::Seen& post : here_.posts()) screen_.show(line_of(post, stdout));
    mark_read();
  });
}

void ChatRoom::leave(const std::string& words) {
  if (words.empty() && !room_) return screen_.note("you are in no room: /join ROOM");
  const RoomName room =
      words.empty() ? *room_ : RoomName{words.starts_with('#') ? words : "#" + words};
  submit(LeaveRoom{room}, [this, room](const std::string& refusal) {
    if (!refusal.empty()) return screen_.note(refusal);
    if (room_ && *room_ == room) room_.reset();
    redraw();
    screen_.note("left " + harmless(room.value));
  });
}

void ChatRoom::set_topic(const std::string& words) {
  if (!room_) return screen_.note("you are in no room: /join ROOM");
  change(SetTopic{*room_, words});
}

void ChatRoom::message_user(const std::string& words) {
  const auto space = words.find(' ');
  const auto begin = space == std::string::npos ? space : words.find_first_not_of(' ', space);
  if (begin == std::string::npos) return screen_.note("/msg USER TEXT");
  const std::string to = words.substr(0, space);
  with_user(to, [this, to, text = words.substr(begin)](UserId user) {
    if (!stream_.has_room())
      return screen_.note("too much is under way: wait until some of it is acknowledged");
    waiting_[++posts_] = {text, to};
    stream_.post(posts_, user, text);
    redraw();
  });
}

void ChatRoom::rename(const std::string& words) {
  if (!valid_user_name(words)) return screen_.note("/nick NAME: a name without blanks or '~'");
  submit(Rename{words}, [this, words](const std::string& refusal) {
    if (!refusal.empty()) return screen_.note(refusal);
    const std::string trouble =
        words == name_ ? "" : carry_key(connection_.reach().profile_directory(), name_, words);
    name_ = words;
    shown_as_ = words;
    screen_.note("you are " + harmless(words) + " now");
    if (!trouble.empty()) screen_.note(trouble);
  });
}

}  // namespace peal::cli
