// A client whose every datagram the test sends itself, to look at servers from outside.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/cluster.hpp"
#include "tests/support/entries.hpp"

namespace peal::test {

/// Session n of user n. It acknowledges deliveries only in acknowledge().
class Person {
 public:
  Person(Cluster& cluster, std::uint64_t n, std::uint64_t home)
      : cluster_(cluster),
        session_{n},
        user_(test::user(static_cast<std::uint32_t>(n) << 24U)),
        home_(home) {}

  [[nodiscard]] SessionId session() const { return session_; }
  [[nodiscard]] UserId id() const { return user_; }
  void send(Message message) { cluster_.send(session_, home_, std::move(message)); }

  void attach() { attach_to(home_, false, {}); }
  /// Goes on at another home where the former one stopped.
  void move_to(std::uint64_t home) { attach_to(home, true, cursor()); }
  void attach_to(std::uint64_t home, bool resume, VersionVector cursor) {
    home_ = home;
    cluster_.send(session_, home, Attach{++attachment_, "peal", user_, resume, std::move(cursor)});
  }
  [[nodiscard]] std::uint64_t attachment() const { return attachment_; }

  /// Submits it as the next message; its number.
  std::uint64_t say(Body body) {
    said_.emplace(++n_, body);
    submit(n_);
    return n_;
  }
  void submit(std::uint64_t n) { send(submission(n, said_.at(n))); }
  [[nodiscard]] static Submit submission(std::uint64_t n, Body body) {
    Submit submit;
    submit.oldest = 1;
    submit.items = {{n, std::move(body)}};
    return submit;
  }
  /// Registers, joins and waits until both are acknowledged.
  [[nodiscard]] bool settle(const std::string& name, const RoomName& room) {
    attach();
    const std::uint64_t first = say(RegisterUser{name});
    const std::uint64_t second = say(JoinRoom{room});
    return cluster_.run_until([&] { return accepted(first) && accepted(second); }, seconds(2));
  }

  [[nodiscard]] std::optional<Verdict> verdict(std::uint64_t n) {
    for (const Submitted& submitted : cluster_.received<Submitted>(session_))
      for (const Receipt& receipt : submitted.receipts)
        if (receipt.n == n) return receipt.verdict;
    return std::nullopt;
  }
  [[nodiscard]] std::optional<Accepted> accepted(std::uint64_t n) {
    const auto told = verdict(n);
    if (!told || !std::holds_alternative<Accepted>(*told)) return std::nullopt;
    return std::get<Accepted>(*told);
  }

  /// What was delivered, each Deliver once, attachment by attachment.
  [[nodiscard]] std::vector<Delivery> deliveries() {
    std::map<std::pair<std::uint64_t, std::uint64_t>, Deliver> in_order;
    for (const Deliver& deliver : cluster_.received<Deliver>(session_))
      in_order.emplace(std::pair(deliver.attachment, deliver.n), deliver);
    std::vector<Delivery> all;
    for (const auto& [n, deliver] : in_order)
      all.insert(all.end(), deliver.items.begin(), deliver.items.end());
    return all;
  }
  /// The texts of all posts delivered.
  [[nodiscard]] std::vector<std::string> texts() {
    std::vector<std::string> all;
    for (const Delivery& delivery : deliveries())
      if (const auto* post = std::get_if<Post>(&delivery.body)) all.push_back(post->text);
    return all;
  }
  [[nodiscard]] VersionVector cursor() {
    VersionVector cursor;
    for (const Attached& attached : cluster_.received<Attached>(session_))
      cursor.merge(attached.cursor);
    for (const Deliver& deliver : cluster_.received<Deliver>(session_))
      for (const EntryId pair : deliver.cursor) cursor.advance(pair);
    return cursor;
  }
  /// Acknowledges everything that came in this attachment.
  void acknowledge() {
    std::uint64_t n = 0;
    for (const Deliver& deliver : cluster_.received<Deliver>(session_))
      if (deliver.attachment == attachment_) n = std::max(n, deliver.n);
    send(DeliverAck{attachment_, n});
  }

 private:
  Cluster& cluster_;
  SessionId session_;
  UserId user_;
  std::uint64_t home_;
  std::uint64_t attachment_ = 0;
  std::uint64_t n_ = 0;
  std::map<std::uint64_t, Body> said_;
};

}  // namespace peal::test
