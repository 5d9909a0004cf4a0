// peal demo: a ring of real servers on this machine, a chat over it, and the means to kill its
// leader.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/chat_room.hpp"
#include "cli/command.hpp"
#include "cli/local_ring.hpp"
#include "cli/status.hpp"
#include "cli/stop.hpp"
#include "cli/telling.hpp"
#include "cli/terminal.hpp"
#include "runtime/lines.hpp"

namespace peal::cli {
namespace {

struct DemoOptions {
  std::size_t servers = 3;
  bool json = false;
};

constexpr Duration restart_after = milliseconds(1'500);
const RoomName demo_room{"#demo"};

/// The ring, the two members, and what happens between them. `live`: at a terminal.
class Demo {
 public:
  Demo(const DemoOptions& options, bool live) : json_(options.json), live_(live) {
    ignore_broken_pipes();
    catch_stop_signals();
    std::fprintf(stderr, "%s\n",
                 paint(Colour::dim,
                       fmt::format("starting {} ...", counted(options.servers, "server")), stderr)
                     .c_str());
    ring_.emplace(options.servers);
    const Reach reach = reach_of(*ring_);
    watcher_ = std::make_unique<Connection>(loop_, reach, Connection::Kind::person, "robin");
    introduce(*watcher_, "robin");
    watcher_->submit(JoinRoom{demo_room});
    watcher_->set_handler([this](const ClientEffect& effect) { on_watched(effect); });
    connection_ = std::make_unique<Connection>(loop_, reach, Connection::Kind::person, "you");
  }

  ExitCode run() { return live_ ? talk() : pipe_lines(); }

 private:
  ExitCode talk();
  ExitCode pipe_lines();
  void equip(ChatRoom& chat);
  void on_line(std::string line);
  void on_watched(const ClientEffect& effect);
  void on_kill(const std::string& words);
  void kill_server(ServerId server);
  void kill_leader();
  void on_view(const View& view);
  void show_status();
  [[nodiscard]] std::set<ServerId> dead();
  [[nodiscard]] ExitCode verdict() const;

  bool json_;
  bool live_;
  CommandLoop loop_;
  std::optional<LocalRing> ring_;
  std::unique_ptr<Connection> watcher_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Screen> screen_;
  std::unique_ptr<ChatRoom> chat_;
  std::unique_ptr<runtime::LineReader> reader_;
  std::map<ServerId, std::unique_ptr<runtime::Timer>> restarts_;
  std::vector<std::string> posted_;    ///< piped lines, in order
  std::vector<std::string> observed_;  ///< our messages as robin got them
  std::size_t kills_wanted_ = 0;       ///< /kill leader while there was none to kill
  ServerId killed_leader_;
  Instant killed_at_;
  bool ended_ = false;
};

void Demo::on_watched(const ClientEffect& effect) {
  const auto* arrival = std::get_if<Arrived>(&effect);
  if (arrival == nullptr) return;
  const Post* post = std::get_if<Post>(&arrival->delivery.body);
  if (post == nullptr || arrival->delivery.message.session != connection_->session()) return;
  observed_.push_back(post->text);
  if (live_) return;
  if (json_) return print_json(json_of(arrival->delivery));
  std::puts(line_of(arrival->delivery, stdout).c_str());
  std::fflush(stdout);
}

void Demo::equip(ChatRoom& chat) {
  chat.add_command(
      "/kill", {"/kill leader       kill -9 of the leader's process (or /kill s2); it comes back",
                [this](const std::string& words) { on_kill(words); }});
  chat.add_command("/status", {"", [this](const std::string&) { show_status(); }});
  chat.set_view_watch([this](const View& view) { on_view(view); });
}

ExitCode Demo::talk() {
  screen_ = std::make_unique<LiveScreen>(loop_, [this](std::optional<std::string> line) {
    if (!line) ended_ = true;
    if (line && chat_) chat_->take_line(*line);
  });
  chat_ = std::make_unique<ChatRoom>(*connection_, *screen_, "you");
  equip(*chat_);
  chat_->enter(demo_room, 0);
  show_status();
  loop_.run_until([this] { return !chat_->asking(); }, Patience(2'000));
  screen_->note("robin listens, attached to " +
                (watcher_->home() ? text_of(watcher_->home()->home) : std::string("some server")) +
                "; type something, then /kill leader; /help lists the commands");
  loop_.run_until([this] { return ended_ || chat_->quit(); }, forever);
  chat_.reset();
  screen_.reset();
  return ExitCode::done;
}

void Demo::on_line(std::string line) {
  if (line == "/status") return show_status();
  if (line.starts_with("/kill ")) return on_kill(line.substr(6));
  if (line.empty()) return;  // No message.
  posted_.push_back(line);
  chat_->post(std::move(line));
  if (!chat_->stream().has_room()) reader_->pause();
}

ExitCode Demo::pipe_lines() {
  screen_ = std::make_unique<QuietScreen>();
  chat_ = std::make_unique<ChatRoom>(*connection_, *screen_, "you");
  equip(*chat_);
  chat_->enter(demo_room, 0);
  reader_ = std::make_unique<runtime::LineReader>(
      loop_.loop(), STDIN_FILENO, [this](std::string line) { on_line(std::move(line)); },
      [this] { ended_ = true; });
  chat_->set_on_room([this] { reader_->resume(); });
  wait_for_all(*connection_, chat_->stream(),
               [this] { return ended_ && kills_wanted_ == 0 && !chat_->asking(); });
  const auto all_seen = [this] { return observed_.size() >= chat_->stream().acknowledged(); };
  loop_.run_until(all_seen, verdict_patience);
  // A message that came twice would come late.
  loop_.run_until([] { return false; }, Patience(200));
  return verdict();
}

ExitCode Demo::verdict() const {
  if (stop_requested()) throw failure("interrupted");
  if (chat_->stream().refused() > 0)
    throw failure(counted(chat_->stream().refused(), "line") + " of the input was refused");
  const auto [sent, seen] =
      std::mismatch(posted_.begin(), posted_.end(), observed_.begin(), observed_.end());
  if (sent != posted_.end() || seen != observed_.end())
    throw failure(fmt::format("robin got {} of {}; the first difference is at line {}",
                              observed_.size(), counted(posted_.size(), "message"),
                              sent - posted_.begin() + 1));
  std::fprintf(
      stderr, "%s\n",
      paint(Colour::dim,
            fmt::format("robin got {}, each once and in order", counted(posted_.size(), "message")),
            stderr)
          .c_str());
  return ExitCode::done;
}

void Demo::on_kill(const std::string& words) {
  if (words == "leader") return kill_leader();
  const auto digits = words.starts_with('s') ? words.substr(1) : words;
  for (const ServerId server : ring_->servers())
    if (std::to_string(server.value) == digits) return kill_server(server);
  screen_->note(fmt::format("/kill leader, or one of s1 to s{}", ring_->servers().size()));
}

void Demo::kill_leader() {
  const ServerId leader = chat_->view().id.leader;
  if (leader && ring_->runs(leader)) return kill_server(leader);
  ++kills_wanted_;
  screen_->note("the leader is dead already: the next one will be killed as soon as it leads");
}

void Demo::kill_server(ServerId server) {
  if (!ring_->kill(server)) return screen_->note(text_of(server) + " is dead already");
  if (server == chat_->view().id.leader) {
    killed_leader_ = server;
    killed_at_ = runtime::Loop::now();
  }
  screen_->note(fmt::format("killed {}{} with kill -9", text_of(server),
                            server == chat_->view().id.leader ? ", the leader," : ""));
  auto& timer = restarts_[server];
  timer = std::make_unique<runtime::Timer>(loop_.loop(), [this, server] {
    ring_->start(server);
    screen_->note(text_of(server) + " starts again on what its disk holds");
  });
  timer->after(restart_after);
}

void Demo::on_view(const View& view) {
  if (killed_leader_ && view.id.leader != killed_leader_) {
    const Duration took = runtime::Loop::now() - killed_at_;
    screen_->note(fmt::format("{} was elected; we heard of it {} ms after the kill",
                              text_of(view.id.leader), took.us / 1'000));
    killed_leader_ = {};
  }
  if (kills_wanted_ == 0 || !ring_->runs(view.id.leader)) return;
  --kills_wanted_;
  kill_server(view.id.leader);
}

std::set<ServerId> Demo::dead() {
  std::set<ServerId> dead;
  for (const ServerId server : ring_->servers())
    if (!ring_->runs(server)) dead.insert(server);
  return dead;
}

void Demo::show_status() {
  chat_->ask_status([this](const StatusAnswer& status) {
    const std::string text = status_text(status, live_ ? stdout : stderr, dead()) +
                             fmt::format("robin has got {}", counted(observed_.size(), "message"));
    if (live_)
      screen_->show(text);
    else
      screen_->note(text);
  });
}

ExitCode demo(const DemoOptions& options) {
  const bool live = is_terminal(stdin) && is_terminal(stdout) && !options.json;
  Demo demo(options, live);
  return demo.run();
}

}  // namespace

Command add_demo(CLI::App& peal) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* app =
      peal.add_subcommand("demo", "Several real servers on this machine, and a chat over them");
  app->add_option("--servers", options->servers, "How many servers")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 16).description(""));
  app->add_flag("--json", options->json,
                "Piped lines: what robin got, as `peal read --json` has it");
  app->footer(
      "The servers are processes of their own, find each other by discovery, and end with the "
      "demo.\n"
      "With a terminal: a chat; /kill leader kills the leader's process, /status shows the ring.\n"
      "Without one, each line of standard input is a message (or /kill leader, /status); what the\n"
      "other member of the room gets is printed; exit code 0 only when every line arrived once and "
      "in\n"
      "order.\n\n"
      "Examples:\n"
      "  peal demo\n"
      "  peal demo --servers 5\n"
      "  (seq 1000; echo /kill leader; seq 1001 2000) | peal demo");
  return {app, [options] { return demo(*options); }};
}

}  // namespace peal::cli
