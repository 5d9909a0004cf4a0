// A few real servers on this machine, as child processes: what the demo and the benchmarks run
// against.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/child.hpp"
#include "cli/reach.hpp"
#include "core/ids.hpp"

namespace peal::cli {

/// Servers 1 to n on the loopback interface, with a cluster name and a discovery port of their own,
/// so that they meet nobody else. Their data is in a temporary directory. Everything ends and is
/// removed with this object.
class LocalRing {
 public:
  /// Called for each server before its first start, with its empty place: the ring's cluster is
  /// known by then.
  using Prepare = std::function<void(const LocalRing&, ServerId, const std::filesystem::path&)>;
  /// Starts the servers; throws Trouble when one of them ends or is not ready in time. more:
  /// further arguments of each, where {} stands for the ring's directory.
  explicit LocalRing(std::size_t servers, const Prepare& prepare = {},
                     std::vector<std::string> more = {});
  ~LocalRing();
  LocalRing(const LocalRing&) = delete;
  LocalRing& operator=(const LocalRing&) = delete;

  /// kill -9, at once. False when it does not run.
  bool kill(ServerId server);
  /// Starts it again on its data directory, without waiting until it is ready.
  void start(ServerId server);
  /// Waits until a started server says that it is in a view.
  void wait_ready(ServerId server);
  /// True once it said so; never waits.
  [[nodiscard]] bool is_ready(ServerId server);
  [[nodiscard]] bool runs(ServerId server);
  [[nodiscard]] pid_t process(ServerId server) const { return children_.at(server)->pid(); }
  /// Of the processor, that all servers took so far.
  [[nodiscard]] Duration processor_time() const;
  [[nodiscard]] std::vector<ServerId> servers() const;
  /// Where a server that was ready said that it listens.
  [[nodiscard]] const std::string& address(ServerId server) const { return addresses_.at(server); }
  [[nodiscard]] const std::string& cluster() const { return cluster_; }
  [[nodiscard]] std::uint16_t discovery_port() const { return discovery_port_; }
  [[nodiscard]] std::filesystem::path data_of(ServerId server) const;
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

 private:
  [[nodiscard]] bool hear(ServerId server, std::chrono::milliseconds patience);
  [[nodiscard]] std::string last_words(ServerId server) const;

  TemporaryDirectory directory_;
  std::vector<std::string> more_;
  std::string cluster_;
  std::uint16_t discovery_port_ = 0;
  std::map<ServerId, std::unique_ptr<Child>> children_;
  std::map<ServerId, std::string> addresses_;
};

/// How a client reaches it, as any of its people.
[[nodiscard]] Reach reach_of(const LocalRing& ring);

/// A UDP port that nobody on this machine uses now.
[[nodiscard]] std::uint16_t unused_udp_port();

}  // namespace peal::cli
