// A server with little history joins a ring with much: fetched in the background of what people
// say, and at a steady pace.
#include <algorithm>

#include "core/limits.hpp"
#include "core/server.hpp"

namespace peal {
namespace {

/// A learner gets so many pushes at once, then others have their turn: about 10 MB/s.
constexpr Duration learner_turn = milliseconds(1);
constexpr std::size_t learner_pushes = 8;
/// While somebody waits for a verdict: a learner comes last, but it comes on.
constexpr std::size_t learner_pushes_min = 1;
/// So many fit beside the entries; the others follow by gossip.
constexpr std::size_t learner_stable_pairs_max = 6;
constexpr Duration learner_forgotten_after = seconds(5);

/// Nobody waits for a joining server's disk: it writes rarely, and much at once.
constexpr Duration gather_for = milliseconds(10);
constexpr std::size_t gather_entries_max = 2'048;

constexpr Duration measure_every = seconds(1);

}  // namespace

// --- At the leader
// ----------------------------------------------------------------------------------------------

/// Learners that went away; they come in by their own next Join.
void Server::forget_learners(Context& c, Leading& leading) {
  std::erase_if(leading.learners, [&](const auto& item) {
    return c.now - item.second.heard > learner_forgotten_after;
  });
}

/// How many pushes a peer may be sent now: members as many as its window takes.
std::size_t Server::pushes_for(Context& c, ServerId peer) {
  Leading* l = leading();
  const auto learner = l != nullptr ? l->learners.find(peer) : decltype(l->learners.end()){};
  if (l == nullptr || learner == l->learners.end()) return SIZE_MAX;
  if (c.now < learner->second.next_push) {
    timers_.no_later(Timer::pace, learner->second.next_push);
    return 0;
  }
  return submissions_.waiting() == 0 ? learner_pushes : learner_pushes_min;
}

void Server::pushed_to_learner(Context& c, ServerId peer, std::size_t pushes) {
  Leading* l = leading();
  if (l == nullptr || pushes == 0) return;
  const auto learner = l->learners.find(peer);
  if (learner == l->learners.end()) return;
  learner->second.next_push = c.now + learner_turn;
  timers_.no_later(Timer::pace, learner->second.next_push);
}

/// What a learner is told with its entries, so that it need not keep them in memory.
std::vector<EntryId> Server::stable_of(const Push& push) const {
  std::vector<EntryId> pairs;
  for (const SharedEntry& entry : push.entries) {
    const LogId log = entry->id.log;
    if (!pairs.empty() && pairs.back().log == log) continue;
    if (pairs.size() >= learner_stable_pairs_max) break;
    if (const std::uint64_t seq = stable_.at(log); seq != 0) pairs.push_back({log, seq});
  }
  return pairs;
}

// --- At the joining server
// --------------------------------------------------------------------------------------

/// The leader said how much was missing on our disk when we asked.
void Server::measure_catch_up(Context& c, Looking& looking, std::uint64_t lag) {
  const std::uint64_t held = history_.held().count_beyond({});
  const std::uint64_t of = std::max(held, history_.durable().count_beyond({}) + lag);
  if (!looking.catch_up) looking.catch_up = CatchUp{of, c.now, held, 0};
  CatchUp& catch_up = *looking.catch_up;
  catch_up.of = std::max(catch_up.of, of);
  if (const Duration span = c.now - catch_up.measured; span >= measure_every) {
    const std::uint64_t lately =
        (held - catch_up.held_then) * 1'000'000 / static_cast<std::uint64_t>(span.us);
    catch_up.per_second =
        catch_up.per_second == 0 ? lately : (3 * catch_up.per_second + lately) / 4;
    catch_up.measured = c.now;
    catch_up.held_then = held;
  }
  c.effects.note(CatchingUp{*joining()});
}

std::optional<Joining> Server::joining() const {
  const auto* looking = std::get_if<Looking>(&role_);
  if (looking == nullptr || !looking->catch_up) return std::nullopt;
  const std::uint64_t held = history_.held().count_beyond({});
  return Joining{held, std::max(held, looking->catch_up->of), looking->catch_up->per_second};
}

/// The leader that brings this server up to date. Others need not do the same work.
const Member* Server::catches_up_from() const {
  const auto* looking = std::get_if<Looking>(&role_);
  return looking != nullptr && looking->catch_up && looking->leader ? &*looking->leader : nullptr;
}

/// Whether what arrived waits for more before it is written.
bool Server::gathers_writes(Context& c) {
  if (catches_up_from() == nullptr || leaving_ || to_write_.size() >= gather_entries_max)
    return false;
  if (gather_until_.us < 0) gather_until_ = c.now + gather_for;
  if (c.now >= gather_until_) return false;
  timers_.no_later(Timer::pace, gather_until_);
  return true;
}

}  // namespace peal
