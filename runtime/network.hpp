// All sockets of one machine: packets in and out, and every way of discovery.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/endpoint.hpp"
#include "core/event.hpp"
#include "core/message.hpp"
#include "runtime/loop.hpp"
#include "runtime/transport_driver.hpp"

namespace peal::runtime {

inline constexpr std::uint16_t discovery_port_default = 7'400;
inline constexpr std::uint16_t data_port_default = 7'401;

/// PEAL_DISCOVERY_PORT, or 7400. Throws Trouble (usage) when it is no port.
[[nodiscard]] std::uint16_t discovery_port_from_environment();
/// PEAL_INTERFACE, names with commas between them; empty when unset: all interfaces.
[[nodiscard]] std::vector<std::string> interfaces_from_environment();

struct NetworkOptions {
  /// The data socket's address. Without it every address, of both families; servers take 7401 or
  /// the next free port, clients any. Port 0: any.
  std::optional<Endpoint> listen;
  std::uint16_t discovery_port = discovery_port_from_environment();
  /// Only these interfaces are used for discovery and published. Empty: all that are up.
  std::vector<std::string> interfaces = interfaces_from_environment();
  /// Where discovery is sent besides; port 0: not given.
  std::vector<Endpoint> peers;
  /// Speaks by secure channels only, and hears nothing else but discovery. None: all in clear.
  std::optional<NetworkKeys> keys;
  /// Servers hear discovery and have a port that others can remember.
  bool server = false;
};

/// What a way of discovery is, for `peal doctor` and for tests that try each alone.
enum class Way : std::uint8_t { broadcast, multicast4, multicast6, peers, remembered };

/// What came in. Refused: nobody listens there, its host says.
using NetworkEvent = std::variant<Received, Malformed, RefusedAt, AddressesChanged>;

struct NetworkCounters {
  std::uint64_t received = 0;              ///< datagrams
  std::uint64_t received_from_groups = 0;  ///< of these
  std::uint64_t sent = 0;                  ///< datagrams
  std::uint64_t bytes_received = 0;        ///< of datagrams, without the headers of UDP and IP
  std::uint64_t bytes_sent = 0;
  std::array<std::uint64_t, message_kinds> bytes_sent_of{};  ///< by kind of message
  std::uint64_t malformed = 0;                               ///< datagrams that were no packets
  std::uint64_t send_dropped = 0;                            ///< the socket's buffer was full
  std::uint64_t send_failed = 0;        ///< no route, interface down, not permitted
  std::uint64_t refused = 0;            ///< error-queue entries: nobody listens there
  std::uint64_t receive_callbacks = 0;  ///< of the data sockets; tells a busy loop
};

/// A resource. Sending never blocks: what the sockets do not take is dropped and counted. Events
/// come from inside the loop, never from inside send() or broadcast().
class Network {
 public:
  Network(Loop& loop, const NetworkOptions& options, Sender self,
          std::function<void(NetworkEvent)> on_event);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  void send(const Endpoint& to, const Message& message);
  /// By all ways at once.
  void broadcast(const Message& message);
  void broadcast_by(Way way, const Message& message);
  /// To a room's group by every interface, once each.
  void multicast(const Endpoint& group, const Message& message);
  /// Hears these groups from now on, and no others, on every interface; what does not work is a
  /// shortcoming. Other programs of this host may hear them as well.
  void hear_groups(std::vector<Endpoint> groups);

  /// Peers heard of in earlier runs, or lately; discovery is sent to them too.
  void remember(std::vector<Endpoint> peers);

  /// Where the data socket can be reached, best first; loopback only when there is no other.
  [[nodiscard]] const std::vector<Endpoint>& addresses() const;
  [[nodiscard]] std::uint16_t data_port() const;
  /// What does not work here and why ("no IPv6"), one line each; for logs and `doctor`.
  [[nodiscard]] const std::vector<std::string>& shortcomings() const;
  [[nodiscard]] NetworkCounters counters() const;
  /// With keys.
  [[nodiscard]] const transport::Transport* transport() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace peal::runtime
