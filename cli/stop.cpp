// The flag that stop signals set.
#include "cli/stop.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <initializer_list>

#include <sys/eventfd.h>
#include <unistd.h>

#include "core/check.hpp"

namespace peal::cli {
namespace {

// A signal handler reaches nothing but globals.
volatile std::sig_atomic_t stop_flag = 0;
int stop_event = -1;

void on_signal(int /*number*/) {
  const int kept = errno;
  stop_flag = 1;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t bytes = ::write(stop_event, &one, sizeof one);
  errno = kept;
}

}  // namespace

void catch_stop_signals() {
  if (stop_event >= 0) return;
  stop_event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  CHECK(stop_event >= 0);
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  // Without SA_RESTART: a blocking call returns, so that its loop can ask.
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

void ignore_broken_pipes() {
  struct sigaction action{};
  action.sa_handler = SIG_IGN;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGPIPE, &action, nullptr);
}

bool stop_requested() { return stop_flag != 0; }
int stop_file() { return stop_event; }

}  // namespace peal::cli
