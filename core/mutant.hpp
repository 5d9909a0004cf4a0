// Deliberate mistakes, one at a time, which the simulator's oracles must notice.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace peal {

/// X(name, what it does wrong). Each is one condition where the right code is.
#define PEAL_MUTANTS_OF(X)                                                                \
  X(swallow_higher, "a vote for a higher id is swallowed")                                \
  X(pass_on_lower, "a vote for a lower id is passed on")                                  \
  X(no_place_in_path, "a server forgets to add itself to the path of a vote")             \
  X(judge_settled_round, "a vote of a round that is settled is judged like a new one")    \
  X(lead_number_again, "a server leads a second time under a number that it led under")   \
  X(serve_before_pull, "the winner serves before it has what its members have")           \
  X(never_yield, "a leader does not follow a higher view")                                \
  X(silent_stays, "a member that fell silent stays in the view")                          \
  X(removed_counts, "a member that was removed still counts for the majority")            \
  X(half_is_enough, "half of the members are taken for a majority")                       \
  X(self_counts_twice, "the leader counts its own disk twice")                            \
  X(acknowledge_at_once, "an entry is acknowledged before it is on a majority's disks")   \
  X(held_is_durable, "a member acknowledges what it holds, before it is on its disk")     \
  X(failed_is_written, "a write that failed is taken for one that is done")               \
  X(deliver_unstable, "an entry is delivered before it is stable")                        \
  X(no_deps, "an entry names no predecessors of other logs")                              \
  X(no_gap_told, "a gap is delivered as if nothing were missing")                         \
  X(clock_follows_nobody, "the clock does not follow the entries that it sees")           \
  X(write_twice, "a message that is in history is written again when it is sent again")   \
  X(write_out_of_turn, "a message is written before the earlier ones of its session")     \
  X(show_by_entry, "a client takes each entry of a message for another message")          \
  X(resume_too_late, "delivery resumes one entry past the cursor of each log")            \
  X(cursor_too_far, "a cursor covers what is still owed")                                 \
  X(start_anew, "a client that comes to another home does not say where it was")          \
  X(forget_last_again, "the last message of the window is never sent again")              \
  X(no_gossip, "servers do not compare what they have")                                   \
  X(stale_pages, "a page of history is given before this server has what the reader saw") \
  X(first_come_name, "a name belongs to whoever claimed it first to this server")         \
  X(one_incarnation, "a server that starts again has its former incarnation")

enum class Mutant : std::uint8_t {
  none,
#define PEAL_MUTANT_NAME(name, wrong) name,
  PEAL_MUTANTS_OF(PEAL_MUTANT_NAME)
#undef PEAL_MUTANT_NAME
};

struct MutantText {
  const char* name;
  const char* wrong;
};
inline constexpr std::array mutant_texts = {MutantText{"none", "nothing"},
#define PEAL_MUTANT_TEXT(name, wrong) MutantText{#name, wrong},
                                            PEAL_MUTANTS_OF(PEAL_MUTANT_TEXT)
#undef PEAL_MUTANT_TEXT
};

[[nodiscard]] constexpr std::optional<Mutant> mutant_named(std::string_view name) {
  for (std::size_t i = 0; i < mutant_texts.size(); ++i)
    if (name == mutant_texts[i].name) return static_cast<Mutant>(i);
  return std::nullopt;
}

/// MUTANT(name) is whether this process makes that mistake. Only builds with the option
/// PEAL_MUTANTS know how to; in all others it is `false`, and nothing of it is left.
#ifdef PEAL_MUTANTS
/// Set once, before any machine starts.
inline Mutant mutant_at_work = Mutant::none;
#define MUTANT(name) (::peal::mutant_at_work == ::peal::Mutant::name)
#else
#define MUTANT(name) false
#endif

}  // namespace peal
