// The people of a world as their programs know them: what each was shown last, and reads now.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/world.hpp"

namespace peal::sim {

[[nodiscard]] UserId user_of(std::size_t person);

/// Person i uses client i of the world. Tells oracles of every page of history.
class Crowd : public Player, public Program {
 public:
  Crowd(World& world, std::size_t people);

  void called(std::uint32_t what) override;
  void heard(std::size_t client, const ClientEffect& effect) override;

  /// A post that was shown, and the conversation that it is in as this person names it.
  struct Shown {
    Destination where;
    MessageId message;
  };

  [[nodiscard]] std::size_t size() const { return people_.size(); }
  [[nodiscard]] bool here(std::size_t person) const { return world_.client_up(person); }
  /// Opens a session with a new client.
  void come(std::size_t person, std::optional<std::size_t> knows);
  /// What it said, or nothing when its client refused at once.
  std::optional<MessageId> say(std::size_t person, const Body& body);
  void read(std::size_t person, const HistoryQuery& query, std::uint32_t pages);

  /// The last post of somebody else, and the last own one, that this session was shown.
  [[nodiscard]] const std::optional<Shown>& heard_last(std::size_t person) const {
    return people_[person].heard_last;
  }
  [[nodiscard]] const std::optional<Shown>& said_last(std::size_t person) const {
    return people_[person].said_last;
  }
  /// The server that the session was connected to last; whether it still is, its client knows.
  [[nodiscard]] ServerId last_home(std::size_t person) const { return people_[person].last_home; }
  /// Why it was rejected, if it was.
  [[nodiscard]] std::optional<RejectReason> rejection(MessageId message) const;
  /// Why the client itself refused the last body that it refused.
  [[nodiscard]] RejectReason last_refusal(std::size_t person) const {
    return people_[person].last_refusal;
  }
  /// A name that this session asked for is taken.
  [[nodiscard]] bool name_is_taken(std::size_t person) const {
    return people_[person].name_is_taken;
  }

 private:
  struct Person {
    std::optional<Shown> heard_last;
    std::optional<Shown> said_last;
    ServerId last_home;
    RejectReason last_refusal = RejectReason::invalid_text;
    bool name_is_taken = false;
    std::uint64_t tickets = 0;
    std::map<std::uint64_t, PageRequest> pages;  ///< by ticket
    std::uint32_t pages_left = 0;
    std::optional<HistoryQuery> next_page;
  };

  void ask_page(std::size_t person, const HistoryQuery& query);
  void arrived(std::size_t person, const Delivery& delivery);
  void rejected(std::size_t person, const Rejected& rejected);
  void answered(std::size_t person, const Answered& answered);

  World& world_;
  std::uint32_t player_ = 0;
  std::vector<Person> people_;
  std::map<MessageId, RejectReason> rejections_;
};

}  // namespace peal::sim
