// One host of the explored world: a machine, its disk, and what it was seen to do.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/client.hpp"
#include "core/server.hpp"
#include "sim/disk.hpp"

namespace peal::sim::explore {

/// An acknowledgement as the author was told it.
struct Ack {
  MessageId message;
  Accepted accepted;
  friend bool operator==(const Ack&, const Ack&) = default;
};
struct Shown {
  MessageId message;
  EntryId entry;
  friend bool operator==(const Shown&, const Shown&) = default;
};

/// What promises are about and machines forget. It is part of a host, so worlds that differ in it
/// are different.
struct Witness {
  std::vector<View> installed;  ///< by all processes of this host, each once, sorted
  std::vector<Ack> acks;        ///< in the order in which they came
  std::vector<Shown> shown;     ///< likewise
  bool gap_shown = false;
  friend bool operator==(const Witness&, const Witness&) = default;
};

/// A value. A host is a server's or a client's; a server that is down has no machine.
struct Host {
  std::uint32_t starts = 0;  ///< how many processes there were, the present one included
  std::optional<Server> server;
  std::optional<Client> client;
  Disk disk;
  std::vector<Write> writes;  ///< under way, oldest first
  Witness seen;

  [[nodiscard]] bool up() const { return server || client; }
  [[nodiscard]] Instant deadline() const;
  /// Equal hosts have equal digests; different ones nearly always have different ones, which is
  /// why equality is asked as well.
  [[nodiscard]] Digest digest() const;
  friend bool operator==(const Host& a, const Host& b);
};

}  // namespace peal::sim::explore
