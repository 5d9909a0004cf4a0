// peal_switch PORTS [SEED]: network cards port1, port2, ... and the Ethernet switch between them.
//
// Prints "ready" when the cards are there; move them to the namespaces of the hosts then. Standard
// input takes commands (commands.hpp), each is answered by a line of standard output; it ends with
// its standard input. Exit codes: 0, 2 for bad usage, 77 where such cards are not permitted.
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "tests/support/switch/commands.hpp"
#include "tests/support/switch/fabric.hpp"
#include "tests/support/switch/tap.hpp"

namespace peal::lan {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Port ports_max = 64;
/// Of delayed frames; when there are more, new ones are lost, as in any queue of a network.
constexpr std::size_t under_way_max = 65'536;
/// Read from one card before the others get their turn.
constexpr int frames_in_a_row = 64;

struct Delayed {
  Clock::time_point due;
  std::uint64_t number = 0;  ///< equal times leave in the order of arrival
  Port from = 0;
  Port to = 0;
  std::vector<std::uint8_t> frame;

  friend bool operator>(const Delayed& a, const Delayed& b) {
    return a.due != b.due ? a.due > b.due : a.number > b.number;
  }
};

class Switch {
 public:
  Switch(Port ports, std::uint64_t seed) : fabric_(ports, seed) {
    for (Port port = 1; port <= ports; ++port)
      taps_.push_back(std::make_unique<Tap>("port" + std::to_string(port)));
  }

  /// Until standard input ends.
  void run() {
    std::vector<pollfd> wanted{{STDIN_FILENO, POLLIN, 0}};
    for (const auto& tap : taps_) wanted.push_back({tap->fd(), POLLIN, 0});
    while (true) {
      const timespec patience = until_next();
      if (ppoll(wanted.data(), wanted.size(), under_way_.empty() ? nullptr : &patience, nullptr) <
          0) {
        if (errno == EINTR) continue;
        throw std::system_error(errno, std::generic_category(), "poll");
      }
      deliver_due();
      if (wanted[0].revents != 0 && !take_commands()) return;
      for (Port port = 1; port <= fabric_.ports(); ++port)
        if (wanted[port].revents != 0) take_frames(port);
    }
  }

 private:
  [[nodiscard]] timespec until_next() const {
    if (under_way_.empty()) return {};
    const auto left = std::max(under_way_.top().due - Clock::now(), Clock::duration::zero());
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
    return {whole.count(), std::chrono::nanoseconds(left - whole).count()};
  }

  void deliver_due() {
    while (!under_way_.empty() && under_way_.top().due <= Clock::now()) {
      const Delayed& next = under_way_.top();
      if (fabric_.passes(next.from, next.to))
        taps_[next.to - 1]->write(next.frame);
      else
        fabric_.count_cut();
      under_way_.pop();
    }
  }

  void take_frames(Port from) {
    std::array<std::uint8_t, frame_bytes_max> buffer{};
    for (int i = 0; i < frames_in_a_row; ++i) {
      const auto frame = taps_[from - 1]->read(buffer);
      if (frame.empty()) return;
      for (const Copy& copy : fabric_.forward(from, frame)) send(from, copy, frame);
    }
  }

  void send(Port from, const Copy& copy, std::span<const std::uint8_t> frame) {
    if (copy.delay == Delay::zero()) return taps_[copy.to - 1]->write(frame);
    if (under_way_.size() >= under_way_max) return;
    under_way_.push(
        {Clock::now() + copy.delay, ++numbered_, from, copy.to, {frame.begin(), frame.end()}});
  }

  /// False: there will be no more.
  bool take_commands() {
    std::array<char, 4'096> buffer{};
    const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count <= 0) return false;
    input_.append(buffer.data(), static_cast<std::size_t>(count));
    for (std::size_t end = input_.find('\n'); end != input_.npos; end = input_.find('\n')) {
      std::puts(obey(fabric_, std::string_view(input_).substr(0, end)).c_str());
      input_.erase(0, end + 1);
    }
    std::fflush(stdout);
    return true;
  }

  Fabric fabric_;
  std::vector<std::unique_ptr<Tap>> taps_;
  std::priority_queue<Delayed, std::vector<Delayed>, std::greater<>> under_way_;
  std::uint64_t numbered_ = 0;
  std::string input_;
};

template <class Number>
std::optional<Number> number_in(const char* text) {
  Number value{};
  const char* end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, value);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

int run(int argc, char** argv) {
  const auto ports = number_in<Port>(argc > 1 ? argv[1] : "");
  const auto seed = number_in<std::uint64_t>(argc > 2 ? argv[2] : "1");
  if (argc > 3 || !ports || !seed || *ports < 1 || *ports > ports_max) {
    std::fprintf(stderr, "usage: peal_switch PORTS [SEED], with 1 to %u ports\n", ports_max);
    return 2;
  }
  std::optional<Switch> made;
  try {
    made.emplace(*ports, *seed);
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "peal_switch: no network cards here: %s\n", error.what());
    return 77;
  }
  std::puts("ready");
  std::fflush(stdout);
  made->run();
  return 0;
}

}  // namespace
}  // namespace peal::lan

int main(int argc, char** argv) {
  try {
    return peal::lan::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "peal_switch: %s\n", error.what());
    return 1;
  }
}
