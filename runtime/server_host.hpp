// A server machine on real sockets, disk and clocks.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/server.hpp"
#include "runtime/loop.hpp"
#include "runtime/network.hpp"

namespace peal::runtime {

struct ServerHostOptions {
  /// Throws when the data directory says otherwise; without it, the remembered or a random one.
  std::optional<ServerId> id;
  /// Where history lives. Empty: the first numbered directory below Profile::default_data that no
  /// running server uses.
  std::filesystem::path data;
  /// The profile's peers-CLUSTER; empty: remembered in the data directory only.
  std::filesystem::path peers_file;
  std::string cluster = "peal";
  NetworkOptions network;
  /// Knobs of the machine; self, incarnation, cluster, addresses and seed are filled in.
  ServerConfig config;
};

/// Who looks on: each may be empty. Called on the loop's thread.
struct ServerWatch {
  /// Before the first step; before each step; and after it, before its effects are carried out: a
  /// flight recorder.
  std::function<void(Instant, const Server&)> on_start;
  std::function<void(Instant, const Event&)> on_event;
  std::function<void(Instant, const Event&, const Effects&, const Server&)> on_step;
  std::function<void(const Notice&)> on_notice;
  /// Once: the server has left, or cannot go on (then why is one line for people).
  std::function<void(const std::string& why)> on_end;
};

/// A resource, used on the loop's thread; several may share a loop. Throws Trouble when it cannot
/// be brought up.
class ServerHost {
 public:
  ServerHost(Loop& loop, ServerHostOptions options, ServerWatch watch);
  /// Ends without a goodbye, like a crash, but for writes under way, which are completed.
  ~ServerHost();
  ServerHost(const ServerHost&) = delete;
  ServerHost& operator=(const ServerHost&) = delete;

  /// Leaves cleanly; on_end comes when it has left, or after two seconds.
  void stop();
  [[nodiscard]] bool ended() const;

  [[nodiscard]] const Server& server() const;
  [[nodiscard]] const std::vector<Endpoint>& addresses() const;
  [[nodiscard]] const std::filesystem::path& data() const;
  [[nodiscard]] const Network& network() const;
  /// Entries that the disk held and that were damaged: dropped at the start, to be refilled.
  [[nodiscard]] std::size_t damaged_entries() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace peal::runtime
