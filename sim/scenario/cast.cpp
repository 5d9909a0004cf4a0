// Looking names up, and saying which there are.
#include "sim/scenario/cast.hpp"

#include <algorithm>

#include "sim/crowd.hpp"
#include "sim/scenario/names.hpp"

namespace peal::sim {
namespace {

constexpr std::size_t people_max = 200;

}  // namespace

std::size_t Cast::server(Tokens& tokens) const {
  const ServerId id{tokens.numbered('s', "a server, as s1") + 1};
  const auto found = std::ranges::find(setup_.servers, id);
  if (found != setup_.servers.end())
    return static_cast<std::size_t>(found - setup_.servers.begin());
  std::string all;
  for (std::size_t i = 0; i < setup_.servers.size(); ++i) all += " " + server_name(setup_, i);
  tokens.fail_there(fmt::format("there is no server s{}; the servers are{}", id.value, all));
}

std::size_t Cast::person(Tokens& tokens) {
  const std::size_t person = tokens.numbered('p', "a person, as p1");
  if (person >= people_max)
    tokens.fail_there(fmt::format("there are at most {} people", people_max));
  setup_.people = std::max(setup_.people, person + 1);
  return person;
}

Place Cast::host(Tokens& tokens) {
  if (tokens.sees_numbered('s')) return static_cast<Place>(server(tokens));
  if (!tokens.sees_numbered('p')) tokens.fail("a server or a person, as s1 or p1");
  return static_cast<Place>(setup_.servers.size() + person(tokens));
}

RoomName Cast::room(Tokens& tokens) {
  if (tokens.sees_text()) return {tokens.text()};  // Also one that nobody could have.
  std::string name = tokens.word("a room, as #lunch");
  if (name.front() != '#') tokens.fail_there("a room begins with #, as #lunch");
  return {std::move(name)};
}

Destination Cast::destination(Tokens& tokens) const {
  if (!tokens.sees_numbered('p')) return room(tokens);
  const std::size_t person = tokens.numbered('p', "a person, as p1");
  // Somebody who never comes may be written to as well.
  if (person >= 255) tokens.fail_there("people are numbered from p1 to p255");
  return user_of(person);
}

std::uint32_t Cast::new_label(Tokens& tokens, const SayBody& said) {
  const auto label = static_cast<std::uint32_t>(tokens.numbered('m', "a name as m1") + 1);
  if (!said_.emplace(label, said).second)
    tokens.fail_there(fmt::format("another message is called m{} already", label));
  return label;
}

std::uint32_t Cast::label(Tokens& tokens) const {
  const auto label = static_cast<std::uint32_t>(tokens.numbered('m', "a message, as m1") + 1);
  if (!said_.contains(label))
    tokens.fail_there(fmt::format(
        "no message before this line is called m{}: write \"as m{}\" behind one", label, label));
  return label;
}

Destination Cast::conversation(std::uint32_t label, std::size_t person) const {
  const auto& said = said_.at(label);
  const auto* post = std::get_if<Post>(&said.body);
  if (post == nullptr) return RoomName{};
  const bool from_another = said.person != person && std::holds_alternative<UserId>(post->to);
  return from_another ? Destination{user_of(said.person)} : post->to;
}

}  // namespace peal::sim
