// Takes from recordings what a scenario can say.
#include "sim/field/read_field.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/field/middle_of.hpp"

namespace peal::sim {
namespace {

using trace::Index;
using trace::none;

class FieldReader {
 public:
  explicit FieldReader(const trace::Draft& draft) : draft_(draft), story_(draft.story) {}

  FieldRun read() {
    run_.notes = story_.notes;
    run_.duration_us = story_.duration_us;
    servers();
    activity();
    lives();
    messages();
    asked();
    views();
    run_.wake_late_us = middle_of(draft_.wakes_late_us);
    note_history();
    return std::move(run_);
  }

 private:
  [[nodiscard]] std::int64_t at(Index step) const { return story_.steps[step].at_us; }
  [[nodiscard]] std::optional<std::size_t> server_of(Index line) const {
    const auto found = by_line_.find(line);
    if (found == by_line_.end()) return std::nullopt;
    return found->second;
  }

  /// Lines of servers stand in the order of the ring.
  void servers() {
    for (Index line = 0; line < story_.lines.size(); ++line) {
      const ServerId id = story_.lines[line].server;
      if (!id) continue;
      if (!run_.servers.empty() && run_.servers.back() == id) {
        run_.notes.push_back(fmt::format("{} is left out", story_.lines[line].name));
        continue;
      }
      by_line_[line] = run_.servers.size();
      run_.servers.push_back(id);
    }
  }

  void activity() {
    run_.active.resize(run_.servers.size());
    for (const trace::Step& step : story_.steps)
      if (const auto server = server_of(step.line)) run_.active[*server].push_back(step.at_us);
  }

  void lives() {
    for (const trace::Life& life : story_.lives) {
      const auto server = server_of(life.line);
      if (!server) continue;
      FieldLife told{.server = *server, .from_us = at(life.from), .clean = life.clean};
      if (life.to != none) told.to_us = at(life.to);
      if (life.clean) told.asked_us = asked_to_leave(life);
      run_.lives.push_back(told);
    }
    std::ranges::sort(run_.lives, {}, &FieldLife::from_us);
    for (FieldLife& life : run_.lives) life.silent = life.to_us && !life.clean && !refused(life);
  }

  [[nodiscard]] std::int64_t asked_to_leave(const trace::Life& life) const {
    for (Index step = life.to; step > life.from; --step)
      if (story_.steps[step].line == life.line && story_.steps[step].kind == "Stop")
        return at(step);
    return at(life.to);
  }

  /// Somebody was told that nobody listens there, or nobody tried to find out.
  [[nodiscard]] bool refused(const FieldLife& life) const {
    std::int64_t until_us = run_.duration_us;
    for (const FieldLife& next : run_.lives)
      if (next.server == life.server && next.from_us > *life.to_us)
        until_us = std::min(until_us, next.from_us);
    const auto meanwhile = [&](Index step) {
      return at(step) >= *life.to_us && at(step) <= until_us;
    };
    for (const trace::Draft::Refused& refused : draft_.refused)
      if (meanwhile(refused.step) && is_at(refused.at, life.server)) return true;
    return std::ranges::none_of(story_.arrows, [&](const trace::Arrow& arrow) {
      return arrow.sent != none && arrow.arrived == none && meanwhile(arrow.sent) &&
             arrow.to != none && server_of(arrow.to) == life.server;
    });
  }

  [[nodiscard]] bool is_at(const Endpoint& endpoint, std::size_t server) const {
    return std::ranges::any_of(draft_.received, [&](const trace::Letter& letter) {
      return letter.from == endpoint && letter.sender.server == run_.servers[server];
    });
  }

  void messages() {
    for (const trace::Arrow& arrow : story_.arrows) {
      if (arrow.from == none || arrow.to == none) continue;
      const auto from = server_of(arrow.from);
      const auto to = server_of(arrow.to);
      if (!from || !to || *from == *to) continue;
      FieldMessage message{.from = *from, .to = *to, .kind = arrow.kind};
      if (arrow.sent != none) message.sent_us = at(arrow.sent);
      if (arrow.arrived != none) message.arrived_us = at(arrow.arrived);
      run_.messages.push_back(message);
    }
  }

  void asked() {
    std::vector<const trace::Draft::Asked*> order;
    for (const trace::Draft::Asked& asked : draft_.asked) order.push_back(&asked);
    std::ranges::sort(order, {}, [](const auto* asked) { return asked->step; });
    for (const trace::Draft::Asked* asked : order)
      if (const auto server = server_of(story_.steps[asked->step].line))
        run_.asked.push_back({at(asked->step), *server, asked->session, asked->message});
  }

  void views() {
    for (const trace::InView& in : story_.views) {
      const auto leader = server_of(in.line);
      if (!leader || in.role != Role::leader) continue;
      FieldView view{.leader = *leader,
                     .from_us = at(in.from),
                     .to_us = in.to == none ? run_.duration_us : at(in.to)};
      for (const Member& member : in.view.members) {
        const auto known = std::ranges::find(run_.servers, member.id);
        if (known == run_.servers.end())
          unrecorded_.insert(member.id);
        else
          view.members.push_back(static_cast<std::size_t>(known - run_.servers.begin()));
      }
      std::ranges::sort(view.members);
      run_.views.push_back(view);
    }
    std::ranges::sort(run_.views, {}, &FieldView::from_us);
    for (const ServerId id : unrecorded_)
      run_.notes.push_back(
          fmt::format("server {} was a member, and nothing of it was recorded", id.value));
  }

  void note_history() {
    std::set<Index> noted;
    for (const Index start : draft_.with_history) {
      const Index line = story_.steps[start].line;
      const bool first = std::ranges::none_of(story_.lives, [&](const trace::Life& life) {
        return life.line == line && at(life.from) < at(start);
      });
      if (first && noted.insert(line).second)
        run_.notes.push_back(
            fmt::format("{} had a history before: the scenario starts it without one",
                        story_.lines[line].name));
    }
  }

  const trace::Draft& draft_;
  const trace::Story& story_;
  FieldRun run_;
  std::map<Index, std::size_t> by_line_;
  std::set<ServerId> unrecorded_;
};

}  // namespace

FieldRun read_field(const trace::Draft& draft) { return FieldReader(draft).read(); }

}  // namespace peal::sim
