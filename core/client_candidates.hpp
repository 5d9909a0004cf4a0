// The servers that a client may make its home, in the order in which it tries them.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "core/config.hpp"
#include "core/digest.hpp"
#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/prng.hpp"

namespace peal {

class ClientCandidates {
 public:
  /// Configured servers come first, in their order; with pin there are no others.
  explicit ClientCandidates(const ClientConfig& config);

  void learn(const View& view) { view_ = view; }
  [[nodiscard]] const View& view() const { return view_; }
  /// Where a server was heard is the best way to it. server none: a machine that is no server.
  void heard(ServerId server, const Endpoint& at);

  /// Another pass: first the configured servers, then the members of the view from a random one on,
  /// then their further addresses. Without the server that was just lost.
  void start_pass(ServerId lost, const Endpoint& lost_at);
  /// The next address of this pass that is not avoided; none when the pass is over.
  [[nodiscard]] std::optional<Endpoint> next(Instant now);

  /// It refused; leave it alone for a while.
  void avoid(const Endpoint& at, Instant until);
  /// Whether an Announce of this server from this address may be followed.
  [[nodiscard]] bool acceptable(const Member& server, const Endpoint& from, Instant now) const;
  /// Whom to ask directly when nobody is known to answer.
  [[nodiscard]] std::vector<Endpoint> to_probe() const;
  [[nodiscard]] bool pinned() const { return pin_; }
  [[nodiscard]] bool is_configured(const Endpoint& at) const;
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const ClientCandidates&, const ClientCandidates&) = default;

 private:
  [[nodiscard]] Endpoint best_address(const Member& member) const;
  [[nodiscard]] bool is_avoided(const Endpoint& at, Instant now) const;
  void plan(const Endpoint& at);

  std::vector<Endpoint> configured_;
  bool pin_ = false;
  Prng prng_;
  View view_;
  std::map<ServerId, Endpoint> heard_at_;  // Of members of the view only.
  std::deque<Endpoint> pass_;
  std::map<Endpoint, Instant> avoided_;
  PEAL_PARTS(configured_, pin_, prng_, view_, heard_at_, pass_, avoided_)
};

}  // namespace peal
