// The driver of a client: events in from sockets, clock and program, effects out to them.
#include "runtime/client_host.hpp"

#include <deque>
#include <utility>
#include <variant>

#include "runtime/handle.hpp"
#include "runtime/peer_book.hpp"
#include "runtime/profile.hpp"

namespace peal::runtime {
namespace {

constexpr int wakes_per_turn = 64;

ClientConfig complete(ClientConfig config) {
  if (!config.session) config.session = SessionId{random_u64()};
  if (config.seed == 0) config.seed = random_u64();
  return config;
}

// Pinned to its servers, a client speaks to no others, not even to find some.
NetworkOptions as_client(NetworkOptions options, const ClientConfig& config) {
  options.server = false;
  options.peers.insert(options.peers.end(), config.servers.begin(), config.servers.end());
  return options;
}

}  // namespace

struct ClientHost::Parts {
  using Happening = decltype(ClientEvent::what);

  std::function<void(const ClientEffect&)> on_effect;
  ClientWatch watch;
  ClientConfig config;
  PeerBook peers;
  Network network;
  Client client;
  Timer deadline;
  Handle<uv_prepare_t> before_waiting;
  Handle<uv_async_t> wake;
  std::deque<Happening> said;  ///< by the program, to be taken in the loop's next turn
  ClientEffects effects;
  Instant armed = never;

  Parts(Loop& loop, ClientHostOptions options, std::function<void(const ClientEffect&)> told,
        ClientWatch who)
      : on_effect(std::move(told)),
        watch(std::move(who)),
        config(complete(std::move(options.config))),
        peers({options.peers_file}),
        network(loop, as_client(options.network, config), Sender{{}, config.session.value},
                [this](NetworkEvent event) { take(std::move(event)); }),
        client(config, Loop::now()),
        // Ends the loop's wait; settle() follows every wait.
        deadline(loop, [this] { armed = never; }) {
    if (watch.on_start) watch.on_start(Loop::now(), config.session, client);
    if (!config.pin) network.remember(peers.peers());
    before_waiting = make_handle<uv_prepare_t>(
        this, [&](uv_prepare_t* handle) { return uv_prepare_init(loop.uv(), handle); });
    check_uv(uv_prepare_start(before_waiting.get(), [](uv_prepare_t* prepare) {
      static_cast<Parts*>(prepare->data)->settle();
    }));
    wake = make_handle<uv_async_t>(
        this, [&](uv_async_t* handle) { return uv_async_init(loop.uv(), handle, nullptr); });
  }

  void take(NetworkEvent event) {
    if (auto* received = std::get_if<Received>(&event)) step(std::move(*received));
    if (auto* refused = std::get_if<RefusedAt>(&event)) step(*refused);
  }

  void say(Happening what) {
    said.push_back(std::move(what));
    uv_async_send(wake.get());
  }

  void step(Happening what) {
    const ClientEvent event{Loop::wall(), std::move(what)};
    const Instant now = Loop::now();
    effects.clear();
    if (watch.on_event) watch.on_event(now, event);
    client.step(now, event, effects);
    if (watch.on_step) watch.on_step(now, event, effects, client);
    for (ClientEffect& effect : effects.list())
      std::visit([this](auto& each) { carry_out(each); }, effect);
    // Only when the machine's own work is done, and by a list of its own: the program may say more.
    for (const ClientEffect& effect : effects.list())
      if (!std::holds_alternative<Send>(effect) && !std::holds_alternative<Broadcast>(effect) &&
          !std::holds_alternative<JoinGroups>(effect))
        on_effect(effect);
  }

  void carry_out(const Send& send) { network.send(send.to, send.message); }
  void carry_out(const Broadcast& broadcast) { network.broadcast(broadcast.message); }
  void carry_out(const JoinGroups& join) { network.hear_groups(join.groups); }
  void carry_out(const ViewLearned& learned) { met(learned.view); }
  void carry_out(const Connected& connected) { met(connected.view); }
  // Who only asks learns the view by this alone.
  void carry_out(const Answered& answered) {
    const auto* status = std::get_if<StatusAnswer>(&answered.body);
    if (status == nullptr || !status->view || status->cluster != config.cluster) return;
    View view{status->view, {}};
    for (const ServerStatus& server : status->servers) view.members.push_back(server.member);
    met(view);
  }
  template <class ForTheProgram>
  void carry_out(const ForTheProgram&) {}

  void met(const View& view) {
    if (peers.met(view) && !config.pin) network.remember(peers.peers());
  }

  void settle() {
    // What a program says in answer to this is taken in the next turn, so that nobody starves.
    for (std::size_t left = said.size(); left > 0; --left) {
      Happening what = std::move(said.front());
      said.pop_front();
      step(std::move(what));
    }
    for (int n = 0; n < wakes_per_turn && client.next_deadline() <= Loop::now(); ++n) step(Wake{});
    const Instant next = client.next_deadline();
    if (next == armed && next > Loop::now()) return;
    armed = next;
    deadline.at(next);
  }
};

ClientHost::ClientHost(Loop& loop, ClientHostOptions options,
                       std::function<void(const ClientEffect&)> on_effect, ClientWatch watch)
    : parts_(std::make_unique<Parts>(loop, std::move(options), std::move(on_effect),
                                     std::move(watch))) {}
ClientHost::~ClientHost() = default;

void ClientHost::say(Ticket ticket, Body body) { parts_->say(Say{ticket, std::move(body)}); }
void ClientHost::ask(Ticket ticket, Question question) {
  parts_->say(Ask{ticket, std::move(question)});
}
void ClientHost::close() { parts_->say(Close{}); }

const Client& ClientHost::client() const { return parts_->client; }
SessionId ClientHost::session() const { return parts_->config.session; }
Network& ClientHost::network() { return parts_->network; }

}  // namespace peal::runtime
