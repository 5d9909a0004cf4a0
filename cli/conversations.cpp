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

std::vector<OnlineUser> all_online(Connection& connection) {
  std::vector<OnlineUser> users;
  while (true) {
    const std::string after = users.empty() ? "" : users.back().name;
    const auto page = expect<WhoAnswer>(connection.answer_to(WhoQuery{after}));
    users.insert(users.end(), page.users.begin(), page.users.end());
    if (!page.more || page.users.empty()) break;
  }
  // The answer has everybody who is registered.
  std::erase_if(users, [](const OnlineUser& user) { return !user.home; });
  return users;
}

std::vector<Delivery> history(Connection& connection, const Destination& with,
                              std::optional<std::size_t> last, std::optional<WallTime> since) {
  const auto too_old = [&](const Delivery& post) { return since && post.hlc.wall() < *since; };
  std::vector<Delivery> found;
  HistoryQuery query{.with = with};
  while (!last || found.size() < *last) {
    const std::size_t missing = last ? *last - found.size() : limits::page_items_max;
    query.limit = static_cast<std::uint32_t>(std::min(missing, limits::page_items_max));
    auto page = expect<HistoryAnswer>(connection.answer_to(query));
    std::move(page.items.begin(), page.items.end(), std::back_inserter(found));
    if (!page.more || !page.next || (!found.empty() && too_old(found.back()))) break;
    query.before = page.next;
  }
  std::erase_if(found, too_old);
  std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace peal::cli
