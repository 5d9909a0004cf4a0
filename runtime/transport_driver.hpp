// A transport with what it needs of this process: the system's randomness, and time.
#pragma once

#include <functional>

#include "core/transport/transport.hpp"
#include "runtime/loop.hpp"

namespace peal::runtime {

/// Who a network is, and whom it trusts; see core/transport/.
struct NetworkKeys {
  secure::KeyPair identity;
  /// Of a server: what all servers of the cluster have. Wiped from memory with the network.
  std::optional<secure::Psk> cluster_key;
  std::string cluster;
};

/// A resource, used on the loop's thread.
class TransportDriver {
 public:
  /// on_effect may call back. None comes from inside send(), broadcast() or multicast() but
  /// Transmit and TransmitToAll.
  TransportDriver(Loop& loop, const NetworkKeys& keys, const Sender& self,
                  std::function<void(transport::TransportEffect&)> on_effect);

  void send(const Endpoint& to, const Message& message);
  void broadcast(const Message& message);
  void multicast(const Multicast& multicast) { transport_.multicast(multicast); }
  void receive(const Endpoint& from, std::span<const std::uint8_t> datagram);
  void refused(const Endpoint& at);
  [[nodiscard]] const transport::Transport& transport() const { return transport_; }

 private:
  void carry_out(transport::TransportEffects effects);
  void restock();
  void rotate();

  transport::Transport transport_;
  std::function<void(transport::TransportEffect&)> on_effect_;
  Instant armed_ = never;
  Timer due_;
  Timer secret_;
};

}  // namespace peal::runtime
