// What arrives in a chat, and the messages of its person.
#include "cli/chat_room.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

constexpr const char* majority_mark = "  \u2713\u2713";

}  // namespace

ChatRoom::ChatRoom(Connection& connection, Screen& screen, std::string name)
    : connection_(connection),
      screen_(screen),
      name_(std::move(name)),
      stream_(connection, [this](const Outcome& outcome) { on_outcome(outcome); }) {
  connection_.set_handler([this](const ClientEffect& effect) { on_effect(effect); });
}

ChatRoom::~ChatRoom() { connection_.set_handler(nullptr); }

void ChatRoom::enter(const RoomName& room, std::size_t latest) {
  introduce(connection_, name_);
  connection_.submit(JoinRoom{room});
  room_ = room;
  redraw();
  if (latest == 0) return;
  for (const Delivery& post : history(connection_, room, latest)) screen_.show(line_for(post));
}

void ChatRoom::take_line(const std::string& line) {
  if (line.empty()) return;
  if (!line.starts_with('/')) return post(line);
  if (line.starts_with("//")) return post(line.substr(1));
  const auto space = line.find(' ');
  const std::string_view name = std::string_view(line).substr(0, space);
  const auto words = space == std::string::npos ? line.npos : line.find_first_not_of(' ', space);
  run_command(name, words == line.npos ? "" : line.substr(words));
}

void ChatRoom::post(std::string text) {
  if (!room_) return screen_.note("you are in no room: /join ROOM");
  if (!stream_.has_room())
    return screen_.note("too much is under way: wait until some of it is acknowledged");
  waiting_[++posts_] = {text, ""};
  stream_.post(posts_, *room_, std::move(text));
  redraw();
}

void ChatRoom::on_effect(const ClientEffect& effect) {
  if (stream_.on_effect(effect)) return redraw();
  if (const auto* connected = std::get_if<Connected>(&effect)) {
    if (connected->failed_over)
      screen_.note(
          fmt::format("your server went silent: attached to {} now", text_of(connected->home)));
    return on_view(connected->view);
  }
  if (const auto* lost = std::get_if<Disconnected>(&effect))
    return screen_.note(fmt::format("no server answers{}: looking for one, nothing is lost",
                                    lost->why.empty() ? "" : " (" + harmless(lost->why) + ")"));
  if (const auto* learned = std::get_if<ViewLearned>(&effect)) return on_view(learned->view);
  if (const auto* online = std::get_if<OnlineChanged>(&effect)) return on_online(online->users);
  if (const auto* arrival = std::get_if<Arrived>(&effect)) return on_delivery(arrival->delivery);
  if (const auto* answer = std::get_if<Answered>(&effect)) {
    if (auto node = replies_.extract(answer->ticket)) node.mapped()(answer->body);
    return;
  }
  if (const auto* done = std::get_if<Acknowledged>(&effect)) {
    if (auto node = verdicts_.extract(done->ticket)) node.mapped()("");
  } else if (const auto* rejected = std::get_if<Rejected>(&effect)) {
    if (auto node = verdicts_.extract(rejected->ticket))
      node.mapped()(explain(rejected->reason, rejected->detail));
  }
}

std::string ChatRoom::line_for(const Delivery& delivery) const {
  std::string line = line_of(delivery, stdout);
  const Post* post = std::get_if<Post>(&delivery.body);
  if (post == nullptr || line.empty()) return line;
  const RoomName* room = std::get_if<RoomName>(&post->to);
  if (room == nullptr) return line + paint(Colour::dim, "  (to you alone)");
  if (room_ && *room == *room_) return line;
  return line + paint(Colour::dim, "  (in " + harmless(room->value) + ")");
}

void ChatRoom::on_delivery(const Delivery& delivery) {
  if (observer_) observer_(delivery);
  const std::string line = line_for(delivery);
  if (line.empty()) return;
  const Post* post = std::get_if<Post>(&delivery.body);
  if (post == nullptr || delivery.message.session != connection_.session())
    return screen_.show(line);
  if (std::holds_alternative<UserId>(post->to)) return;  // Shown with its verdict.
  // Two ways lead here, and either may be the faster one: the verdict, and the delivery.
  if (acknowledged_.erase(delivery.message) == 0) {
    early_[delivery.message] = line;
    return;
  }
  redraw();
  screen_.show(line + paint(Colour::green, majority_mark));
}

void ChatRoom::on_outcome(const Outcome& outcome) {
  const auto node = waiting_.extract(outcome.line);
  if (node.empty()) return;
  const Waiting& own = node.mapped();
  if (!outcome.accepted)
    return screen_.note(
        fmt::format("not sent: {} (\"{}\")", outcome.why, harmless(own.text.substr(0, 40))));
  if (!own.to.empty())
    return screen_.show(fmt::format("{}  {} {}{}",
                                    paint(Colour::dim, clock_time(outcome.accepted->hlc.wall())),
                                    paint(Colour::dim, "to " + harmless(own.to) + ":"),
                                    harmless(own.text), paint(Colour::green, majority_mark)));
  if (const auto early = early_.extract(outcome.message)) {
    redraw();
    return screen_.show(early.mapped() + paint(Colour::green, majority_mark));
  }
  acknowledged_[outcome.message] = own.text;
}

void ChatRoom::on_view(const View& view) {
  if (view.id == view_.id) return;
  const ServerId before = view_.id.leader;
  view_ = view;
  if (before && before != view.id.leader)
    screen_.note(fmt::format("{} leads now (view {}, {})", text_of(view.id.leader), view.id.number,
                             counted(view.members.size(), "server")));
  if (view_watch_) view_watch_(view_);
}

void ChatRoom::on_online(const std::vector<OnlineUser>& users) {
  std::map<UserId, std::string> now;
  for (const OnlineUser& user : users)
    if (!user.name.empty() && user.user != connection_.user()) now[user.user] = user.name;
  if (online_known_) {
    for (const auto& [user, name] : now)
      if (!online_.contains(user)) screen_.note(harmless(name) + " is on line");
    for (const auto& [user, name] : online_)
      if (!now.contains(user)) screen_.note(harmless(name) + " is off line");
  }
  online_ = std::move(now);
  online_known_ = true;
}

void ChatRoom::redraw() {
  std::vector<std::string> lines;
  for (const auto& [id, text] : acknowledged_)
    lines.push_back("       " + harmless(text) + majority_mark);
  for (const auto& [n, own] : waiting_)
    lines.push_back("       " + harmless(own.text) + "  \u2026");
  // Many at once are a paste: their number says enough.
  constexpr std::size_t shown_max = 5;
  if (lines.size() > shown_max)
    lines = {fmt::format("       {} on their way  \u2026", lines.size())};
  screen_.set_pending(lines);
  screen_.set_prompt((room_ ? harmless(room_->value) : std::string("(no room)")) + "> ");
}

}  // namespace peal::cli
