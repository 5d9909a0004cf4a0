// Every queue and length has a limit here, and an answer to "and when full?".
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/time.hpp"

namespace peal::limits {

/// A datagram is at most 1,400 bytes: 1 for the kind of protection, up to 49 for its header and
/// tag, the rest message.
inline constexpr std::size_t datagram_bytes_max = 1'400;
inline constexpr std::size_t message_bytes_max = 1'350;
/// A longer message is split by the codec into at most this many fragments; longer still is our own
/// bug.
inline constexpr std::size_t fragments_max = 620;
/// What a split message may carry in all. Senders batch below batch_bytes, so only single long
/// bodies, views and version vectors come near.
inline constexpr std::size_t split_message_bytes_max = fragments_max * 1'300;
/// Target of batching: the upper bound of the encoded size of what goes into one unsplit message.
inline constexpr std::size_t batch_bytes = 1'280;

/// Text of a post. Longer is refused with TextTooLong.
inline constexpr std::size_t text_bytes_max = 16 * 1'024;
/// Characters (code points) of a user or room name, the room's '#' included. Longer is refused.
inline constexpr std::size_t name_characters_max = 32;
inline constexpr std::size_t name_bytes_max = 4 * name_characters_max;
inline constexpr std::size_t topic_bytes_max = 512;
/// What one reaction shows: an emoji, or a short word.
inline constexpr std::size_t sign_bytes_max = 32;
inline constexpr std::size_t cluster_bytes_max = 64;
/// A name as displayed: with '~' and 4 to 32 digits behind it when it is another's too.
inline constexpr std::size_t displayed_name_bytes_max = name_bytes_max + 33;
/// What people read about a refusal or a trouble; senders cut it off.
inline constexpr std::size_t detail_bytes_max = 1'024;
/// Counters in one status.
inline constexpr std::size_t counters_max = 256;

/// Servers in one view. A further Join is refused with ClusterFull.
inline constexpr std::size_t members_max = 64;
/// Number of a view, and round of a vote. A higher one is malformed, so the next one above all that
/// were heard never overflows.
inline constexpr std::uint64_t view_number_max = std::uint64_t{1} << 62U;
/// Addresses that one server publishes of itself; more are cut off.
inline constexpr std::size_t addresses_max = 6;
/// Servers that one server remembers outside its view; the one not heard for longest goes.
inline constexpr std::size_t known_servers_max = 256;
/// Logs in one version vector on the wire; a longer one is malformed.
inline constexpr std::size_t logs_max = 8'192;
/// Pairs of a delta that rides on a heartbeat or an acknowledgement; the rest follows with the next
/// ones.
inline constexpr std::size_t delta_pairs_max = 64;
/// Number of the last entry that a log can have: more than it ever will, and so little that the
/// numbers of all logs together do not overflow. A higher one is malformed.
inline constexpr std::uint64_t seq_max = std::uint64_t{1} << 50U;
/// Entries, submissions or receipts in one message.
inline constexpr std::size_t batch_items_max = 256;

/// Messages that a client has under way; the program waits for room.
inline constexpr std::size_t client_window = 64;
/// Messages that a client's program may queue beyond the window; then Say answers QueueFull.
inline constexpr std::size_t client_queue_max = 4'096;
/// Questions that a client has open; then Ask answers QueueFull.
inline constexpr std::size_t client_questions_max = 256;
/// Author sessions whose shown messages a client remembers, and ranges for each; the one not seen
/// for longest, and the lowest range, are forgotten.
inline constexpr std::size_t client_authors_max = 1'024;
inline constexpr std::size_t client_author_ranges_max = 64;
/// Servers that refused a client and are left alone for a while; the one due first goes.
inline constexpr std::size_t client_avoided_max = 64;
/// Sessions attached to one home server; a further Attach is refused with Full.
inline constexpr std::size_t sessions_max = 20'000;
/// Sessions of which a server remembers in memory which messages are in history: those that wrote
/// last. Others are looked up on disk.
inline constexpr std::size_t sessions_remembered_max = 65'536;
/// Entries that a leader has accepted and that are not stable yet; then submissions are answered
/// with Busy.
inline constexpr std::size_t unstable_entries_max = 8'192;
/// Submissions that a home keeps while there is no leader; then Busy.
inline constexpr std::size_t home_queue_max = 4'096;
/// Entries (and their bytes) that arrived ahead of a hole; further ones are dropped and come again.
inline constexpr std::size_t early_entries_max = 8'192;
inline constexpr std::size_t early_bytes_max = 16U << 20U;
/// Deliveries under way to one session; a session that stays behind resumes by cursor.
inline constexpr std::size_t delivery_window = 256;
/// Rooms whose multicast groups one client listens to: what Linux allows a socket by default
/// (igmp_max_memberships). Posts of further rooms come by unicast.
inline constexpr std::size_t groups_max = 20;
/// Posts that a group brought and that cannot be shown yet; further ones come by unicast.
inline constexpr std::size_t group_posts_held_max = 256;
/// Users in one published presence list.
inline constexpr std::size_t presence_max = 4'096;
/// Deliveries owed to one session and not sent yet; then the session is dropped and resumes by
/// cursor.
inline constexpr std::size_t delivery_queue_max = 8'192;
/// Items in one page of an answer.
inline constexpr std::size_t page_items_max = 256;
/// Damaged entries that a server remembers and fetches at a time; further ones are found again when
/// they are read again, and until then it reads nothing for others.
inline constexpr std::size_t damaged_entries_max = 1'024;
/// What is asked for in one search. Longer is malformed.
inline constexpr std::size_t search_bytes_max = 256;
/// Queries that wait for storage in one server; further ones are answered with Busy.
inline constexpr std::size_t reads_pending_max = 1'024;

static_assert(logs_max <= UINT64_MAX / seq_max);
static_assert(message_bytes_max + 50 <= datagram_bytes_max);
static_assert(batch_bytes <= message_bytes_max);
static_assert(text_bytes_max + 2'048 < split_message_bytes_max);
static_assert(client_window <= batch_items_max);
// Whatever a list may hold also fits into one split message: 18 bytes for a pair of a version
// vector (Have carries three vectors), 31 and the name for a user on line.
static_assert(3 * 18 * logs_max + cluster_bytes_max + 64 < split_message_bytes_max);
static_assert(presence_max * (31 + displayed_name_bytes_max) < split_message_bytes_max);

}  // namespace peal::limits
