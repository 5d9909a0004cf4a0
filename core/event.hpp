// What happens to a server: the only way anything gets in.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/endpoint.hpp"
#include "core/entry.hpp"
#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/ranges.hpp"
#include "core/time.hpp"

namespace peal {

/// Numbers a Write or a Read; the answer carries it back.
struct Token {
  std::uint64_t value = 0;
  friend auto operator<=>(Token, Token) = default;
};

/// A well-formed packet came from this address.
struct Received {
  Endpoint from;
  Packet packet;
  PEAL_PARTS(from, packet)
};
/// A datagram could not be understood. version and kind are set when only they were unknown.
struct Malformed {
  Endpoint from;
  bool unsupported = false;
  std::uint64_t version = 0;
  std::uint64_t kind = 0;
  PEAL_PARTS(from, unsupported, version, kind)
};
/// The host of this address says that nobody listens there (ICMP). A hint, never proof.
struct RefusedAt {
  Endpoint to;
  PEAL_PARTS(to)
};
/// The deadline has come (harmless when early or repeated).
struct Wake {
  PEAL_PARTS()
};
struct Written {
  Token token;
  PEAL_PARTS(token)
};
/// slow: nothing was said for so long that nobody may wait for it any longer.
enum class DiskTrouble : std::uint8_t { full, failing, corrupt, slow };
/// None of the write's records is known to be durable.
struct WriteFailed {
  Token token;
  DiskTrouble trouble = DiskTrouble::failing;
  std::string reason;
  PEAL_PARTS(token, trouble, reason)
};
/// An entry as stored. copies: of a timeline's entry the keys of all stored entries with the same
/// message id, its own included, sorted; of a range's entry nothing.
struct StoredEntry {
  SharedEntry entry;
  std::vector<EntryKey> copies;
  PEAL_PARTS(entry, copies)
};
/// Range: entries of the log from `first` on, in order, at least one when it is stored, up to the
/// first that is damaged. Timeline and search: latest first, without those that are damaged.
/// Session: `numbers` alone, those of damaged entries too.
struct ReadDone {
  Token token;
  std::vector<StoredEntry> entries{};
  bool more = false;               ///< there is more behind the last one
  std::vector<EntryId> damaged{};  ///< met on the way: stored, but not as they were written
  Ranges numbers{};
  PEAL_PARTS(token, entries, more, damaged, numbers)
};
struct ReadFailed {
  Token token;
  std::string reason;
  PEAL_PARTS(token, reason)
};
/// The host's interfaces changed: the data socket's addresses now.
struct AddressesChanged {
  std::vector<Endpoint> addresses;
  PEAL_PARTS(addresses)
};
/// Leave cleanly: the server answers with Left when it may end.
struct Stop {
  PEAL_PARTS()
};

/// wall comes beside every event; it may jump.
struct Event {
  WallTime wall;
  std::variant<Received, Malformed, RefusedAt, Wake, Written, WriteFailed, ReadDone, ReadFailed,
               AddressesChanged, Stop>
      what;
  PEAL_PARTS(wall, what)
};

}  // namespace peal
