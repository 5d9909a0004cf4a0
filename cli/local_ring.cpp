// Starting, killing and ending the servers of a local ring.
#include "cli/local_ring.hpp"

#include <csignal>
#include <fstream>
#include <random>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/stop.hpp"
#include "cli/trouble.hpp"

namespace peal::cli {
namespace {

constexpr auto ready_within = std::chrono::seconds(30);
constexpr auto leave_within = std::chrono::milliseconds(1'500);

bool is_unused(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  const bool unused =
      ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;  // NOLINT
  ::close(socket);
  return unused;
}

}  // namespace

Reach reach_of(const LocalRing& ring) {
  Reach reach;
  reach.cluster = ring.cluster();
  reach.discovery_port = ring.discovery_port();
  reach.interfaces = {"lo"};
  reach.profile = ring.directory() / "profile";
  reach.timeout_seconds = 30;
  return reach;
}

std::uint16_t unused_udp_port() {
  std::random_device random;
  // Below the range from which the kernel gives ports to clients.
  std::uniform_int_distribution<int> ports(20'000, 31'999);
  for (int attempt = 0; attempt < 1'000; ++attempt) {
    const auto port = static_cast<std::uint16_t>(ports(random));
    if (is_unused(port)) return port;
  }
  throw failure("no UDP port between 20000 and 31999 is free");
}

LocalRing::LocalRing(std::size_t servers, const Prepare& prepare, std::vector<std::string> more)
    : more_(std::move(more)),
      cluster_(fmt::format("local-{:08x}", std::random_device{}())),
      discovery_port_(unused_udp_port()) {
  for (std::size_t i = 1; prepare && i <= servers; ++i)
    prepare(*this, ServerId{i}, data_of(ServerId{i}));
  for (std::size_t i = 1; i <= servers; ++i) start(ServerId{i});
  for (const ServerId server : this->servers()) wait_ready(server);
}

LocalRing::~LocalRing() {
  for (const auto& [id, child] : children_) child->signal(SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + leave_within;
  for (const auto& [id, child] : children_)
    child->wait_or_kill(std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now()));
}

bool LocalRing::kill(ServerId server) {
  if (!runs(server)) return false;
  children_.at(server)->signal(SIGKILL);
  return true;
}

std::filesystem::path LocalRing::data_of(ServerId server) const {
  return directory_.path() / fmt::format("s{}", server.value);
}

void LocalRing::start(ServerId server) {
  children_.erase(server);
  std::vector<std::string> words{own_program(),
                                 "serve",
                                 "--id",
                                 std::to_string(server.value),
                                 "--cluster",
                                 cluster_,
                                 "--discovery-port",
                                 std::to_string(discovery_port_),
                                 "--listen",
                                 "127.0.0.1:0",
                                 "--interface",
                                 "lo",
                                 "--data",
                                 data_of(server).string()};
  for (const std::string& word : more_)
    words.push_back(word == "{}" ? directory_.path().string() : word);
  children_[server] = std::make_unique<Child>(
      std::move(words), directory_.path() / fmt::format("s{}.log", server.value));
}

void LocalRing::wait_ready(ServerId server) {
  const auto deadline = std::chrono::steady_clock::now() + ready_within;
  while (std::chrono::steady_clock::now() < deadline) {
    if (stop_requested()) throw failure("interrupted");
    if (hear(server, std::chrono::milliseconds(100))) return;
  }
  throw failure(fmt::format("server s{} was not ready within {} s: {}", server.value,
                            ready_within.count(), last_words(server)));
}

bool LocalRing::is_ready(ServerId server) { return hear(server, std::chrono::milliseconds(0)); }

bool LocalRing::hear(ServerId server, std::chrono::milliseconds patience) {
  Child& child = *children_.at(server);
  const auto line = child.read_line(patience);
  if (line && line->starts_with("ready ")) {
    addresses_[server] = line->substr(line->find("addr=") + 5);
    return true;
  }
  if (!line && child.ended())
    throw failure(fmt::format("server s{} ended: {}", server.value, last_words(server)));
  return false;
}

bool LocalRing::runs(ServerId server) {
  const auto found = children_.find(server);
  return found != children_.end() && !found->second->ended();
}

Duration LocalRing::processor_time() const {
  Duration sum;
  for (const auto& [id, child] : children_) sum = sum + child->processor_time();
  return sum;
}

std::vector<ServerId> LocalRing::servers() const {
  std::vector<ServerId> ids;
  for (const auto& [id, child] : children_) ids.push_back(id);
  return ids;
}

std::string LocalRing::last_words(ServerId server) const {
  std::ifstream log(directory_.path() / fmt::format("s{}.log", server.value));
  std::string line;
  std::string last = "it said nothing";
  while (std::getline(log, line))
    if (!line.empty()) last = line;
  return last;
}

}  // namespace peal::cli
