// The words for kinds and marks in traces, logs and tables.
#include <array>
#include <cstddef>

#include "core/check.hpp"
#include "core/mark.hpp"
#include "core/message.hpp"

namespace peal {
namespace {

constexpr std::array<const char*, message_kinds> kind_names = {
    "Probe",          "Announce",     "Join",        "JoinAnswer", "Leave",        "ViewChange",
    "ViewAck",        "NotAMember",   "Merge",       "Heartbeat",  "HeartbeatAck", "Ping",
    "Pong",           "Suspect",      "LeaderAlive", "Vote",       "VoteAck",      "Push",
    "PushAck",        "Have",         "Submit",      "Submitted",  "Forward",      "Forwarded",
    "PresenceReport", "PresenceList", "Attach",      "Attached",   "Detach",       "Detached",
    "Deliver",        "DeliverAck",   "Servers",     "Query",      "Answer",       "Unsupported",
    "Groups",         "GroupPosts",   "GroupAck",    "Want",       "Found"};

constexpr std::array<const char*, mark_count> mark_names = {"vote skipped one",
                                                            "vote skipped two",
                                                            "vote not home",
                                                            "vote held for judgement",
                                                            "vote ended by leader alive",
                                                            "vote swallowed",
                                                            "vote of settled round",
                                                            "solo view",
                                                            "merge proposed",
                                                            "merge while voting",
                                                            "merge again after backoff",
                                                            "leader yielded",
                                                            "winner pulled",
                                                            "winner stopped waiting",
                                                            "leader pulled",
                                                            "member removed silent",
                                                            "member rejoined",
                                                            "join replaced incarnation",
                                                            "join refused id taken",
                                                            "join catching up",
                                                            "deaf leader left",
                                                            "duplicate submission",
                                                            "duplicate entry collapsed",
                                                            "submission stashed",
                                                            "submission out of order",
                                                            "submission busy",
                                                            "early entry kept",
                                                            "push retransmitted",
                                                            "push read from storage",
                                                            "gossip pushed",
                                                            "gap delivered",
                                                            "session resumed",
                                                            "session fell behind",
                                                            "client failover",
                                                            "clock skewed",
                                                            "disk failed",
                                                            "disk healed",
                                                            "refused port noticed",
                                                            "group post shown",
                                                            "group post held",
                                                            "group post repaired",
                                                            "group given up",
                                                            "group shown before home",
                                                            "damaged entry found",
                                                            "damaged entry healed",
                                                            "session drained",
                                                            "drained client taken",
                                                            "server forgotten",
                                                            "disk slow",
                                                            "session looked up",
                                                            "settled logs equal",
                                                            "settled logs differ"};

}  // namespace

const char* kind_name(std::size_t kind) {
  CHECK(kind < message_kinds);
  return kind_names[kind];
}

const char* kind_name(const Message& message) { return kind_name(message.index()); }

const char* mark_name(Mark mark) {
  const auto index = static_cast<std::size_t>(mark);
  CHECK(index < mark_count);
  return mark_names[index];
}

}  // namespace peal
