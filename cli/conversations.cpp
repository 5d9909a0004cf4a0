// The questions that take more than one exchange: names, lists and histories, page by page.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/connection.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "core/limits.hpp"

namespace peal::cli {
namespace {

constexpr Duration catch_up_patience = milliseconds(500);

/// The answer of the kind that belongs to the question; throws Trouble for any other.
template <class Wanted>
Wanted expect(AnswerBody answer) {
  if (Wanted* wanted = std::get_if<Wanted>(&answer)) return std::move(*wanted);
  if (const QueryRefused* refused = std::get_if<QueryRefused>(&answer))
    throw failure(explain(refused->reason, refused->detail));
  throw failure("the server is too busy to answer: try again in a moment");
}

}  // namespace

Reach leader_first(CommandLoop& loop, const Reach& reach) {
  if (!reach.servers.empty()) return reach;
  Connection asker(loop, reach, Connection::Kind::asks_only);
  const auto status = expect<StatusAnswer>(asker.answer_to(StatusQuery{}));
  Reach first = reach;
  for (const ServerStatus& server : status.servers)
    if (server.member.id == status.view.leader && !server.member.addresses.empty())
      first.servers = {text_of(server.member.addresses.front())};
  return first;
}

std::unique_ptr<Connection> up_to_date_connection(CommandLoop& loop, const Reach& reach,
                                                  const std::string& name) {
  const Reach first = leader_first(loop, reach);
  VersionVector stable;
  {
    Connection asker(loop, first, Connection::Kind::asks_only);
    stable = expect<StatusAnswer>(asker.answer_to(StatusQuery{})).stable;
  }
  const Instant end = runtime::Loop::now() + catch_up_patience;
  while (true) {
    auto connection = std::make_unique<Connection>(loop, first, Connection::Kind::person, name);
    connection->connect();
    if (connection->cursor().covers(stable) || runtime::Loop::now() >= end) return connection;
    // A session learns what can be read when it attaches; so the next look is another session.
    loop.run_until([] { return false; }, Patience(5));
  }
}

void introduce(Connection& connection, const std::string& name) {
  connection.connect();
  if (connection.home()->name == name) return;
  connection.submit(RegisterUser{name});
}

std::unique_ptr<Connection> reading_connection(CommandLoop& loop, const Reach& reach,
                                               const std::string& name) {
  if (name.empty())
    return std::make_unique<Connection>(loop, leader_first(loop, reach),
                                        Connection::Kind::asks_only);
  auto connection = up_to_date_connection(loop, reach, name);
  introduce(*connection, name);
  return connection;
}

UserId find_user(Connection& connection, const std::string& name) {
  const auto found = expect<FindUserAnswer>(connection.answer_to(FindUserQuery{name}));
  if (!found.user)
    throw failure(
        fmt::format("nobody is called {}: names are taken at first use of --as", harmless(name)));
  return found.user;
}

std::vector<RoomInfo> all_rooms(Connection& connection) {
  std::vector<RoomInfo> rooms;
  while (true) {
    const std::string after = rooms.empty() ? "" : rooms.back().name.value;
    const auto page = expect<RoomsAnswer>(connection.answer_to(RoomsQuery{after}));
    rooms.insert(rooms.end(), page.rooms.begin(), page.rooms.end());
    if (!page.more || page.rooms.empty()) return rooms;
  }
}

std::vector<OnlineUser> all_users(Connection& connection) {
  std::vector<OnlineUser> users;
  while (true) {
    const std::string after = users.empty() ? "" : users.back().name;
    const auto page = expect<WhoAnswer>(connection.answer_to(WhoQuery{after}));
    users.insert(users.end(), page.users.begin(), page.users.end());
    if (!page.more || page.users.empty()) return users;
  }
}

std::vector<OnlineUser> all_online(Connection& connection) {
  std::vector<OnlineUser> users = all_users(connection);
  std::erase_if(users, [](const OnlineUser& user) { return !user.home; });
  return users;
}

std::vector<ConversationInfo> all_conversations(Connection& connection) {
  std::vector<ConversationInfo> all;
  while (true) {
    const auto after = all.empty() ? std::nullopt : std::optional(all.back().with);
    auto page = expect<ConversationsAnswer>(connection.answer_to(ConversationsQuery{after}));
    std::move(page.conversations.begin(), page.conversations.end(), std::back_inserter(all));
    if (!page.more || page.conversations.empty()) return all;
  }
}

// Page by page back in time: what was said of a post is later than the post itself, so it is known
// when the post comes.
std::vector<Conversation::Seen> history(Connection& connection, const Destination& with,
                                        std::optional<std::size_t> last,
                                        std::optional<WallTime> since) {
  Hlc floor;
  if (since) floor = Hlc{static_cast<std::uint64_t>(std::max<std::int64_t>(since->ms, 0)) << 16U};
  bool more = false;
  // The floor itself still counts.
  const EntryKey after{Hlc{floor.value == 0 ? 0 : floor.value - 1}, {LogId{~std::uint64_t{0}}, 0}};
  std::vector<Conversation::Seen> posts = history_behind(connection, with, after, last, more);
  // Nothing was written after its stamp, so nothing is missing; but stamps may be ahead.
  std::erase_if(posts, [&](const auto& post) { return since && post.first.written() < *since; });
  return posts;
}

std::vector<Conversation::Seen> history_behind(Connection& connection, const Destination& with,
                                               EntryKey after, std::optional<std::size_t> last,
                                               bool& more) {
  Conversation found;
  HistoryQuery query{.with = with};
  more = false;
  bool at_end = false;
  while (!at_end && (!last || found.size() < *last)) {
    const std::size_t missing = last ? *last - found.size() : limits::page_items_max;
    query.limit = static_cast<std::uint32_t>(std::min(missing, limits::page_items_max));
    const auto page = expect<HistoryAnswer>(connection.answer_to(query));
    for (const Delivery& item : page.items)
      if (key_of(item) > after) found.apply(item);
    at_end = !page.more || !page.next || *page.next <= after;
    query.before = page.next;
  }
  more = !at_end;
  std::vector<Conversation::Seen> posts = found.posts();
  if (last && posts.size() > *last)
    posts.erase(posts.begin(), posts.end() - static_cast<std::ptrdiff_t>(*last));
  return posts;
}

SearchResults search(Connection& connection, const std::string& text,
                     const std::optional<Destination>& in, std::size_t last) {
  SearchResults results;
  SearchQuery query{.text = text, .in = in, .before = std::nullopt, .limit = 0};
  while (results.posts.size() < last) {
    query.limit =
        static_cast<std::uint32_t>(std::min(last - results.posts.size(), limits::page_items_max));
    auto page = expect<SearchAnswer>(connection.answer_to(query));
    std::move(page.items.begin(), page.items.end(), std::back_inserter(results.posts));
    results.more = page.more && page.next;
    if (!results.more) break;
    query.before = page.next;
  }
  // Posts of one time come together, however few were asked for.
  if (results.posts.size() > last) {
    results.posts.resize(last);
    results.more = true;
  }
  return results;
}

}  // namespace peal::cli
