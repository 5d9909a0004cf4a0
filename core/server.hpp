// One server of the ring as a deterministic state machine.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/agreed_clock.hpp"
#include "core/config.hpp"
#include "core/copies.hpp"
#include "core/delivery_order.hpp"
#include "core/effect.hpp"
#include "core/event.hpp"
#include "core/history.hpp"
#include "core/home_session.hpp"
#include "core/parts.hpp"
#include "core/peers.hpp"
#include "core/prng.hpp"
#include "core/push_stream.hpp"
#include "core/ring.hpp"
#include "core/roles.hpp"
#include "core/submissions.hpp"
#include "core/timers.hpp"
#include "core/voting.hpp"

namespace peal {

/// A queue or table that has a limit, as the oracle `bounded` and `status` see it.
struct Load {
  const char* name = "";
  std::size_t now = 0;
  std::size_t limit = 0;
};

/// A value: copy it, compare it, digest it. The driver calls step() with a time that never goes
/// back, with one event at a time, and carries out the effects in their order before the next call.
/// It calls step() with Wake at next_deadline() or a little later. A new server is due at once.
/// What must not be said before it is durable is held back here, so a driver may carry out effects
/// at once.
class Server {
 public:
  Server(ServerConfig config, const Recovered& recovered, Instant now);

  void step(Instant now, const Event& event, Effects& effects);
  [[nodiscard]] Instant next_deadline() const { return timers_.next(); }
  /// Of the whole state, with deadlines relative to now: equal states at different times have equal
  /// digests.
  [[nodiscard]] Digest digest(Instant now) const;

  [[nodiscard]] ServerId id() const { return self_.id; }
  [[nodiscard]] Incarnation incarnation() const { return self_.incarnation; }
  [[nodiscard]] Role role() const;
  [[nodiscard]] const View& view() const { return view_; }
  [[nodiscard]] const VersionVector& held() const { return history_.held(); }
  [[nodiscard]] const VersionVector& durable() const { return history_.durable(); }
  [[nodiscard]] const VersionVector& stable() const { return stable_; }
  [[nodiscard]] const History& history() const { return history_; }
  [[nodiscard]] std::vector<Load> loads() const;
  [[nodiscard]] const Voting& voting() const { return voting_; }
  [[nodiscard]] const Timers& timers() const { return timers_; }

  friend bool operator==(const Server&, const Server&) = default;

 private:
  /// What one step works with.
  struct Context {
    Instant now;
    WallTime wall;
    Effects& effects;
  };
  struct From {
    Endpoint at;
    Sender who;
  };

  // --- server.cpp: events and the end of a step
  void handle(Context& c, const Received& event);
  void handle(Context& c, const Malformed& event);
  void handle(Context& c, const RefusedAt& event);
  void handle(Context& c, const Wake&) { run_timers(c); }
  void handle(Context& c, const Written& event);
  void handle(Context& c, const WriteFailed& event);
  void handle(Context& c, const ReadDone& event);
  void handle(Context& c, const ReadFailed& event);
  void handle(Context& c, const AddressesChanged& event);
  void handle(Context& c, const Stop&);
  [[nodiscard]] bool admit_sender(Context& c, const Received& event);
  [[nodiscard]] bool answers_now(Context& c, const Message& message) const;
  [[nodiscard]] bool said_to_members(const Message& message) const;
  void hear_leader(Context& c, Following& following, const Message& message);
  void id_in_use(Context& c, const Received& event);
  void run_timers(Context& c);
  void settle(Context& c);
  [[nodiscard]] bool ignores(const Message& message) const;
  [[nodiscard]] bool invents(const Message& message) const;
  [[nodiscard]] bool of_another_cluster(const Message& message) const;

  // --- server_discovery.cpp
  void on(Context& c, const From& from, const Probe& probe);
  void on(Context& c, const From& from, const Announce& announce);
  void on(Context& c, const From& from, const Join& join);
  void on(Context& c, const From& from, const JoinAnswer& answer);
  [[nodiscard]] Announce announce() const;
  [[nodiscard]] bool looks_itself(Context& c, const Member& member) const;
  void look(Context& c);
  void probe(Context& c);
  void ask_to_join(Context& c, Looking& looking);
  void nobody_answered(Context& c);
  void admit(Context& c, const Member& member);

  // --- server_catch_up.cpp
  void forget_learners(Context& c, Leading& leading);
  [[nodiscard]] std::size_t pushes_for(Context& c, ServerId peer);
  void pushed_to_learner(Context& c, ServerId peer, std::size_t pushes);
  [[nodiscard]] std::vector<EntryId> stable_of(const Push& push) const;
  void measure_catch_up(Context& c, Looking& looking, std::uint64_t lag);
  [[nodiscard]] std::optional<Joining> joining() const;
  [[nodiscard]] const Member* catches_up_from() const;
  [[nodiscard]] bool gathers_writes(Context& c);

  // --- server_membership.cpp
  void on(Context& c, const From& from, const ViewChange& change);
  void on(Context& c, const From& from, const ViewAck& ack);
  void on(Context& c, const From& from, const NotAMember& not_member);
  void on(Context& c, const From& from, const Leave& leave);
  void on(Context& c, const From& from, const Merge& merge);
  void lead(Context& c, View view, bool pull);
  void follow(Context& c, const View& view);
  void end_votes_up_to_view();
  void installed(Context& c);
  void remove_members(Context& c, const std::set<ServerId>& gone);
  void send_view(Context& c, const Member& to);
  void serve_when_ready(Context& c, Leading& leading);
  void start_serving(Context& c, Leading& leading);
  void heard_leader(Context& c, const From& from, const Announce& announce, Leading& leading);
  void leave(Context& c);
  void stop_timer(Context& c);
  void leader_gone(Context& c);

  // --- server_heartbeat.cpp
  void on(Context& c, const From& from, const Heartbeat& heartbeat);
  void on(Context& c, const From& from, const HeartbeatAck& ack);
  void on(Context& c, const From& from, const Ping& ping);
  void on(Context& c, const From& from, const Pong& pong);
  void on(Context& c, const From& from, const Suspect& suspect);
  void on(Context& c, const From& from, const LeaderAlive& alive);
  void measure_clock(Context& c, const From& from, const HeartbeatAck& ack);
  void tell_of_skew(Context& c, ServerId server, std::int64_t ahead_ms);
  void heartbeat_timer(Context& c);
  void watch_timer(Context& c);
  void follow_advice(Context& c, const Member& member, Watch::Advice advice);
  void leader_answered(Context& c, Following& following);
  void leader_silent(Context& c);
  void doubt_leader(Context& c, Following& following);
  [[nodiscard]] Duration gap_to(ServerId peer) const;
  [[nodiscard]] std::vector<EntryId> news_of(const VersionVector& all, VersionVector& told,
                                             std::uint64_t turn) const;

  // --- server_voting.cpp
  void on(Context& c, const From& from, const Vote& vote);
  void on(Context& c, const From& from, const VoteAck& ack);
  void start_vote(Context& c, std::uint64_t round, VoteReason reason,
                  const std::vector<Member>& proposal);
  void take_vote(Context& c, const Vote& vote);
  void send_own_vote(Context& c, const std::vector<Member>& proposal);
  void send_vote(Context& c, Vote vote);
  void skip(Context& c, Hop hop);
  void vote_timer(Context& c);
  [[nodiscard]] Duration hop_wait(ServerId to) const;
  void merge_overtaken(Context& c, const View& view);
  void vote_came_home(Context& c, const Vote& vote);
  void vote_did_not_come_home(Context& c);
  [[nodiscard]] Ring ring_for(const Vote& vote) const;
  [[nodiscard]] Instant home_by(Context& c, std::size_t ring_size);
  [[nodiscard]] bool must_judge_first(const Vote& vote) const;
  [[nodiscard]] bool answer_foreign_vote(Context& c, const From& from, const Vote& vote);

  // --- server_replication.cpp
  void on(Context& c, const From& from, const Push& push);
  void on(Context& c, const From& from, const PushAck& ack);
  void on(Context& c, const From& from, const Have& have);
  void compare(Context& c, const From& from, const Have& have);
  void settled_logs_differ(Context& c, const From& from, const Have& have);
  [[nodiscard]] Have all_we_have(bool answer) const;
  [[nodiscard]] Have what_we_have(bool answer, Hlc horizon) const;
  void gossip(Context& c);
  void take_entries(const std::vector<SharedEntry>& news);
  void flush_writes(Context& c);
  void acknowledge_pushes(Context& c);
  void push_all(Context& c);
  void push_to(Context& c, const Member& member, PushStream& stream);
  [[nodiscard]] PushStream& stream_to(const Member& member);
  void push_timer(Context& c);
  void learn_stable(const std::vector<EntryId>& pairs);
  void update_stable(Context& c);
  void release(Context& c);
  void disk_failed(Context& c, const WriteFailed& failed);
  void disk_timer(Context& c);
  void try_disk_again(Context& c);
  void watch_disk(Context& c);

  // --- server_repair.cpp
  void on(Context& c, const From& from, const Want& want);
  void on(Context& c, const From& from, const Found& found);
  void found_damaged(Context& c, const std::vector<EntryId>& entries);
  void fetch_damaged(Context& c);
  void write_again(Context& c, std::vector<SharedEntry> entries);
  void healed(Context& c, const std::vector<EntryId>& entries);
  [[nodiscard]] bool being_written_again(EntryId entry) const;
  [[nodiscard]] bool damaged_between(const VersionVector& from, const VersionVector& upto) const;

  // --- server_submissions.cpp
  void on(Context& c, const From& from, const Submit& submit);
  void on(Context& c, const From& from, const Submitted& submitted);
  void on(Context& c, const From& from, const Forward& forward);
  void on(Context& c, const From& from, const Forwarded& forwarded);
  [[nodiscard]] bool make_room(SessionId id, HomeSession& session, std::uint64_t n);
  void forward(Context& c, SessionId id, const HomeSession& session,
               const std::vector<Submission>& items);
  void pass_on(Context& c, const Forward& forward);
  void forward_all(Context& c);
  [[nodiscard]] std::vector<EntryId> seen_beyond_leader(const HomeSession& session) const;
  void accept(Context& c, ServerId home, const Forward& forward);
  void consider(Context& c, ServerId home, const Forward& forward, const Submission& submission);
  void follow_author(const Forward& forward, WallTime wall);
  void append(Context& c, ServerId home, const Forward& forward, const Submission& submission);
  [[nodiscard]] ChatState::Judgement judge(const Forward& forward,
                                           const Submission& submission) const;
  [[nodiscard]] bool amends_a_post_of_others(const Body& body, UserId author) const;
  void consider_late(Context& c, ServerId home, MessageId message, const Forward& forward,
                     const Submission& submission);
  void known_already(ServerId home, MessageId message);
  void tell(ServerId home, MessageId message, Verdict verdict);
  void give_verdicts(SessionId session, const std::vector<Receipt>& receipts, Context& c);
  void flush_receipts(Context& c);
  [[nodiscard]] Accepted accepted(EntryKey key) const;

  // --- server_lookups.cpp
  void look_up(Context& c, ServerId home, const Forward& forward);
  void session_found(Context& c, SessionId session, const Ranges& on_disk);
  void session_not_found(SessionId session);

  // --- server_sessions.cpp
  void on(Context& c, const From& from, const Attach& attach);
  void on(Context& c, const From& from, const Attached& attached);
  void on(Context& c, const From& from, const Detach& detach);
  void on(Context& c, const From& from, const Detached& detached);
  void on(Context& c, const From& from, const Deliver& deliver);
  void on(Context& c, const From& from, const DeliverAck& ack);
  void on(Context& c, const From& from, const Servers& servers);
  void on(Context& c, const From& from, const Unsupported& unsupported);
  [[nodiscard]] std::optional<DetachReason> refuses_sessions() const;
  void drop_session(Context& c, SessionId id);
  void detach_all(Context& c, DetachReason reason);
  void resume(Context& c, SessionId id, HomeSession& session, const VersionVector& cursor);
  void resume_step(Context& c, SessionId id, HomeSession& session);
  void owe_resumed(Context& c, HomeSession& session);
  void resume_with(HomeSession& session, const SharedEntry& entry);
  [[nodiscard]] Delivery delivery_of(const Entry& entry, std::uint64_t gap) const;
  void enqueue(Context& c, const Release& release);
  [[nodiscard]] Deliver take_owed(HomeSession& session, std::size_t taken);
  void deliver(Context& c, SessionId id, HomeSession& session);
  void delivery_timer(Context& c);
  void repeat_deliveries(Context& c, HomeSession& session);
  [[nodiscard]] HomeSession* session_of(const From& from);

  // --- server_groups.cpp
  void on(Context& c, const From& from, const Groups& groups);
  void on(Context& c, const From& from, const GroupPosts& posts);
  void on(Context& c, const From& from, const GroupAck& ack);
  [[nodiscard]] bool goes_to_group(const Release& release) const;
  void to_groups(Context& c, const std::vector<Release>& releases);
  void tell_groups(Context& c, HomeSession& session);
  [[nodiscard]] bool hears_next(const HomeSession& session, const Release& release) const;
  [[nodiscard]] bool may_go_direct(const HomeSession& session) const;
  void repair(Context& c, HomeSession& session);

  // --- server_presence.cpp
  void on(Context& c, const From& from, const PresenceReport& report);
  void on(Context& c, const From& from, const PresenceList& list);
  void presence_changed(Context& c);
  void presence_timer(Context& c);
  void publish_presence(Context& c);
  [[nodiscard]] std::vector<UserId> attached_users() const;

  // --- server_queries.cpp
  struct ForQuery;
  void on(Context& c, const From& from, const Query& query);
  void on(Context& c, const From& from, const Answer& answer);
  [[nodiscard]] StatusAnswer status(Instant now) const;
  [[nodiscard]] std::vector<AbsentServer> absent_servers(Instant now) const;
  [[nodiscard]] std::vector<ServerStatus> server_statuses() const;
  [[nodiscard]] RoomsAnswer rooms(const RoomsQuery& query, UserId user) const;
  [[nodiscard]] ConversationsAnswer conversations(const ConversationsQuery& query,
                                                  UserId user) const;
  [[nodiscard]] std::optional<AnswerBody> holds_back_history(Context& c, HomeSession* session,
                                                             const VersionVector& seen,
                                                             const Destination* with) const;
  [[nodiscard]] WhoAnswer who(const WhoQuery& query) const;
  void read_history(Context& c, const From& from, const Query& asked, const HistoryQuery& query);
  void read_search(Context& c, const From& from, const Query& asked, const SearchQuery& query);
  [[nodiscard]] bool lacks_what_is_stable(Context& c) const;
  [[nodiscard]] bool lacks_what_was_seen(Context& c, HomeSession& session,
                                         const VersionVector& seen) const;
  [[nodiscard]] AnswerBody answer_to(const ForQuery& query, const ReadDone& done) const;
  [[nodiscard]] HistoryAnswer history_page(const ReadDone& done, const VersionVector& shown) const;

  // --- server_operators.cpp
  [[nodiscard]] CommandAnswer obey(Context& c, const LeaveCommand& command);
  [[nodiscard]] CommandAnswer obey(Context& c, const DrainCommand& command);
  [[nodiscard]] CommandAnswer obey(Context& c, const RemoveCommand& command);
  [[nodiscard]] bool draining() const { return draining_ && view_.members.size() > 1; }
  [[nodiscard]] bool found_no_other_home(Context& c, SessionId session);
  void send_away(Context& c);
  void tell_when_drained(Context& c);

  // --- helpers
  void send(Context& c, const Member& to, const Message& message);
  void count(const char* what, std::uint64_t times = 1) { counters_[what] += times; }
  [[nodiscard]] const Member* leader_member() const;
  [[nodiscard]] bool in_view() const {
    return view_.id.number != 0 && !std::holds_alternative<Looking>(role_);
  }
  [[nodiscard]] bool is_member(const Sender& who) const;
  [[nodiscard]] Leading* leading() { return std::get_if<Leading>(&role_); }
  [[nodiscard]] Following* following() { return std::get_if<Following>(&role_); }
  [[nodiscard]] const Leading* leading() const { return std::get_if<Leading>(&role_); }

  /// Who a read is for.
  struct ForPeer {
    ServerId peer;
    friend bool operator==(const ForPeer&, const ForPeer&) = default;
    PEAL_PARTS(peer)
  };
  struct ForSession {
    SessionId session;
    friend bool operator==(const ForSession&, const ForSession&) = default;
    PEAL_PARTS(session)
  };
  struct ForQuery {
    Endpoint to;
    std::uint64_t n = 0;
    std::optional<RoomName> room;
    VersionVector shown;  ///< what the asking session was shown, here or at a former home
    bool searches = false;
    friend bool operator==(const ForQuery&, const ForQuery&) = default;
    PEAL_PARTS(to, n, room, shown, searches)
  };
  /// For the Want of a peer.
  struct ForWant {
    ServerId peer;
    friend bool operator==(const ForWant&, const ForWant&) = default;
    PEAL_PARTS(peer)
  };
  /// For what was submitted by a session that is not remembered.
  struct ForLookup {
    SessionId session;
    friend bool operator==(const ForLookup&, const ForLookup&) = default;
    PEAL_PARTS(session)
  };
  using ReadPurpose = std::variant<ForPeer, ForSession, ForQuery, ForWant, ForLookup>;
  /// A write under way, and what is durable once it is done; of damaged entries, which are whole.
  struct PendingWrite {
    std::uint64_t token = 0;
    VersionVector makes_durable;
    std::vector<EntryId> heals;
    friend bool operator==(const PendingWrite&, const PendingWrite&) = default;
    PEAL_PARTS(token, makes_durable, heals)
  };
  /// A push that waits to be acknowledged until its entries are durable; token 0: they are.
  struct PendingAck {
    std::uint64_t token = 0;
    std::uint64_t n = 0;
    std::vector<LogId> logs;
    friend bool operator==(const PendingAck&, const PendingAck&) = default;
    PEAL_PARTS(token, n, logs)
  };
  struct ReceiptKey {
    ServerId home;
    SessionId session;
    friend auto operator<=>(const ReceiptKey&, const ReceiptKey&) = default;
    PEAL_PARTS(home, session)
  };

  ServerConfig config_;
  Member self_;
  Prng prng_;
  Timers timers_;
  Peers peers_;
  std::map<ServerId, Incarnation>
      former_;  ///< of restarted servers: late datagrams of them are dropped
  View view_;
  ViewId former_view_;             ///< of before this server began to look; none: it never did
  Incarnation former_leader_;      ///< of former_view_
  std::uint64_t highest_led_ = 0;  ///< number of a view that this server led since its start
  Instant in_view_since_{-1};      ///< without looking for others again; -1: looking
  RoleState role_;
  Voting voting_;
  AgreedClock clock_;
  std::set<ServerId> suspected_;  ///< servers of the view that are silent to us
  bool leaving_ = false;
  bool left_ = false;
  std::uint32_t leave_tries_ = 0;
  std::string trouble_;  ///< of the disk; empty: none
  bool draining_ = false;
  bool drained_told_ = false;
  std::map<SessionId, Instant> sent_away_;  ///< draining: when they were told to go
  std::set<ServerId> forgotten_;            ///< an operator removed them; not heard of since

  History history_;
  VersionVector recovered_;  ///< what was on disk at the start
  VersionVector stable_;
  DeliveryOrder order_;
  Copies copies_;
  std::map<ServerId, PushStream> streams_;
  std::uint64_t retired_pushes_ = 0;  ///< the highest number of a push of streams that are no more
  VersionVector gossiped_;  ///< what was held when we last gossiped: news younger than that travel
                            ///< without gossip
  VersionVector own_deps_;  ///< what the entries of our own log have named as dependencies
  bool own_deps_stale_ = true;

  std::vector<SharedEntry> to_write_;
  std::deque<PendingWrite> writes_;
  std::uint64_t token_ = 0;        ///< of the latest write
  Instant gather_until_{-1};       ///< joining: writes wait for more until then; -1: none waits
  std::uint64_t slow_token_ = 0;   ///< the write that the disk was busy with when it was looked at
  std::uint32_t slow_looks_ = 0;   ///< how often it was busy with the same one
  std::uint64_t token_reads_ = 0;  ///< of the latest read
  std::map<std::uint64_t, ReadPurpose> reads_;
  std::set<EntryId> damaged_;  ///< durable entries that the disk gave back damaged
  std::map<ServerId, std::vector<PendingAck>> acks_;
  bool push_changed_ = false;  ///< something that pushes depend on changed in this step
  bool order_changed_ = false;
  std::set<LogId> claims_changed_;  ///< logs whose durable claims changed at the leader

  Submissions submissions_;
  std::vector<std::pair<ServerId, Forward>> early_forwards_;  ///< came before we serve
  std::map<ReceiptKey, std::vector<Receipt>> receipts_;
  std::map<SessionId, HomeSession> sessions_;
  std::size_t waiting_total_ = 0;  ///< submissions without verdict of all sessions
  std::map<ServerId, std::vector<UserId>> reported_;  ///< leader: users on line at other homes
  PresenceList online_;
  bool presence_dirty_ = false;   ///< changed in this step
  bool presence_urgent_ = false;  ///< changed, and not reported yet
  std::map<std::string, std::uint64_t> counters_;
  PEAL_PARTS(config_, self_, prng_, timers_, peers_, former_, view_, former_view_, former_leader_,
             highest_led_, in_view_since_, role_, voting_, clock_, suspected_, leaving_, left_,
             leave_tries_, trouble_, draining_, drained_told_, sent_away_, forgotten_, history_,
             recovered_, stable_, order_, copies_, streams_, retired_pushes_, gossiped_, own_deps_,
             own_deps_stale_, to_write_, writes_, token_, gather_until_, slow_token_, slow_looks_,
             token_reads_, reads_, damaged_, acks_, push_changed_, order_changed_, claims_changed_,
             submissions_, early_forwards_, receipts_, sessions_, waiting_total_, reported_,
             online_, presence_dirty_, presence_urgent_, counters_)
};

}  // namespace peal
