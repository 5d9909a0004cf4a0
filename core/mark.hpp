// Rare paths worth knowing about: a campaign that never takes one reports it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace peal {

/// The order has no meaning beyond this table; mark_name gives the text.
enum class Mark : std::uint8_t {
  vote_skipped_one,
  vote_skipped_two,
  vote_not_home,
  vote_held_for_judgement,
  vote_ended_by_leader_alive,
  vote_swallowed,
  vote_of_settled_round,
  solo_view,
  merge_proposed,
  merge_while_voting,
  merge_again_after_backoff,
  leader_yielded,
  winner_pulled,
  winner_stopped_waiting,
  leader_pulled,
  member_removed_silent,
  member_rejoined,
  join_replaced_incarnation,
  join_refused_id_taken,
  join_catching_up,
  deaf_leader_left,
  duplicate_submission,
  duplicate_entry_collapsed,
  submission_stashed,
  submission_out_of_order,
  submission_busy,
  early_entry_kept,
  push_retransmitted,
  push_read_from_storage,
  gossip_pushed,
  gap_delivered,
  session_resumed,
  session_fell_behind,
  client_failover,
  clock_skewed,
  disk_failed,
  disk_healed,
  refused_port_noticed,
  group_post_shown,
  group_post_held,
  group_post_repaired,
  group_given_up,
  group_shown_before_home,
  damaged_entry_found,
  damaged_entry_healed,
  session_drained,
  drained_client_taken,
  server_forgotten,
  disk_slow,
  session_looked_up,
  settled_logs_equal,
  settled_logs_differ,
  count_
};
inline constexpr std::size_t mark_count = static_cast<std::size_t>(Mark::count_);

/// The mark as people read it: "vote skipped two".
[[nodiscard]] const char* mark_name(Mark mark);

}  // namespace peal
