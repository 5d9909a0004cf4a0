// Sessions of clients as comings and goings of people, and what they submitted as what they said.
#include "sim/field/visits.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "core/config.hpp"
#include "core/overloaded.hpp"
#include "sim/crowd.hpp"

namespace peal::sim {
namespace {

// As many as the language has.
constexpr std::size_t acting_most = 200;
constexpr std::size_t named_most = 255;
// A client that lives says something this often, whatever its server does.
std::int64_t silent_least_us() { return 3 * ClientConfig{}.ping_every.us; }

/// One session, from its first message to its last.
struct Session {
  std::int64_t first_us = 0;
  std::int64_t last_us = 0;
  std::size_t server = 0;                 ///< that it was attached to first
  UserId user{};                          ///< none: it only asked
  std::optional<std::int64_t> left_us{};  ///< it said goodbye
  std::size_t person = 0;
};

class VisitReader {
 public:
  VisitReader(const FieldRun& run, std::int64_t latency_us) : run_(run), latency_us_(latency_us) {}

  Visits read() {
    sessions();
    people();
    for (const auto& [id, session] : sessions_)
      if (session.user) visit(session);
    for (const FieldAsked& asked : run_.asked) said(asked);
    for (const auto& [what, times] : left_out_)
      visits_.notes.push_back(fmt::format("left out, {} times: {}", times, what));
    visits_.people = std::min(people_, acting_most);
    return std::move(visits_);
  }

 private:
  void sessions() {
    for (const FieldAsked& asked : run_.asked) {
      const auto [it, fresh] =
          sessions_.try_emplace(asked.session, Session{.first_us = asked.at_us});
      Session& session = it->second;
      session.last_us = asked.at_us;
      if (const auto* attach = std::get_if<Attach>(&asked.message); attach && !session.user) {
        session.user = attach->user;
        session.server = asked.server;
      }
      if (std::holds_alternative<Detach>(asked.message)) session.left_us = asked.at_us;
    }
  }

  /// In the order in which they came.
  void people() {
    std::vector<Session*> order;
    for (auto& [id, session] : sessions_)
      if (session.user) order.push_back(&session);
    std::ranges::sort(order, {}, &Session::first_us);
    std::map<std::size_t, std::int64_t> here_until;
    for (Session* session : order) {
      std::optional<std::size_t> free;
      for (const std::size_t person : persons_of_[session->user])
        if (here_until[person] < session->first_us) free = person;
      if (!free) {
        free = people_++;
        persons_of_[session->user].push_back(*free);
      }
      session->person = *free;
      here_until[*free] = session->last_us;
    }
    if (people_ > acting_most)
      visits_.notes.push_back(
          fmt::format("of {} people only the first {} act", people_, acting_most));
  }

  void add(std::int64_t at_us, std::size_t person, Action action) {
    if (person < acting_most)
      visits_.actions.push_back({std::max<std::int64_t>(0, at_us), std::move(action)});
  }

  void visit(const Session& session) {
    add(session.first_us - latency_us_, session.person, Come{session.person, session.server});
    if (session.left_us)
      add(*session.left_us, session.person, LogOut{session.person});
    else if (run_.duration_us - session.last_us > silent_least_us())
      add(session.last_us + latency_us_, session.person, Vanish{session.person});
  }

  void said(const FieldAsked& asked) {
    const auto* query = std::get_if<Query>(&asked.message);
    if (query != nullptr && told_.insert({asked.session, query->n}).second)
      question(asked, query->question);
    const Session& session = sessions_.at(asked.session);
    const auto* submit = std::get_if<Submit>(&asked.message);
    if (submit == nullptr || !session.user) return;
    for (const Submission& item : submit->items) {
      const MessageId message{asked.session, item.n};
      if (labels_.contains(message)) continue;
      SayBody say{.person = session.person, .body = item.body};
      labels_[message] = 0;
      if (!fits(say)) continue;
      labels_[message] = ++last_label_;
      say.label = last_label_;
      add(asked.at_us - latency_us_, session.person, std::move(say));
    }
  }

  void question(const FieldAsked& asked, const Question& question) {
    const std::size_t server = asked.server;
    const std::int64_t at_us = asked.at_us - latency_us_;
    if (const auto* history = std::get_if<HistoryQuery>(&question)) {
      read_page(at_us, asked.session, *history);
    } else if (std::holds_alternative<LeaveCommand>(question)) {
      add(at_us, 0, StopServer{server});
    } else if (const auto* drain = std::get_if<DrainCommand>(&question)) {
      add(at_us, 0, DrainServer{server, drain->undo});
    } else if (const auto* remove = std::get_if<RemoveCommand>(&question)) {
      const auto gone = std::ranges::find(run_.servers, remove->server);
      if (gone != run_.servers.end())
        add(at_us, 0, RemoveServer{server, static_cast<std::size_t>(gone - run_.servers.begin())});
    }
  }

  /// A page behind another one is one more of the same reading.
  void read_page(std::int64_t at_us, SessionId id, const HistoryQuery& history) {
    const Session& session = sessions_.at(id);
    Destination with = history.with;
    if (!session.user || !known(with)) return;
    ReadPages read{session.person, with, history.limit, 1};
    if (!history.before) return add(at_us, session.person, read);
    for (auto timed = visits_.actions.rbegin(); timed != visits_.actions.rend(); ++timed)
      if (auto* begun = std::get_if<ReadPages>(&timed->action);
          begun != nullptr && begun->person == session.person && begun->with == with) {
        ++begun->pages;
        return;
      }
  }

  /// References become those of the scenario. False when it has no words for them.
  bool fits(SayBody& say) {
    return std::visit(
        Overloaded{[&](Post& b) { return known(b.to); },
                   [&](MarkRead&) { return left_out("what somebody has read"); },
                   [&](EditPost& b) { return refers(say, b.to, b.post); },
                   [&](DeletePost& b) { return refers(say, b.to, b.post); },
                   [&](React& b) { return refers(say, b.to, b.post); },
                   [&](Invite& b) { return known(b.user); },
                   [&](RemoveMember& b) { return known(b.user); }, [](auto&) { return true; }},
        say.body);
  }

  bool refers(SayBody& say, Destination& to, MessageId& post) {
    const auto label = labels_.find(post);
    if (label == labels_.end() || label->second == 0)
      return left_out("what is about a post from before");
    say.about = label->second;
    post = {};
    return known(to);
  }

  bool known(Destination& destination) {
    auto* user = std::get_if<UserId>(&destination);
    return user == nullptr || known(*user);
  }
  /// Somebody who never comes has a number behind those who do.
  bool known(UserId& user) {
    auto& persons = persons_of_[user];
    if (persons.empty()) persons.push_back(people_ + others_++);
    if (persons.front() >= named_most) return left_out("what is about too many people");
    user = user_of(persons.front());
    return true;
  }

  bool left_out(const std::string& what) {
    ++left_out_[what];
    return false;
  }

  const FieldRun& run_;
  std::int64_t latency_us_;
  Visits visits_;
  std::map<SessionId, Session> sessions_;
  std::map<UserId, std::vector<std::size_t>> persons_of_;
  std::size_t people_ = 0;
  std::size_t others_ = 0;
  std::set<std::pair<SessionId, std::uint64_t>> told_;  ///< questions
  std::map<MessageId, std::uint32_t> labels_;           ///< 0: not in the scenario
  std::uint32_t last_label_ = 0;
  std::map<std::string, std::size_t> left_out_;
};

}  // namespace

Visits read_visits(const FieldRun& run, std::int64_t latency_us) {
  return VisitReader(run, latency_us).read();
}

}  // namespace peal::sim
