// Asking until somebody answers.
#include "core/client_questions.hpp"

#include <algorithm>
#include <utility>

#include "core/limits.hpp"

namespace peal {
namespace {

constexpr Duration again_first = milliseconds(100);
constexpr Duration question_again_max = seconds(1);

Duration patience(std::uint32_t tries) {
  return std::min(again_first * (std::int64_t{1} << std::min(tries, 8U)), question_again_max);
}

struct MixQuestion {
  Hasher& hasher;
  void operator()(const StatusQuery&) const {}
  void operator()(const RoomsQuery& q) const { hasher.add(q.after); }
  void operator()(const WhoQuery& q) const { hasher.add(q.after); }
  void operator()(const FindUserQuery& q) const { hasher.add(q.name); }
  void operator()(const ConversationsQuery& q) const {
    if (q.after) mix(*q.after);
  }
  void operator()(const LeaveCommand&) const {}
  void operator()(const DrainCommand& q) const { hasher.add(q.undo ? 1 : 0); }
  void operator()(const RemoveCommand& q) const { hasher.add(q.server.value); }
  void operator()(const HistoryQuery& q) const {
    mix(q.with);
    mix(q.before);
    hasher.add(q.limit);
  }
  void operator()(const SearchQuery& q) const {
    hasher.add(q.text);
    if (q.in) mix(*q.in);
    mix(q.before);
    hasher.add(q.limit);
  }
  void mix(const Destination& conversation) const {
    if (const auto* room = std::get_if<RoomName>(&conversation)) {
      hasher.add(room->value);
    } else {
      hasher.add(std::span<const std::uint8_t>(std::get<UserId>(conversation).bytes));
    }
  }
  void mix(const std::optional<EntryKey>& key) const {
    if (key) hasher.add(key->hlc.value).add(key->id.log.value).add(key->id.seq);
  }
};

}  // namespace

bool ClientQuestions::ask(Instant now, Ticket ticket, Question question,
                          std::vector<EntryId> seen) {
  if (open_.size() >= limits::client_questions_max) return false;
  open_.emplace_hint(
      open_.end(), next_++,
      Open{.ticket = ticket, .question = std::move(question), .seen = std::move(seen), .due = now});
  return true;
}

void ClientQuestions::send_due(Instant now, const Endpoint& server, ClientEffects& effects) {
  for (auto& [n, open] : open_) {
    if (open.due > now) continue;
    effects.send(server, Query{n, open.question, open.seen});
    if (!open.asked) open.asked = now;
    open.due = now + patience(open.tries++);
  }
}

void ClientQuestions::start_over(Instant now) {
  for (auto& [n, open] : open_) {
    open.due = now;
    open.asked.reset();
    open.tries = 0;
  }
}

void ClientQuestions::take(Instant now, const Answer& answer, ClientEffects& effects) {
  const auto it = open_.find(answer.n);
  if (it == open_.end() || it->second.tries == 0) return;  // Answered already, or never asked.
  if (std::holds_alternative<Later>(answer.body)) {
    it->second.asked.reset();
    it->second.due = now + patience(it->second.tries);
    return;
  }
  effects.add(Answered{it->second.ticket, answer.body});
  open_.erase(it);
}

Instant ClientQuestions::next_deadline() const {
  Instant next = never;
  for (const auto& [n, open] : open_) next = std::min(next, open.due);
  return next;
}

Instant ClientQuestions::waiting_since() const {
  Instant since = never;
  for (const auto& [n, open] : open_)
    if (open.asked) since = std::min(since, *open.asked);
  return since;
}

void ClientQuestions::mix_into(Hasher& hasher, Instant now) const {
  const auto relative = [now](Instant at) { return static_cast<std::uint64_t>((at - now).us); };
  hasher.add(next_).add(open_.size());
  for (const auto& [n, open] : open_) {
    for (const EntryId pair : open.seen) hasher.add(pair.log.value).add(pair.seq);
    hasher.add(n).add(open.ticket.value).add(open.question.index()).add(open.tries);
    hasher.add(relative(std::max(open.due, now)));
    hasher.add(open.asked ? relative(*open.asked) : 1);
    std::visit(MixQuestion{hasher}, open.question);
  }
}

}  // namespace peal
