// What arrives in a chat, and the messages of its person.
#include "cli/chat_room.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/telling.hpp"
#include "cli/terminal.hpp"
#include "cli/unread.hpp"
#include "core/text_rules.hpp"
#include "runtime/loop.hpp"

namespace peal::cli {
namespace {

/// On the disks of a majority; on the leader's alone, which has nobody else in its view.
constexpr const char* majority_mark = "  \u2713\u2713";
constexpr const char* alone_mark = "  \u2713";
/// What a merged split brings comes in many pieces, close together.
constexpr Duration merge_pause = milliseconds(200);
constexpr Duration mark_every = seconds(20);

const char* mark_of(std::uint32_t copies) { return copies > 1 ? majority_mark : alone_mark; }

}  // namespace

ChatRoom::ChatRoom(Connection& connection, Screen& screen, std::string name)
    : connection_(connection),
      screen_(screen),
      name_(std::move(name)),
      stream_(connection, [this](const Outcome& outcome) { on_outcome(outcome); }),
      late_timer_(connection.loop().loop(), [this] { show_late(); }),
      shown_as_(name_),
      presence_timer_(connection.loop().loop(), [this] { say_presence(); }) {
  connection_.set_handler([this](const ClientEffect& effect) { on_effect(effect); });
}

ChatRoom::~ChatRoom() {
  connection_.set_handler(nullptr);
  show_late();
}

void ChatRoom::enter(const RoomName& room, std::size_t latest) {
  introduce(connection_, name_);
  connection_.submit(JoinRoom{room});
  room_ = room;
  redraw();
  if (latest == 0) return;
  for (const Conversation::Seen& post : history(connection_, room, latest)) {
    know(post.first);
    screen_.show(line_of(post, stdout));
  }
  on_own_name(connection_.home()->name);
  marks_ = true;
  show_unread();
  mark_read();
}

void ChatRoom::finish() {
  if (!marks_ || !room_ || !connection_.home() || latest_[*room_] <= marked_) return;
  connection_.submit(MarkRead{*room_, latest_[*room_]});
}

void ChatRoom::show_unread() {
  for (const Unread& unread : unread_of(connection_, name_)) {
    if (unread.messages == 0 || unread.conversation.with == Destination{*room_}) continue;
    const std::string name = harmless(name_of(unread.conversation));
    screen_.note(fmt::format(
        "{} unread in {}{}", count_of(unread), name,
        unread.mentions != 0 ? fmt::format(" ({} name you)", unread.mentions) : std::string()));
  }
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
  mark_read();
  redraw();
}

void ChatRoom::on_effect(const ClientEffect& effect) {
  if (stream_.on_effect(effect)) return redraw();
  if (const auto* connected = std::get_if<Connected>(&effect)) {
    if (connected->failed_over && !connected->sent_on)
      screen_.note(
          fmt::format("your server went silent: attached to {} now", text_of(connected->home)));
    on_own_name(connected->name);
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
  std::string line = line_of(delivery, stdout, &here_);
  const Destination* to = timeline_of(delivery.body);
  if (to == nullptr || line.empty()) return line;
  const RoomName* room = std::get_if<RoomName>(to);
  const Post* post = std::get_if<Post>(&delivery.body);
  if (post != nullptr && delivery.author != connection_.user() && mentions(post->text, name_))
    line += paint(Colour::yellow, "  (names you)");
  if (room == nullptr) return line + paint(Colour::dim, "  (to you alone)");
  if (room_ && *room == *room_) return line;
  return line + paint(Colour::dim, "  (in " + harmless(room->value) + ")");
}

void ChatRoom::know(const Delivery& delivery) {
  const auto conversation = conversation_of(delivery, connection_.user());
  if (!conversation) return;
  EntryKey& latest = latest_[*conversation];
  latest = std::max(latest, key_of(delivery));
  if (room_ && *conversation == Destination{*room_}) here_.apply(delivery);
}

void ChatRoom::on_delivery(const Delivery& delivery) {
  if (observer_) observer_(delivery);
  const auto conversation = conversation_of(delivery, connection_.user());
  const Post* post = std::get_if<Post>(&delivery.body);
  const bool late = post != nullptr && conversation && key_of(delivery) < latest_[*conversation];
  const std::string line = line_for(delivery);
  know(delivery);
  if (line.empty()) return;
  if (post == nullptr || delivery.message.session != connection_.session()) {
    if (late) return take_late(line);
    screen_.show(line);
    if (conversation && room_ && *conversation == Destination{*room_}) mark_read();
    return;
  }
  if (std::holds_alternative<UserId>(post->to)) return;  // Shown with its verdict.
  // Two ways lead here, and either may be the faster one: the verdict, and the delivery.
  const auto verdict = acknowledged_.extract(delivery.message);
  if (verdict.empty()) {
    early_[delivery.message] = line;
    return;
  }
  redraw();
  screen_.show(line + paint(Colour::green, mark_of(verdict.mapped().copies)));
}

void ChatRoom::take_late(std::string line) {
  late_.push_back(std::move(line));
  late_timer_.after(merge_pause);
}

void ChatRoom::show_late() {
  if (late_.empty()) return;
  screen_.note(merged_line(late_.size()) + ":");
  for (const std::string& line : late_) screen_.show(line);
  late_.clear();
}

void ChatRoom::mark_read() {
  if (!room_ || !marks_) return;
  const EntryKey upto = latest_[*room_];
  const Instant now = runtime::Loop::now();
  if (upto <= marked_ || (marked_ != EntryKey{} && now < marked_at_ + mark_every)) return;
  marked_ = upto;
  marked_at_ = now;
  submit(MarkRead{*room_, upto}, [](const std::string&) {});
}

void ChatRoom::on_own_name(const std::string& displayed) {
  if (displayed.empty() || displayed == shown_as_) return;
  shown_as_ = displayed;
  if (displayed == name_) return;
  screen_.note(fmt::format(
      "{} is somebody else's: they had the name first. You are shown as {}; /nick NAME chooses "
      "another",
      harmless(name_), harmless(displayed)));
}

void ChatRoom::on_outcome(const Outcome& outcome) {
  const auto node = waiting_.extract(outcome.line);
  if (node.empty()) return;
  const Waiting& own = node.mapped();
  if (!outcome.accepted)
    return screen_.note(
        fmt::format("not sent: {} (\"{}\")", outcome.why, harmless(own.text.substr(0, 40))));
  if (!own.to.empty())
    return screen_.show(
        fmt::format("{}  {} {}{}", paint(Colour::dim, clock_time(runtime::Loop::wall())),
                    paint(Colour::dim, "to " + harmless(own.to) + ":"), harmless(own.text),
                    paint(Colour::green, mark_of(outcome.accepted->copies))));
  if (const auto early = early_.extract(outcome.message)) {
    redraw();
    return screen_.show(early.mapped() + paint(Colour::green, mark_of(outcome.accepted->copies)));
  }
  acknowledged_[outcome.message] = {own.text, outcome.accepted->copies};
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
  std::map<UserId, std::string> online;
  for (const OnlineUser& user : users) {
    if (user.user == connection_.user()) {
      on_own_name(user.name);
    } else if (!user.name.empty()) {
      online[user.user] = user.name;
    }
  }
  presence_.learn(std::move(online), runtime::Loop::now());
  say_presence();
}

void ChatRoom::say_presence() {
  for (const std::string& line : presence_.due(runtime::Loop::now())) screen_.note(line);
  presence_timer_.at(presence_.next());
}

void ChatRoom::redraw() {
  std::vector<std::string> lines;
  for (const auto& [id, own] : acknowledged_)
    lines.push_back("       " + harmless(own.text) + mark_of(own.copies));
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
