// Questions of clients: status, rooms, people, history and words in it.
#include <algorithm>
#include <utility>

#include "core/limits.hpp"
#include "core/mutant.hpp"
#include "core/search_words.hpp"
#include "core/server.hpp"
#include "core/text_rules.hpp"

namespace peal {
namespace {

constexpr std::size_t page_bytes = 60'000;
constexpr std::uint32_t page_posts = 128;

QueryRefused attach_first() { return {RejectReason::not_registered, "attach first"}; }

}  // namespace

void Server::on(Context& c, const From& from, const Query& query) {
  HomeSession* session = session_of(from);
  if (session != nullptr) session->heard = c.now;
  const UserId user = session != nullptr ? session->user : UserId{};
  if (const auto* history = std::get_if<HistoryQuery>(&query.question))
    return read_history(c, from, query, *history);
  if (const auto* search = std::get_if<SearchQuery>(&query.question))
    return read_search(c, from, query, *search);
  AnswerBody body = Later{};
  if (std::holds_alternative<StatusQuery>(query.question)) body = status(c.now);
  if (const auto* question = std::get_if<RoomsQuery>(&query.question))
    body = rooms(*question, user);
  if (const auto* question = std::get_if<WhoQuery>(&query.question)) body = who(*question);
  if (const auto* question = std::get_if<FindUserQuery>(&query.question)) {
    const auto found = history_.chat().find_displayed(question->name);
    body = FindUserAnswer{found.value_or(UserId{}), question->name};
  }
  if (const auto* question = std::get_if<ConversationsQuery>(&query.question))
    body = user ? AnswerBody(conversations(*question, user)) : AnswerBody(attach_first());
  if (const auto* command = std::get_if<LeaveCommand>(&query.question)) body = obey(c, *command);
  if (const auto* command = std::get_if<DrainCommand>(&query.question)) body = obey(c, *command);
  if (const auto* command = std::get_if<RemoveCommand>(&query.question)) body = obey(c, *command);
  c.effects.send(from.at, Answer{query.n, std::move(body)});
}

StatusAnswer Server::status(Instant now) const {
  StatusAnswer answer;
  answer.cluster = config_.cluster;
  answer.view = view_.id;
  answer.self = self_.id;
  answer.role = role();
  answer.trouble = trouble_;
  if (const auto* looking = std::get_if<Looking>(&role_); looking != nullptr && looking->full)
    answer.trouble = "the cluster has " + std::to_string(limits::members_max) +
                     " servers already; stop one of them, or use another cluster name";
  if (answer.trouble.empty() && !damaged_.empty())
    answer.trouble = "stored entries that are damaged and fetched from other servers: " +
                     std::to_string(damaged_.size()) + "; check the disk";
  answer.servers = server_statuses();
  answer.users = history_.chat().user_count();
  answer.rooms = history_.chat().room_count();
  answer.sessions = sessions_.size();
  answer.held = history_.held();
  answer.stable = stable_;
  answer.history = history_.digest();
  for (const auto& [name, value] : counters_) answer.counters.push_back({name, value});
  answer.absent = absent_servers(now);
  answer.joining = joining();
  answer.draining = draining_;
  return answer;
}

std::vector<AbsentServer> Server::absent_servers(Instant now) const {
  std::vector<AbsentServer> absent;
  if (!in_view()) return absent;  // Who is in one, is for others to say.
  for (const auto& [id, peer] : peers_.all()) {
    if (find_member(view_.members, id) != nullptr) continue;
    AbsentServer one{peer.member, std::nullopt};
    if (peer.heard_at) one.member.addresses = {peer.heard_at};
    if (peer.heard.us >= 0) one.silent = now - peer.heard;
    absent.push_back(std::move(one));
  }
  return absent;
}

std::vector<ServerStatus> Server::server_statuses() const {
  std::vector<ServerStatus> all;
  for (const Member& member : view_.members) {
    ServerStatus one;
    one.member = member;
    one.role = member.id == view_.id.leader ? Role::leader : Role::member;
    const Peer* peer = peers_.find(member.id);
    if (member.id == self_.id) {
      one.role = role();
      one.lag = history_.held().count_beyond(history_.durable());
      one.skew = milliseconds(clock_.own_skew_ms());
    } else if (peer != nullptr) {
      if (peer->heard_at) one.member.addresses = {peer->heard_at};
      one.rtt = peer->round_trip.smoothed();
      one.alive = !suspected_.contains(member.id);
      one.skew = milliseconds(clock_.skew_ms(member.id));
    }
    if (const VersionVector* durable = copies_.durable_of(member.id);
        durable != nullptr && leading() != nullptr)
      one.lag = history_.held().count_beyond(*durable);
    all.push_back(std::move(one));
  }
  if (all.empty()) all.push_back({self_, role(), true, 0, {}});
  return all;
}

RoomsAnswer Server::rooms(const RoomsQuery& query, UserId user) const {
  RoomsAnswer answer{history_.chat().rooms_after(query.after, limits::page_items_max / 2 + 1, user),
                     false};
  answer.more = answer.rooms.size() > limits::page_items_max / 2;
  if (answer.more) answer.rooms.pop_back();
  return answer;
}

WhoAnswer Server::who(const WhoQuery& query) const {
  WhoAnswer answer;
  for (const ChatState::User& user :
       history_.chat().users_after(query.after, limits::page_items_max + 1)) {
    const auto online = std::ranges::find(online_.users, user.id, &OnlineUser::user);
    answer.users.push_back(
        {user.id, online == online_.users.end() ? ServerId{} : online->home, user.displayed});
  }
  answer.more = answer.users.size() > limits::page_items_max;
  if (answer.more) answer.users.pop_back();
  return answer;
}

ConversationsAnswer Server::conversations(const ConversationsQuery& query, UserId user) const {
  const ChatState& chat = history_.chat();
  ConversationsAnswer answer;
  for (Destination& with :
       chat.conversations_after(query.after, user, limits::page_items_max + 1)) {
    const auto* other = std::get_if<UserId>(&with);
    std::string name = other != nullptr ? chat.displayed_name(*other) : std::string();
    const EntryKey read_upto = chat.read_marker(user, with);
    answer.conversations.push_back({std::move(with), std::move(name), read_upto});
  }
  answer.more = answer.conversations.size() > limits::page_items_max;
  if (answer.more) answer.conversations.pop_back();
  return answer;
}

/// What a person saw before asking, at a former home or from a group, is on its way here, or on the
/// other side of a split. No page without it for a while.
bool Server::lacks_what_was_seen(Context& c, HomeSession& session,
                                 const VersionVector& seen) const {
  if (history_.durable().covers(seen)) {
    session.ahead_since = Instant{-1};
  } else if (session.ahead_since == Instant{-1}) {
    session.ahead_since = c.now;
  }
  if (session.ahead_since != Instant{-1} && c.now < session.ahead_since + config_.gap_wait)
    return true;
  return c.now < session.since + config_.gap_wait && !history_.durable().covers(session.start);
}

/// Nobody knows what a stranger saw at our former self, perhaps, whose disk is no more. No page for
/// a while without what is known to be stable.
bool Server::lacks_what_is_stable(Context& c) const {
  if (in_view_since_.us < 0) return true;
  return c.now < in_view_since_ + config_.gap_wait &&
         !(order_.released().covers(history_.durable()) && order_.released().covers(stable_));
}

/// Whether a conversation (null: whatever the session may read) can be read now, and by this
/// session. None: it can.
std::optional<AnswerBody> Server::holds_back_history(Context& c, HomeSession* session,
                                                     const VersionVector& seen,
                                                     const Destination* with) const {
  // What our former self showed may be among what is not known to be stable again yet: no page
  // without it.
  if (!order_.released().covers(recovered_) && !MUTANT(stale_pages)) return Later{};
  if (session != nullptr && lacks_what_was_seen(c, *session, seen) && !MUTANT(stale_pages))
    return Later{};
  if (session == nullptr && lacks_what_is_stable(c) && !MUTANT(stale_pages)) return Later{};
  if (const auto* room = with != nullptr ? std::get_if<RoomName>(with) : nullptr) {
    if (!history_.chat().may_see(*room, session != nullptr ? session->user : UserId{}))
      return QueryRefused{RejectReason::not_invited, "only its members read " + room->value};
  } else if (with != nullptr && session == nullptr) {
    return attach_first();
  }
  if (reads_.size() >= limits::reads_pending_max) return Later{};
  return std::nullopt;
}

void Server::read_history(Context& c, const From& from, const Query& asked,
                          const HistoryQuery& query) {
  const std::uint64_t n = asked.n;
  HomeSession* session = session_of(from);
  VersionVector seen;
  if (session != nullptr) seen = VersionVector(asked.seen);
  if (auto answer = holds_back_history(c, session, seen, &query.with)) {
    c.effects.send(from.at, Answer{n, *std::move(answer)});
    return;
  }
  TimelineRead read;
  read.before = query.before;
  read.limit = std::clamp<std::uint32_t>(query.limit, 1, page_posts);
  std::optional<RoomName> in_room;
  if (const auto* room = std::get_if<RoomName>(&query.with)) {
    read.room = *room;
    in_room = *room;
  } else {
    read.a = session->user;
    read.b = std::get<UserId>(query.with);
  }
  if (session != nullptr) seen.merge(session->told);
  reads_.emplace(++token_reads_, ForQuery{from.at, n, std::move(in_room), std::move(seen), false});
  c.effects.add(Read{Token{token_reads_}, std::move(read)});
}

/// What is read is what the asking user may read: rooms, and their own direct conversations.
void Server::read_search(Context& c, const From& from, const Query& asked,
                         const SearchQuery& query) {
  SearchRead read;
  read.words = words_of(query.text);
  if (read.words.empty() || !valid_utf8(query.text)) {
    c.effects.send(from.at, Answer{asked.n, QueryRefused{RejectReason::invalid_text,
                                                         "there is no word to look for"}});
    return;
  }
  HomeSession* session = session_of(from);
  VersionVector seen;
  if (session != nullptr) seen = VersionVector(asked.seen);
  const Destination* in = query.in ? &*query.in : nullptr;
  if (auto answer = holds_back_history(c, session, seen, in)) {
    c.effects.send(from.at, Answer{asked.n, *std::move(answer)});
    return;
  }
  read.before = query.before;
  read.limit = std::clamp<std::uint32_t>(query.limit, 1, page_posts);
  if (session != nullptr) read.self = session->user;
  if (in == nullptr) {
    read.hidden = history_.chat().rooms_hidden_from(read.self);
  } else if (const auto* room = std::get_if<RoomName>(in)) {
    read.room = *room;
  } else {
    read.with = std::get<UserId>(*in);
  }
  if (session != nullptr) seen.merge(session->told);
  reads_.emplace(++token_reads_, ForQuery{from.at, asked.n, read.room, std::move(seen), true});
  c.effects.add(Read{Token{token_reads_}, std::move(read)});
}

/// A room whose every join was lost with its disks still has its posts: there is no such room when
/// there are no posts of it either.
AnswerBody Server::answer_to(const ForQuery& query, const ReadDone& done) const {
  if (done.entries.empty() && query.room && !history_.chat().room_exists(*query.room))
    return QueryRefused{RejectReason::no_such_room, query.room->value};
  HistoryAnswer page = history_page(done, query.shown);
  if (!query.searches) return page;
  return SearchAnswer{std::move(page.items), page.more, page.next};
}

/// Of what storage has, what may be shown: what was released, here or where the reader was shown
/// it, each message once, at its smallest key.
HistoryAnswer Server::history_page(const ReadDone& done, const VersionVector& shown) const {
  const auto visible = [&](EntryId entry) {
    return order_.released().covers(entry) || shown.covers(entry);
  };
  HistoryAnswer answer;
  answer.more = done.more;
  std::size_t bytes = 0;
  for (const StoredEntry& stored : done.entries) {
    bytes += encoded_bytes_max(*stored.entry) + limits::name_bytes_max;
    if (answer.next && bytes > page_bytes) {
      answer.more = true;
      break;
    }
    answer.next = stored.entry->key();
    if (!visible(stored.entry->id)) continue;
    const bool repeated = std::ranges::any_of(stored.copies, [&](const EntryKey& copy) {
      return copy < stored.entry->key() && visible(copy.id);
    });
    if (!repeated)
      answer.items.push_back(delivery_of(*stored.entry, order_.missing(*stored.entry)));
  }
  return answer;
}

}  // namespace peal
