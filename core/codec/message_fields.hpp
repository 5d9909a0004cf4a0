// The fields of every kind of message, in the order of the wire.
#pragma once

#include "core/codec/shape.hpp"
#include "core/codec/value_fields.hpp"
#include "core/limits.hpp"
#include "core/message.hpp"

namespace peal::codec {

template <>
inline constexpr std::size_t values_of<JoinOutcome> = 4;
template <>
inline constexpr std::size_t values_of<VoteReason> = 4;
template <>
inline constexpr std::size_t values_of<RejectReason> = 12;
template <>
inline constexpr std::size_t values_of<DetachReason> = 6;
template <>
inline constexpr std::size_t values_of<Role> = 6;
template <>
inline constexpr std::size_t values_of<CommandOutcome> = 4;

/// Deltas of version vectors on messages that are not heartbeats: up to a whole vector.
using Pairs = AtMost<limits::logs_max>;
using DeltaPairs = AtMost<limits::delta_pairs_max>;
using Batch = AtMost<limits::batch_items_max>;
using Page = AtMost<limits::page_items_max>;
using ClusterName = AtMost<limits::cluster_bytes_max>;
using DisplayedName = AtMost<limits::displayed_name_bytes_max>;
using Detail = AtMost<limits::detail_bytes_max>;

// Discovery and membership.

template <>
struct Wire<Probe> : Array<Field<&Probe::cluster, ClusterName>,
                           Field<&Probe::addresses, AtMost<limits::addresses_max>>> {};
template <>
struct Wire<Announce> : Array<Field<&Announce::cluster, ClusterName>,
                              Field<&Announce::view, NotNone>, Field<&Announce::self, NotNone>,
                              Field<&Announce::leader, NotNone>, Field<&Announce::members>> {};
template <>
struct Wire<Join>
    : Array<Field<&Join::cluster, ClusterName>, Field<&Join::self, NotNone>, Field<&Join::held>> {};
template <>
struct Wire<JoinAnswer>
    : Array<Field<&JoinAnswer::outcome>, Field<&JoinAnswer::other>, Field<&JoinAnswer::lag>> {};
template <>
struct Wire<Leave> : Array<Field<&Leave::view>> {};
template <>
struct Wire<ViewChange> : Array<Field<&ViewChange::view, NotNone>> {};
template <>
struct Wire<ViewAck> : Array<Field<&ViewAck::view, NotNone>, Field<&ViewAck::held>,
                             Field<&ViewAck::durable>, Field<&ViewAck::wall>> {};
template <>
struct Wire<NotAMember> : Array<Field<&NotAMember::view>> {};
template <>
struct Wire<Merge> : Array<Field<&Merge::view, NotNone>> {};

// Heartbeats and suspicion.

template <>
struct Wire<Heartbeat>
    : Array<Field<&Heartbeat::view, NotNone>, Field<&Heartbeat::n>, Field<&Heartbeat::sent>,
            Field<&Heartbeat::stable, DeltaPairs>, Field<&Heartbeat::skew>> {};
template <>
struct Wire<HeartbeatAck>
    : Array<Field<&HeartbeatAck::view, NotNone>, Field<&HeartbeatAck::n>,
            Field<&HeartbeatAck::sent>, Field<&HeartbeatAck::durable, DeltaPairs>,
            Field<&HeartbeatAck::wall>> {};
template <>
struct Wire<Ping> : Array<Field<&Ping::sent>> {};
template <>
struct Wire<Pong> : Array<Field<&Pong::sent>, Field<&Pong::view>> {};
template <>
struct Wire<Suspect> : Array<Field<&Suspect::server, NotNone>, Field<&Suspect::view>> {};
template <>
struct Wire<LeaderAlive> : Array<Field<&LeaderAlive::view, NotNone>, Field<&LeaderAlive::round>> {};

// Voting.

/// A ring may be larger than the view that comes of it: all that were heard looking, or the union
/// of two views.
using Ring = AtMost<limits::known_servers_max>;
template <>
struct Wire<Vote>
    : Array<Field<&Vote::round, NotNone>, Field<&Vote::reason>, Field<&Vote::candidate, NotNone>,
            Field<&Vote::path, Ring>, Field<&Vote::proposal, Ring>> {};
template <>
struct Wire<VoteAck> : Array<Field<&VoteAck::round, NotNone>, Field<&VoteAck::candidate, NotNone>,
                             Field<&VoteAck::declined>> {};

// Replication.

template <>
struct Wire<Push>
    : Array<Field<&Push::n>, Field<&Push::stable, Pairs>, Field<&Push::entries, Batch>> {};
template <>
struct Wire<PushAck> : Array<Field<&PushAck::received, Batch>, Field<&PushAck::durable, Pairs>> {};
template <>
struct Wire<Have>
    : Array<Field<&Have::cluster, ClusterName>, Field<&Have::answer>, Field<&Have::held>,
            Field<&Have::durable>, Field<&Have::stable>, Field<&Have::settled>> {};

// Submissions.

template <>
struct Wire<Submission> : Array<Field<&Submission::n, NotNone>, Field<&Submission::body>> {};
template <>
struct Wire<Accepted> : Array<Field<&Accepted::entry>, Field<&Accepted::hlc>,
                              Field<&Accepted::copies>, Field<&Accepted::view>> {};
template <>
struct Wire<Refusal> : Array<Field<&Refusal::reason>, Field<&Refusal::detail, Detail>> {};
template <>
struct Wire<Later> : Array<> {};
template <>
struct Wire<Submit> : Array<Field<&Submit::oldest>, Field<&Submit::hlc>,
                            Field<&Submit::seen, Pairs>, Field<&Submit::items, Batch>> {};
template <>
struct Wire<Receipt> : Array<Field<&Receipt::n, NotNone>, Field<&Receipt::verdict>> {};
template <>
struct Wire<Submitted> : Array<Field<&Submitted::receipts, Batch>> {};
template <>
struct Wire<Forward> : Array<Field<&Forward::session, NotNone>, Field<&Forward::author, NotNone>,
                             Field<&Forward::oldest>, Field<&Forward::hlc>,
                             Field<&Forward::seen, Pairs>, Field<&Forward::items, Batch>> {};
template <>
struct Wire<Forwarded>
    : Array<Field<&Forwarded::session, NotNone>, Field<&Forwarded::receipts, Batch>> {};

// Presence.

using Presence = AtMost<limits::presence_max>;
template <>
struct Wire<PresenceReport> : Array<Field<&PresenceReport::users, Presence>> {};
template <>
struct Wire<OnlineUser> : Array<Field<&OnlineUser::user, NotNone>, Field<&OnlineUser::home>,
                                Field<&OnlineUser::name, DisplayedName>> {};
template <>
struct Wire<PresenceList> : Array<Field<&PresenceList::users, Presence>> {};

// Clients.

template <>
struct Wire<Attach>
    : Array<Field<&Attach::attachment, NotNone>, Field<&Attach::cluster, ClusterName>,
            Field<&Attach::user, NotNone>, Field<&Attach::resume>, Field<&Attach::cursor>> {};
template <>
struct Wire<Attached> : Array<Field<&Attached::attachment, NotNone>,
                              Field<&Attached::view, NotNone>, Field<&Attached::home, NotNone>,
                              Field<&Attached::name, DisplayedName>, Field<&Attached::cursor>> {};
template <>
struct Wire<Detach> : Array<> {};
template <>
struct Wire<Detached> : Array<Field<&Detached::reason>> {};
template <>
struct Wire<Delivery> : Array<Field<&Delivery::id, NotNone>, Field<&Delivery::hlc, NotNone>,
                              Field<&Delivery::message, NotNone>, Field<&Delivery::author, NotNone>,
                              Field<&Delivery::author_name, DisplayedName>, Field<&Delivery::body>,
                              Field<&Delivery::gap>, Field<&Delivery::ahead_ms>> {};
template <>
struct Wire<Deliver> : Array<Field<&Deliver::attachment, NotNone>, Field<&Deliver::n, NotNone>,
                             Field<&Deliver::cursor, Pairs>, Field<&Deliver::items, Batch>,
                             Field<&Deliver::direct>> {};
template <>
struct Wire<DeliverAck> : Array<Field<&DeliverAck::attachment, NotNone>, Field<&DeliverAck::n>> {};
template <>
struct Wire<Servers> : Array<Field<&Servers::view>> {};

// Questions and answers.

template <>
struct Wire<StatusQuery> : Array<> {};
template <>
struct Wire<RoomsQuery> : Array<Field<&RoomsQuery::after, DisplayedName>> {};
template <>
struct Wire<WhoQuery> : Array<Field<&WhoQuery::after, DisplayedName>> {};
template <>
struct Wire<FindUserQuery> : Array<Field<&FindUserQuery::name, DisplayedName>> {};
template <>
struct Wire<HistoryQuery>
    : Array<Field<&HistoryQuery::with>, Field<&HistoryQuery::before>, Field<&HistoryQuery::limit>> {
};
template <>
struct Wire<ConversationsQuery> : Array<Field<&ConversationsQuery::after>> {};
template <>
struct Wire<SearchQuery>
    : Array<Field<&SearchQuery::text, AtMost<limits::search_bytes_max>>, Field<&SearchQuery::in>,
            Field<&SearchQuery::before>, Field<&SearchQuery::limit>> {};
template <>
struct Wire<LeaveCommand> : Array<> {};
template <>
struct Wire<DrainCommand> : Array<Field<&DrainCommand::undo>> {};
template <>
struct Wire<RemoveCommand> : Array<Field<&RemoveCommand::server, NotNone>> {};
template <>
struct Wire<Query> : Array<Field<&Query::n>, Field<&Query::question>, Field<&Query::seen, Pairs>> {
};
template <>
struct Wire<ServerStatus> : Array<Field<&ServerStatus::member, NotNone>, Field<&ServerStatus::role>,
                                  Field<&ServerStatus::alive>, Field<&ServerStatus::lag>,
                                  Field<&ServerStatus::rtt>, Field<&ServerStatus::skew>> {};
template <>
struct Wire<Counter>
    : Array<Field<&Counter::name, AtMost<limits::name_bytes_max>>, Field<&Counter::value>> {};
template <>
struct Wire<Joining>
    : Array<Field<&Joining::held>, Field<&Joining::of>, Field<&Joining::per_second>> {};
template <>
struct Wire<AbsentServer>
    : Array<Field<&AbsentServer::member, NotNone>, Field<&AbsentServer::silent>> {};
template <>
struct Wire<StatusAnswer> : Array<Field<&StatusAnswer::cluster, ClusterName>,
                                  Field<&StatusAnswer::view>, Field<&StatusAnswer::self, NotNone>,
                                  Field<&StatusAnswer::role>, Field<&StatusAnswer::trouble, Detail>,
                                  Field<&StatusAnswer::servers, AtMost<limits::known_servers_max>>,
                                  Field<&StatusAnswer::users>, Field<&StatusAnswer::rooms>,
                                  Field<&StatusAnswer::sessions>, Field<&StatusAnswer::held>,
                                  Field<&StatusAnswer::stable>, Field<&StatusAnswer::history>,
                                  Field<&StatusAnswer::counters, AtMost<limits::counters_max>>,
                                  Field<&StatusAnswer::joining>,
                                  Field<&StatusAnswer::absent, AtMost<limits::known_servers_max>>,
                                  Field<&StatusAnswer::draining>> {};
template <>
struct Wire<RoomInfo>
    : Array<Field<&RoomInfo::name>, Field<&RoomInfo::group>,
            Field<&RoomInfo::topic, AtMost<limits::topic_bytes_max>>, Field<&RoomInfo::members>,
            Field<&RoomInfo::only_invited>, Field<&RoomInfo::owner>> {};
template <>
struct Wire<RoomsAnswer> : Array<Field<&RoomsAnswer::rooms, Page>, Field<&RoomsAnswer::more>> {};
template <>
struct Wire<WhoAnswer> : Array<Field<&WhoAnswer::users, Page>, Field<&WhoAnswer::more>> {};
template <>
struct Wire<FindUserAnswer>
    : Array<Field<&FindUserAnswer::user>, Field<&FindUserAnswer::name, DisplayedName>> {};
template <>
struct Wire<HistoryAnswer> : Array<Field<&HistoryAnswer::items, Page>, Field<&HistoryAnswer::more>,
                                   Field<&HistoryAnswer::next>> {};
template <>
struct Wire<ConversationInfo>
    : Array<Field<&ConversationInfo::with>, Field<&ConversationInfo::name, DisplayedName>,
            Field<&ConversationInfo::read_upto>> {};
template <>
struct Wire<ConversationsAnswer>
    : Array<Field<&ConversationsAnswer::conversations, Page>, Field<&ConversationsAnswer::more>> {};
template <>
struct Wire<SearchAnswer> : Array<Field<&SearchAnswer::items, Page>, Field<&SearchAnswer::more>,
                                  Field<&SearchAnswer::next>> {};
template <>
struct Wire<QueryRefused>
    : Array<Field<&QueryRefused::reason>, Field<&QueryRefused::detail, Detail>> {};
template <>
struct Wire<CommandAnswer> : Array<Field<&CommandAnswer::outcome>, Field<&CommandAnswer::other>,
                                   Field<&CommandAnswer::sessions>> {};
template <>
struct Wire<Answer> : Array<Field<&Answer::n>, Field<&Answer::body>> {};

template <>
struct Wire<Want> : Array<Field<&Want::cluster, ClusterName>, Field<&Want::entries, DeltaPairs>> {};
template <>
struct Wire<Found> : Array<Field<&Found::entries, Batch>> {};
template <>
struct Wire<Unsupported> : Array<Field<&Unsupported::version>, Field<&Unsupported::kind>> {};

// Groups.

template <>
struct Wire<Groups> : Array<Field<&Groups::attachment, NotNone>, Field<&Groups::n, NotNone>,
                            Field<&Groups::rooms, AtMost<limits::groups_max>>> {};
template <>
struct Wire<GroupPost> : Array<Field<&GroupPost::delivery>, Field<&GroupPost::deps, Pairs>> {};
template <>
struct Wire<GroupPosts>
    : Array<Field<&GroupPosts::cluster, ClusterName>, Field<&GroupPosts::posts, Batch>> {};
template <>
struct Wire<GroupAck> : Array<Field<&GroupAck::attachment, NotNone>, Field<&GroupAck::groups>,
                              Field<&GroupAck::listening>, Field<&GroupAck::arrived>,
                              Field<&GroupAck::shown, Pairs>> {};

}  // namespace peal::codec
