// A server's disk beside its loop: writes gathered into transactions, reads on their own.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/effect.hpp"
#include "core/event.hpp"
#include "core/recovery.hpp"
#include "runtime/data_directory.hpp"
#include "runtime/loop.hpp"

namespace peal::runtime {

using StorageAnswer = std::variant<Written, WriteFailed, ReadDone, ReadFailed>;

/// What the disk said when it was opened.
struct StoredState {
  ServerId server;
  Recovered recovered;
  /// Entries that were damaged: dropped, to come again from the other servers.
  std::size_t damaged = 0;
};

/// Opens the database of the directory, finds out whose it is, and reads it through. The server id
/// is `wanted`, else the remembered one, else random. Throws Trouble that says what to do: damaged,
/// of another id, cluster or version, not writable, disk full.
[[nodiscard]] StoredState open_stored_state(
    DataDirectory& directory, std::optional<ServerId> wanted, const std::string& cluster,
    std::size_t window_entries, std::size_t sessions_max = limits::sessions_remembered_max);

/// A resource. One thread writes to the entry log: all that waits goes into one transaction, then
/// all its tokens are answered, in order. Another one reads, and keeps the index when the disk is
/// quiet or a read needs it, so that neither delays durable writes. Answers come on the loop's
/// thread.
class Storage {
 public:
  /// open_stored_state must have been there before. The directory must outlive this.
  Storage(Loop& loop, const DataDirectory& directory, std::function<void(StorageAnswer)> on_answer);
  /// Completes the writes that wait; their answers are lost.
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  /// Takes all of the batch, which is empty afterwards.
  void write(std::vector<Write>& batch);
  void read(Read query);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace peal::runtime
