// The driver of a server: events in from sockets, disk and clock, effects out to them.
#include "runtime/server_host.hpp"

#include <deque>
#include <utility>
#include <variant>

#include "runtime/address.hpp"
#include "runtime/data_directory.hpp"
#include "runtime/handle.hpp"
#include "runtime/peer_book.hpp"
#include "runtime/profile.hpp"
#include "runtime/storage.hpp"
#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

constexpr Duration leave_for = seconds(2);
// A machine that is due again and again in one turn is our own bug; the loop stays responsive.
constexpr int wakes_per_turn = 64;

DataDirectory open_directory(const ServerHostOptions& options) {
  if (!options.data.empty()) return DataDirectory(options.data);
  return DataDirectory::first_free(Profile::default_data(options.cluster));
}

// A disk that is as old as the process: given up once the machine has what it needs.
struct Opened {
  DataDirectory directory;
  StoredState stored;
  Incarnation incarnation;

  explicit Opened(const ServerHostOptions& options)
      : directory(open_directory(options)),
        stored(open_stored_state(directory, options.id, options.cluster,
                                 options.config.window_entries,
                                 options.config.sessions_remembered_max)),
        incarnation{random_u64()} {}
  [[nodiscard]] Sender sender() const { return {stored.server, incarnation.value}; }
};

ServerConfig complete(ServerConfig config, const Opened& opened, const std::string& cluster,
                      const std::vector<Endpoint>& addresses, bool secured) {
  config.self = opened.stored.server;
  config.incarnation = opened.incarnation;
  config.cluster = cluster;
  config.addresses = addresses;
  config.seed = random_u64();
  config.multicast = config.multicast && !secured;  // Groups have no keys.
  return config;
}

NetworkOptions as_server(NetworkOptions options) {
  options.server = true;
  return options;
}

}  // namespace

struct ServerHost::Parts {
  using Happening = decltype(Event::what);

  ServerWatch watch;
  Opened opened;
  Network network;
  PeerBook peers;
  Storage storage;
  Server server;
  Timer deadline;
  Timer patience;
  Handle<uv_prepare_t> before_waiting;
  Effects effects;
  std::vector<Write> writes;  ///< of this turn of the loop
  Instant armed = never;
  bool ended = false;

  Parts(Loop& loop, const ServerHostOptions& options, ServerWatch who)
      : watch(std::move(who)),
        opened(options),
        network(loop, as_server(options.network), opened.sender(),
                [this](NetworkEvent event) { take(std::move(event)); }),
        peers({opened.directory.peers_file(), options.peers_file}),
        storage(loop, opened.directory, [this](StorageAnswer answer) { take(std::move(answer)); }),
        server(complete(options.config, opened, options.cluster, network.addresses(),
                        options.network.keys.has_value()),
               opened.stored.recovered, Loop::now()),
        // Ends the loop's wait; settle() follows every wait.
        deadline(loop, [this] { armed = never; }),
        patience(loop, [this] { end(""); }) {
    if (watch.on_start) watch.on_start(Loop::now(), server);
    opened.stored.recovered = {};
    network.remember(peers.peers());
    before_waiting = make_handle<uv_prepare_t>(
        this, [&](uv_prepare_t* handle) { return uv_prepare_init(loop.uv(), handle); });
    check_uv(uv_prepare_start(before_waiting.get(), [](uv_prepare_t* prepare) {
      static_cast<Parts*>(prepare->data)->settle();
    }));
  }

  template <class Events>
  void take(Events event) {
    std::visit([this](auto& each) { step(std::move(each)); }, event);
  }

  void step(Happening what) {
    if (ended) return;
    const Event event{Loop::wall(), std::move(what)};
    const Instant now = Loop::now();
    effects.clear();
    if (watch.on_event) watch.on_event(now, event);
    server.step(now, event, effects);
    if (watch.on_step) watch.on_step(now, event, effects, server);
    for (Effect& effect : effects.list())
      std::visit([this](auto& each) { carry_out(each); }, effect);
  }

  void carry_out(Send& send) {
    if (auto* answer = std::get_if<Answer>(&send.message))
      if (auto* status = std::get_if<StatusAnswer>(&answer->body)) add_counters(*status);
    network.send(send.to, send.message);
  }
  void carry_out(const Broadcast& broadcast) { network.broadcast(broadcast.message); }
  void carry_out(const Multicast& multicast) {
    network.multicast(multicast.group, multicast.message);
  }
  void carry_out(Write& write) { writes.push_back(std::move(write)); }
  void carry_out(Read& read) { storage.read(std::move(read)); }
  void carry_out(const Mark&) {}
  void carry_out(const Notice& notice) {
    if (const auto* installed = std::get_if<ViewInstalled>(&notice))
      if (peers.met(installed->view)) network.remember(peers.peers());
    if (const auto* forgotten = std::get_if<ServerForgotten>(&notice)) forget(forgotten->member);
    if (watch.on_notice) watch.on_notice(notice);
    if (const auto* taken = std::get_if<IdTaken>(&notice))
      end("server id " + std::to_string(server.id().value) + " is in use by the server at " +
          format_endpoint(taken->by) + "; stop that one, or start this one with another --id");
    if (std::holds_alternative<Left>(notice)) end("");
  }

  // Another server may have taken the place of the one that is gone.
  void forget(const Member& gone) {
    std::vector<Endpoint> free = gone.addresses;
    for (const Member& member : server.view().members)
      for (const Endpoint& taken : member.addresses) std::erase(free, taken);
    if (peers.forget(free)) network.remember(peers.peers());
  }

  // What the machine cannot know of the way to others.
  void add_counters(StatusAnswer& status) const {
    const NetworkCounters wire = network.counters();
    const auto add = [&](std::string name, std::uint64_t value) {
      if (value != 0 && status.counters.size() < limits::counters_max)
        status.counters.push_back({std::move(name), value});
    };
    add("datagrams received", wire.received);
    add("datagrams sent", wire.sent);
    add("bytes received", wire.bytes_received);
    add("bytes sent", wire.bytes_sent);
    add("datagrams dropped", wire.send_dropped);
    add("datagrams failed", wire.send_failed);
    for (std::size_t kind = 0; kind < message_kinds; ++kind)
      add(std::string("bytes sent ") + kind_name(kind), wire.bytes_sent_of[kind]);
  }

  // Before the loop waits: the machine is woken when it is due, the writes of this turn go to the
  // disk as one batch, and the wait is bounded by the next deadline.
  void settle() {
    if (ended) return;
    for (int n = 0; n < wakes_per_turn && !ended && server.next_deadline() <= Loop::now(); ++n)
      step(Wake{});
    storage.write(writes);
    if (ended) return;
    const Instant next = server.next_deadline();
    if (next == armed && next > Loop::now()) return;
    armed = next;
    deadline.at(next);
  }

  void end(const std::string& why) {
    if (std::exchange(ended, true)) return;
    storage.write(writes);
    deadline.stop();
    patience.stop();
    if (watch.on_end) watch.on_end(why);
  }
};

ServerHost::ServerHost(Loop& loop, ServerHostOptions options, ServerWatch watch)
    : parts_(std::make_unique<Parts>(loop, options, std::move(watch))) {}
ServerHost::~ServerHost() = default;

void ServerHost::stop() {
  if (parts_->ended) return;
  parts_->patience.after(leave_for);
  parts_->step(Stop{});
}

bool ServerHost::ended() const { return parts_->ended; }
const Server& ServerHost::server() const { return parts_->server; }
const std::vector<Endpoint>& ServerHost::addresses() const { return parts_->network.addresses(); }
const std::filesystem::path& ServerHost::data() const { return parts_->opened.directory.path(); }
const Network& ServerHost::network() const { return parts_->network; }
std::size_t ServerHost::damaged_entries() const { return parts_->opened.stored.damaged; }

}  // namespace peal::runtime
