// Servers met before, on disk, so that discovery works where broadcasts do not.
#pragma once

#include <filesystem>
#include <vector>

#include "core/endpoint.hpp"
#include "core/limits.hpp"
#include "core/message.hpp"

namespace peal::runtime {

/// One ADDR:PORT per line, latest first; several programs share a file, the last writer wins. A
/// file that cannot be read or written costs only the memory: it is never an error.
class PeerBook {
 public:
  static constexpr std::size_t peers_max = 64;
  /// Remembers in each of the files, knows what any of them says.
  explicit PeerBook(std::vector<std::filesystem::path> files);
  [[nodiscard]] const std::vector<Endpoint>& peers() const { return peers_; }
  /// Puts the members' addresses first. True when that was news; then they are written.
  bool met(const View& view);
  /// Strikes these addresses out. True when one of them was there.
  bool forget(const std::vector<Endpoint>& gone);

 private:
  std::vector<std::filesystem::path> files_;
  std::vector<Endpoint> peers_;
};

}  // namespace peal::runtime
