// The simulated world: hosts, disks and a network in simulated time, driving the real machines.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sim/buffers.hpp"
#include "sim/chooser.hpp"
#include "sim/event_queue.hpp"
#include "sim/network.hpp"
#include "sim/oracles/oracles.hpp"
#include "sim/oracles/snapshot.hpp"
#include "sim/process.hpp"
#include "sim/recorder.hpp"
#include "sim/rolling_digest.hpp"
#include "sim/shapes.hpp"
#include "sim/stats.hpp"
#include "sim/wakes.hpp"

namespace peal::sim {

class World;

/// Who looks at the world after everything that happens.
class Watcher {
 public:
  Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  virtual ~Watcher() = default;
  /// False: the run ends here.
  virtual bool happened(World& world, const Happening& happening) = 0;
};

struct WorldConfig {
  std::vector<ServerId> servers;  ///< at most 64
  std::size_t clients = 0;        ///< hosts for clients
  std::uint64_t events_max = 5'000'000;
  /// How long a write and a read take, at least and at most.
  std::int64_t disk_min_us = 100;
  std::int64_t disk_max_us = 600;
  /// Origins and walls of the hosts' clocks differ by up to so much.
  std::int64_t wall_spread_ms = 0;
  /// So long after their deadlines machines are woken, at most, as event loops count in
  /// milliseconds.
  std::int64_t wake_late_us = 0;
  /// Windows, limits and periods of every server; who it is and where, the world says.
  ServerConfig tuning;
  /// One line per event, when set.
  std::ostream* trace = nullptr;
  /// Both must outlive the world, when set.
  Watcher* watcher = nullptr;
  Recorder* recorder = nullptr;
  /// Asked every few thousand events, when set: the run is over when it says so.
  std::function<bool()> give_up;
  /// Mixed into the chance of every server that starts, when set.
  std::function<std::uint64_t()> leak;
};

/// Who acts in the world at times that it asked for.
class Player {
 public:
  Player() = default;
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;
  virtual ~Player() = default;
  virtual void called(std::uint32_t what) = 0;
  /// In a few words, what it will do when it is called for that.
  [[nodiscard]] virtual std::string plan(std::uint32_t /*what*/) const { return "somebody acts"; }
};

/// A person's program behind a client machine. It may not act at once, only ask to be called.
class Program {
 public:
  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  virtual ~Program() = default;
  /// Everything that a client tells its program.
  virtual void heard(std::size_t client, const ClientEffect& effect) = 0;
};

/// Servers and clients are counted from 0; in the network servers come first. Everything that
/// happens is told to the oracles; the first violation ends the run.
class World {
 public:
  World(const WorldConfig& config, Chooser& chooser, Oracles& oracles, Stats& stats);

  [[nodiscard]] std::int64_t now_us() const { return now_us_; }
  /// Lets everything happen up to and including a time. False when a promise was broken, or the
  /// watcher ended the run.
  bool run_until(std::int64_t until_us);
  /// Calls a player then, after whatever else happens at that very time: so the same can be done by
  /// who lets the world run until then. `what` comes back to the player.
  void call_at(std::int64_t at_us, std::uint32_t player, std::uint32_t what);
  /// The player must outlive the world.
  [[nodiscard]] std::uint32_t add_player(Player& player);

  [[nodiscard]] const Player& player(std::uint32_t number) const { return *players_[number]; }
  /// What will happen and when, as far as that is known now, the next first.
  [[nodiscard]] std::vector<std::pair<std::int64_t, Happening>> waiting() const;
  [[nodiscard]] const Process& process(Place place) const { return processes_[place]; }

  // Servers.
  [[nodiscard]] std::size_t servers() const { return servers_.size(); }
  [[nodiscard]] Place place_of_server(std::size_t server) const {
    return static_cast<Place>(server);
  }
  [[nodiscard]] Endpoint server_endpoint(std::size_t server) const;
  [[nodiscard]] bool server_up(std::size_t server) const { return processes_[server].up; }
  [[nodiscard]] const ServerHost& server(std::size_t server) const { return servers_[server]; }
  /// Starts its process from what its disk holds, if it does not run and the disk can be read.
  void start_server(std::size_t server) { begin_server(server, servers_[server].id); }
  /// Starts one in its place that says, by mistake, that it is another server.
  void start_twin(std::size_t server, std::size_t of);
  [[nodiscard]] bool twin(std::size_t server) const { return servers_[server].twin; }
  /// Ends its process; of the unsynced writes a prefix survives. silent: with its host.
  void crash_server(std::size_t server, bool silent);
  /// The same between two effects of its next steps.
  void crash_server_after(std::size_t server, std::uint32_t effects);
  void wipe_server(std::size_t server);
  /// One of the entries on the server's disk, counted from 0, is damaged from now on. False when it
  /// is so already, or when no other disk has it whole: what is gone everywhere, nothing brings
  /// back.
  bool damage_entry(std::size_t server, std::uint64_t which);
  [[nodiscard]] std::size_t entries_on_disk(std::size_t server) const {
    return servers_[server].disk.entries().size();
  }
  /// Asks it to leave; its process ends when it says so.
  void stop_server(std::size_t server);
  /// An operator's command comes in, from nowhere that an answer would reach.
  void command_server(std::size_t server, Question command);
  /// From now on it is of a later version: it says what others of its version alone know, too, to
  /// each of the others until that one has told it that it does not.
  void upgrade_server(std::size_t server);
  /// It was asked to leave and has not left yet.
  [[nodiscard]] bool server_leaving(std::size_t server) const;
  /// by_us: of a slow one, how much longer everything takes, at most.
  void set_disk(std::size_t server, DiskState state, std::int64_t by_us = 0);
  /// Nothing happens at a host until then, or longer if that was so already.
  void pause(Place place, std::int64_t until_us);
  /// The same, and its monotonic clock stands still meanwhile: a laptop that is closed.
  void suspend(Place place, std::int64_t until_us);
  /// Until then it does one thing after the other, and each takes up to so long.
  void slow_down(Place place, std::int64_t by_us, std::int64_t until_us);
  /// Ends a pause, a sleep and slowness; what waited for its turn still comes in order.
  void resume(Place place);
  [[nodiscard]] bool paused(Place place) const {
    return processes_[place].paused_until_us > now_us_;
  }
  void drift(Place place, std::int32_t ppm);
  void step_clock(Place place, std::int64_t us);
  void jump_wall(Place place, std::int64_t ms) { processes_[place].clock.jump_wall(ms); }

  // Clients.
  [[nodiscard]] Place place_of_client(std::size_t client) const {
    return static_cast<Place>(servers_.size() + client);
  }
  [[nodiscard]] bool client_up(std::size_t client) const {
    return processes_[place_of_client(client)].up;
  }
  [[nodiscard]] const ClientHost& client(std::size_t client) const { return clients_[client]; }
  /// Starts a client's process as a new session; the program must outlive it.
  void open_client(std::size_t client, ClientConfig config, std::uint32_t person, Program& program);
  /// Ends it without a word.
  void kill_client(std::size_t client) { end_client(client, false); }
  /// Says a body; the verdict comes to the program with n as its ticket. False when the client
  /// refused it at once.
  bool say(std::size_t client, Body body);
  void ask(std::size_t client, Ticket ticket, Question question);
  void close(std::size_t client);
  /// During Program::heard(): the server whose datagram made the client say so.
  [[nodiscard]] std::optional<std::size_t> speaking_server() const;

  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] Hosts hosts() const;
  [[nodiscard]] Chooser& chooser() { return chooser_; }
  [[nodiscard]] Oracles& oracles() { return oracles_; }
  [[nodiscard]] const Oracles& oracles() const { return oracles_; }
  [[nodiscard]] Stats& stats() { return stats_; }
  [[nodiscard]] const Stats& stats() const { return stats_; }
  [[nodiscard]] Snapshot snapshot() const;
  /// Mixes the states of all machines into the digest.
  void digest_states();
  [[nodiscard]] Digest digest() const { return digest_.digest(); }
  /// A line of the trace, at the present time.
  void note(const std::string& line);
  [[nodiscard]] bool tracing() const { return config_.trace != nullptr; }
  [[nodiscard]] Recorder* recorder() const { return config_.recorder; }

 private:
  // Time. What comes from outside is before the wakes of the same time, and calls are after them.
  [[nodiscard]] std::int64_t next_at() const;
  [[nodiscard]] std::pair<std::int64_t, Happening> take_next();
  [[nodiscard]] Happening wake_of(Place place) const;
  void happen(const Happening& happening);
  void wake(Place place);
  void schedule_wake(Place place, Instant deadline);
  [[nodiscard]] std::int64_t late_us(Place place, Instant deadline);
  void wake_anew(Place place);
  [[nodiscard]] Instant next_deadline(Place place) const;
  [[nodiscard]] bool held_back(const Happening& happening);
  [[nodiscard]] bool waits_its_turn(const Happening& happening);

  // Machines.
  [[nodiscard]] Recorder::Moment moment(Place place) const {
    return {now_us_, processes_[place].clock.local(now_us_), wall(place)};
  }
  void step_server(std::size_t server, Event event);
  void step_client(std::size_t client, ClientEvent event);
  void carry_out(std::size_t server);
  void carry_out_client(std::size_t client);
  void tell_oracles(std::size_t client, const ClientEffect& effect);
  void tell_judgements(const Send& send);
  void noticed(std::size_t server, const Notice& notice);
  void begin_server(std::size_t server, ServerId as);
  [[nodiscard]] bool is_twin(std::size_t server, Incarnation incarnation) const;
  [[nodiscard]] bool holds_twin(const View& view) const;
  void end_twins();
  void end_server(std::size_t server, bool clean);
  void end_client(std::size_t client, bool clean);
  void end_process(Place place);
  void begin_process(Place place, Sender sender, std::uint16_t port);
  [[nodiscard]] WallTime wall(Place place) const { return processes_[place].clock.wall(now_us_); }
  [[nodiscard]] bool is_server(Place place) const { return place < servers_.size(); }

  // Network.
  void send(Place from, const Send& send);
  void broadcast(Place from, const Message& message);
  void multicast(Place from, const Multicast& multicast);
  void send_datagram(Place from, Place to, std::uint16_t to_port, std::uint8_t kind,
                     std::uint32_t slot);
  void try_later_version(Place from, Place to, std::uint16_t to_port, std::uint8_t kind,
                         std::uint32_t slot);
  void receive_later_version(const Happening& happening, codec::Reception& reception);
  void schedule_datagram(Happening happening, std::int64_t later_us);
  void corrupt(Happening& happening);
  void arrive(const Happening& happening);
  void receive(const Happening& happening, Process& process);
  void receive_corrupted(const Happening& happening);
  void refuse(const Happening& happening);
  void tell_refusal(const Happening& happening);

  // Disks.
  void begin_write(std::size_t server, Write write);
  void begin_read(std::size_t server, Read read);
  void written(const Happening& happening);
  void read_done(const Happening& happening);
  [[nodiscard]] bool hangs(const Happening& happening);
  [[nodiscard]] std::int64_t disk_takes_us(std::size_t server, std::uint8_t operation);
  void tell_stored(std::size_t server);

  WorldConfig config_;
  Chooser& chooser_;
  Oracles& oracles_;
  Stats& stats_;
  Network network_;
  std::int64_t now_us_ = 0;
  EventQueue<Happening> queue_;  // All but the wakes.
  Wakes wakes_;
  Buffers buffers_;
  std::vector<Process> processes_;  // By place.
  std::vector<ServerHost> servers_;
  std::vector<ClientHost> clients_;
  std::vector<Program*> programs_;  // By client.
  std::vector<Player*> players_;
  struct PendingRead {
    Read read;
    std::uint32_t generation = 0;
  };
  std::vector<std::optional<PendingRead>> reads_;  // By slot.
  std::vector<SharedEntry> fresh_;
  Effects effects_;
  ClientEffects client_effects_;
  codec::Receiver sealed_off_;  // Looks at corrupted datagrams.
  RollingDigest digest_;
  Place speaking_ = 0;
  bool datagram_speaks_ = false;
  bool refused_at_once_ = false;
};

/// The address of a host of the simulated network, and back.
[[nodiscard]] Endpoint endpoint_of(Place place, std::uint16_t port);
[[nodiscard]] std::optional<Place> place_of(const Endpoint& endpoint, std::size_t places);

inline constexpr std::uint16_t server_port = 7401;
/// A datagram that would wait longer than this at a slow host finds no room there.
inline constexpr std::int64_t slow_backlog_us_max = 500'000;

}  // namespace peal::sim
