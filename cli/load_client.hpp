// A client that keeps a ring busy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/connection.hpp"

namespace peal::cli {

/// Keeps so many messages under way, in a room of its own: with others in it, deliveries would be
/// measured.
class LoadClient {
 public:
  LoadClient(CommandLoop& loop, const Reach& reach, const std::string& name, std::string text);
  ~LoadClient();
  LoadClient(const LoadClient&) = delete;
  LoadClient& operator=(const LoadClient&) = delete;

  /// Each message that is acknowledged is followed by another, until stop().
  void start(std::size_t under_way);
  void stop() { running_ = false; }
  /// Nothing is under way. A message that was refused stays under way, so that a run with one never
  /// gets idle and says so.
  [[nodiscard]] bool idle() const { return sent_.empty(); }
  /// Whether latencies are kept.
  void record(bool recording) { recording_ = recording; }
  [[nodiscard]] const std::vector<Duration>& latencies() const { return latencies_; }
  [[nodiscard]] std::uint64_t acked() const { return acked_; }

 private:
  void post();
  void on_effect(const ClientEffect& effect);

  Connection connection_;
  RoomName room_;
  std::string text_;
  std::map<Ticket, Instant> sent_;
  std::vector<Duration> latencies_;
  std::uint64_t acked_ = 0;
  bool recording_ = false;
  bool running_ = false;
};

}  // namespace peal::cli
