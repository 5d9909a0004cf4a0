// One overload for each action.
#include "sim/shrink/recast.hpp"

#include "core/overloaded.hpp"
#include "sim/crowd.hpp"

namespace peal::sim {
namespace {

class Recast {
 public:
  Recast(const Setup& setup, const Renumbering& servers, const Renumbering& people)
      : old_servers_(setup.servers.size()), servers_(servers), people_(people) {
    for (const auto& server : servers) new_servers_ += server ? 1 : 0;
  }

  /// Nothing when it is about somebody who is gone.
  [[nodiscard]] std::optional<Action> operator()(Action action) const {
    const bool kept = std::visit(
        Overloaded{[&](StartTwin& a) { return keep(a.server) && keep(a.of); },
                   [&](RemoveServer& a) { return keep(a.server) && keep(a.gone); },
                   [&](CutLinks& a) { return keep(a.links); },
                   [&](LoseHalf& a) { return keep(a.links); },
                   [&](LagLinks& a) { return keep(a.links); },
                   [&](NarrowLinks& a) { return keep(a.links); },
                   [&](ClogLinks& a) { return keep(a.links); },
                   [&](AddRule& a) { return keep_place(a.rule.from) && keep_place(a.rule.to); },
                   [&](Come& a) {
                     if (a.knows && !keep(*a.knows)) a.knows.reset();
                     return keep_person(a.person);
                   },
                   [&](SayBody& a) { return keep_person(a.person) && keep_users(a.body); },
                   [&](ReadPages& a) { return keep_person(a.person) && keep_user(a.with); },
                   [&](auto& a) { return keep_rest(a); }},
        action);
    return kept ? std::optional(std::move(action)) : std::nullopt;
  }

  [[nodiscard]] bool keep(std::size_t& server) const { return renumber(servers_, server); }
  [[nodiscard]] bool keep_person(std::size_t& person) const { return renumber(people_, person); }

 private:
  template <class A>
  [[nodiscard]] bool keep_rest(A& action) const {
    if constexpr (requires { action.server; }) return keep(action.server);
    if constexpr (requires { action.place; }) return keep_place(action.place);
    if constexpr (requires { action.person; }) return keep_person(action.person);
    return true;
  }
  static bool renumber(const Renumbering& all, std::size_t& number) {
    if (number >= all.size() || !all[number]) return false;
    number = *all[number];
    return true;
  }
  [[nodiscard]] bool keep_place(Place& place) const {
    std::size_t number = place;
    const bool is_server = number < old_servers_;
    if (!is_server) number -= old_servers_;
    if (!(is_server ? keep(number) : keep_person(number))) return false;
    place = static_cast<Place>(is_server ? number : number + new_servers_);
    return true;
  }
  [[nodiscard]] bool keep(Links& links) const {
    Links kept;
    for (auto [from, to] : links)
      if (keep_place(from) && keep_place(to)) kept.emplace_back(from, to);
    links = std::move(kept);
    return !links.empty();
  }
  /// Users who were never people of the run stay.
  [[nodiscard]] bool keep_user(Destination& destination) const {
    auto* user = std::get_if<UserId>(&destination);
    return user == nullptr || keep_user(*user);
  }
  [[nodiscard]] bool keep_user(UserId& user) const {
    std::size_t person = user.bytes[0] - std::size_t{1};
    if (person >= people_.size()) return true;
    if (!keep_person(person)) return false;
    user = user_of(person);
    return true;
  }
  [[nodiscard]] bool keep_users(Body& body) const {
    return std::visit(Overloaded{[&](auto& b)
                                   requires requires { b.to; }
                                            { return keep_user(b.to); },
                                            [&](auto& b)
                                              requires requires { b.user; }
                                 { return keep_user(b.user); },
                                 [&](MarkRead& b) { return keep_user(b.conversation); },
                                 [](auto&) { return true; }},
                      body);
  }

  std::size_t old_servers_;
  std::size_t new_servers_ = 0;
  const Renumbering& servers_;
  const Renumbering& people_;
};

}  // namespace

Renumbering without(std::size_t one, std::size_t count) {
  Renumbering all(count);
  for (std::size_t i = 0, next = 0; i < count; ++i)
    if (i != one) all[i] = next++;
  return all;
}

Script recast(const Script& script, const Renumbering& servers, const Renumbering& people) {
  const Recast keep(script.setup, servers, people);
  Script left = script;
  left.setup.servers.clear();
  for (std::size_t i = 0; i < script.setup.servers.size(); ++i)
    if (servers[i]) left.setup.servers.push_back(script.setup.servers[i]);
  left.setup.people = 0;
  for (const auto& person : people) left.setup.people += person ? 1 : 0;
  left.setup.later.clear();
  for (std::size_t server : script.setup.later)
    if (keep.keep(server)) left.setup.later.push_back(server);
  left.setup.deaf_to_groups.clear();
  for (std::size_t person : script.setup.deaf_to_groups)
    if (keep.keep_person(person)) left.setup.deaf_to_groups.push_back(person);
  left.actions.clear();
  for (const TimedAction& timed : script.actions)
    if (auto action = keep(timed.action)) left.actions.push_back({timed.at_us, std::move(*action)});
  return left;
}

}  // namespace peal::sim
