// A client machine on a real socket, as commands use it: say, ask, and wait for what comes of it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_loop.hpp"
#include "cli/reach.hpp"
#include "cli/trouble.hpp"
#include "core/client_io.hpp"
#include "core/conversation.hpp"

namespace peal::runtime {
class ClientHost;
class Recorder;
struct ClientWatch;
}  // namespace peal::runtime

namespace peal::cli {

/// One session. Everything happens inside the loop's run_until(), on the calling thread.
class Connection {
 public:
  enum class Kind {
    asks_only,  ///< nobody is on line because of it
    person      ///< attached as the user of the profile with `name`
  };
  /// session: when it must be a certain one, whose messages may be said again; else a new one.
  Connection(CommandLoop& loop, const Reach& reach, Kind kind, const std::string& name = "",
             SessionId session = {});
  /// Detaches, waiting for the answer a moment.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  using Handler = std::function<void(const ClientEffect&)>;
  /// Called with every effect for programs, in their order, after the connection's own bookkeeping.
  void set_handler(Handler handler) { handler_ = std::move(handler); }

  Ticket say(Body body);
  Ticket ask(Question question);

  /// Waits for a home server; throws Trouble (unreachable) when none answers in time.
  void connect();
  /// Says one body and waits for its verdict; throws Trouble when it is refused or nobody answers.
  Acknowledged submit(Body body);
  /// One question and its answer; throws Trouble when nobody answers. Refusals come back as
  /// QueryRefused.
  AnswerBody answer_to(Question question);

  /// The home server, while there is one.
  [[nodiscard]] const std::optional<Connected>& home() const { return home_; }
  [[nodiscard]] UserId user() const { return user_; }
  [[nodiscard]] SessionId session() const;
  /// Everything up to here is behind this session: was delivered, or could be read when it
  /// attached.
  [[nodiscard]] const VersionVector& cursor() const;
  [[nodiscard]] runtime::NetworkCounters network_counters() const;
  [[nodiscard]] CommandLoop& loop() { return loop_; }
  [[nodiscard]] const Reach& reach() const { return reach_; }
  /// What it means that no server answers and what to do, in one line.
  [[nodiscard]] Trouble nobody_answers() const;

 private:
  void on_effect(const ClientEffect& effect);
  [[nodiscard]] runtime::ClientWatch recording();

  CommandLoop& loop_;
  Reach reach_;
  UserId user_;
  std::optional<Connected> home_;
  Handler handler_;
  std::uint64_t tickets_ = 0;
  /// What submit() and answer_to() wait for; none between them.
  Ticket awaited_;
  std::optional<ClientEffect> outcome_;
  bool closed_ = false;
  std::unique_ptr<runtime::Recorder> recorder_;
  std::unique_ptr<runtime::ClientHost> host_;
};

/// The same, but the leader of now is tried first, unless servers were given. What was acknowledged
/// before is seen there; others may learn a heartbeat later that it is stable.
[[nodiscard]] Reach leader_first(CommandLoop& loop, const Reach& reach);
/// A person's connection at whose home everything can be read that was stable before this call, if
/// that comes about within a moment: the home's own disk may still be writing what others have.
[[nodiscard]] std::unique_ptr<Connection> up_to_date_connection(CommandLoop& loop,
                                                                const Reach& reach,
                                                                const std::string& name);
/// Connects and registers `name` for the connection's user, at first use; throws Trouble when
/// somebody else has it.
void introduce(Connection& connection, const std::string& name);
/// For reading only: of the person with that name, introduced and up to date; or, without a name,
/// of nobody, who sees what is in rooms.
[[nodiscard]] std::unique_ptr<Connection> reading_connection(CommandLoop& loop, const Reach& reach,
                                                             const std::string& name);
/// The user with that displayed name; throws Trouble when there is none.
[[nodiscard]] UserId find_user(Connection& connection, const std::string& name);

/// All pages of an answer, of rooms or of users on line.
[[nodiscard]] std::vector<RoomInfo> all_rooms(Connection& connection);
[[nodiscard]] std::vector<OnlineUser> all_online(Connection& connection);
/// The latest posts of a conversation as they are now, oldest first: at most `last`, or all; from
/// `since` on.
[[nodiscard]] std::vector<Conversation::Seen> history(Connection& connection,
                                                      const Destination& with,
                                                      std::optional<std::size_t> last,
                                                      std::optional<WallTime> since = std::nullopt);
/// The posts behind a key, of which at most `last`; more: there are others between.
[[nodiscard]] std::vector<Conversation::Seen> history_behind(Connection& connection,
                                                             const Destination& with,
                                                             EntryKey after,
                                                             std::optional<std::size_t> last,
                                                             bool& more);
/// The user's rooms, and the users that they talked with.
[[nodiscard]] std::vector<ConversationInfo> all_conversations(Connection& connection);
/// Everybody who is registered; home: none when not on line.
[[nodiscard]] std::vector<OnlineUser> all_users(Connection& connection);
/// The latest `last` posts whose text of now has these words, latest first, edited ones as their
/// latest edit; `more`: there are earlier ones.
struct SearchResults {
  std::vector<Delivery> posts;
  bool more = false;
};
[[nodiscard]] SearchResults search(Connection& connection, const std::string& text,
                                   const std::optional<Destination>& in, std::size_t last);

}  // namespace peal::cli
