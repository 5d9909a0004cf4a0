// All hosts that were ever met, each once, and what every happening makes of them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/explore/acts.hpp"
#include "sim/explore/digest_table.hpp"
#include "sim/explore/letter.hpp"

namespace peal::sim::explore {

using HostId = std::uint32_t;

/// A host that never changes any more.
struct Node {
  std::unique_ptr<const Host> host;
  Digest digest;  ///< unlike that of any other node
  Instant deadline = never;
  std::uint16_t writes = 0;
  bool up = false;
  bool alike = false;  ///< a different host has the same digest of its own
};

/// What happens to one host. what: the packet, the number of writes kept, or the line said.
struct Happening {
  enum class Kind : std::uint8_t { deliver, wake, written, crash, start, say };
  Kind kind = Kind::wake;
  std::uint32_t what = 0;
};

/// broken: an index into Stage::broken(), 0 for nothing. watched: the host did or stored something
/// that promises are about.
struct Outcome {
  HostId host = 0;
  std::uint32_t first_sent = 0;
  std::uint32_t sent = 0;
  std::uint32_t broken = 0;
  bool watched = false;
};

/// Worlds are made of few different hosts in many combinations. So each host is kept once, and a
/// machine is stepped once for each event at each time; from then on its answer is looked up.
class Stage {
 public:
  Stage(const Cast& cast, std::vector<Body> lines) : cast_(cast), lines_(std::move(lines)) {}

  [[nodiscard]] const Cast& cast() const { return cast_; }
  [[nodiscard]] const std::vector<Body>& lines() const { return lines_; }
  [[nodiscard]] const Letters& letters() const { return letters_; }
  [[nodiscard]] Letters& letters() { return letters_; }
  [[nodiscard]] const Node& node(HostId id) const { return nodes_[id]; }
  [[nodiscard]] const Host& host(HostId id) const { return *nodes_[id].host; }
  [[nodiscard]] const std::string& broken(std::uint32_t index) const { return broken_[index]; }
  [[nodiscard]] Flight sent(const Outcome& outcome, std::uint32_t index) const {
    return sent_[outcome.first_sent + index];
  }

  [[nodiscard]] HostId number(Host host);
  [[nodiscard]] Outcome step(std::size_t place, HostId host, Instant now, Happening happening);
  /// The same, with what the host does in words, and nothing remembered.
  [[nodiscard]] Deed tell(std::size_t place, HostId host, Instant now, Happening happening) const;
  void act(Act& act, Happening happening) const;

  /// Forgets all hosts but these, and all answers.
  void keep_only(const std::vector<bool>& needed);

  [[nodiscard]] std::size_t hosts() const { return nodes_.size() - free_.size(); }
  [[nodiscard]] std::size_t slots() const { return nodes_.size(); }
  [[nodiscard]] std::uint64_t steps_taken() const { return steps_taken_; }
  /// Hosts that differ although the digests of their machines do not.
  [[nodiscard]] std::uint64_t alike() const { return alike_; }

 private:
  [[nodiscard]] HostId add(Host&& host, Digest digest);

  Cast cast_;
  std::vector<Body> lines_;
  Letters letters_;
  std::vector<Node> nodes_;
  std::vector<HostId> free_;
  DigestTable known_;
  DigestTable answers_;
  std::vector<Outcome> outcomes_;
  std::vector<Flight> sent_;
  std::vector<std::string> broken_{""};
  std::uint64_t steps_taken_ = 0;
  std::uint64_t alike_ = 0;
};

}  // namespace peal::sim::explore
