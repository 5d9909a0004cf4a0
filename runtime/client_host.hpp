// A client machine on real sockets and clocks.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "core/client.hpp"
#include "core/client_io.hpp"
#include "runtime/loop.hpp"
#include "runtime/network.hpp"

namespace peal::runtime {

struct ClientHostOptions {
  /// session and seed are drawn when none; servers are also added to the network's peers.
  ClientConfig config;
  NetworkOptions network;
  /// The profile's peers-CLUSTER; empty: nothing is remembered.
  std::filesystem::path peers_file;
};

/// Who looks on: each may be empty. Called on the loop's thread.
struct ClientWatch {
  /// Before the first step; before each step; and after it, before its effects are carried out: a
  /// flight recorder.
  std::function<void(Instant, SessionId, const Client&)> on_start;
  std::function<void(Instant, const ClientEvent&)> on_event;
  std::function<void(Instant, const ClientEvent&, const ClientEffects&, const Client&)> on_step;
};

/// A resource, used on the loop's thread (from another: Loop::post). Effects for the program come
/// from inside the loop, also those of what say() and ask() were just given.
class ClientHost {
 public:
  ClientHost(Loop& loop, ClientHostOptions options,
             std::function<void(const ClientEffect&)> on_effect, ClientWatch watch = {});
  ~ClientHost();
  ClientHost(const ClientHost&) = delete;
  ClientHost& operator=(const ClientHost&) = delete;

  void say(Ticket ticket, Body body);
  void ask(Ticket ticket, Question question);
  /// Answered with the effect Closed.
  void close();

  [[nodiscard]] const Client& client() const;
  [[nodiscard]] SessionId session() const;
  [[nodiscard]] Network& network();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace peal::runtime
