// Child processes: start, read, signal, wait.
#include "cli/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/trouble.hpp"

namespace peal::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// Between fork and exec only what is safe there: no allocation, no locks.
[[noreturn]] void become(char* const* arguments, int output, int errors, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // We are orphaned already, and no signal will come.
  ::setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments, const std::filesystem::path& error_file) {
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  // execv does not write to them; its type is older than const.
  for (const std::string& argument : arguments)
    pointers.push_back(const_cast<char*>(argument.c_str()));  // NOLINT
  pointers.push_back(nullptr);
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0)
    throw failure(fmt::format("no pipe for {}: {}", arguments[0], std::strerror(errno)));
  const int errors = ::open(error_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t parent = ::getpid();
  pid_ = errors < 0 ? -1 : ::fork();
  if (pid_ == 0) become(pointers.data(), pipe_ends[1], errors, parent);
  const int reason = errno;
  ::close(pipe_ends[1]);
  if (errors >= 0) ::close(errors);
  output_ = pipe_ends[0];
  if (pid_ < 0) {
    ::close(output_);
    throw failure(fmt::format("cannot start {}: {}", arguments[0], std::strerror(reason)));
  }
}

Child::~Child() {
  wait_or_kill(std::chrono::milliseconds(0));
  ::close(output_);
}

std::optional<std::string> Child::read_line(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (true) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{output_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready < 0 && errno == EINTR) return std::nullopt;  // A signal: the caller looks why.
    if (ready <= 0) return std::nullopt;
    std::array<char, 4'096> piece{};
    const ssize_t bytes = ::read(output_, piece.data(), piece.size());
    if (bytes <= 0) return std::nullopt;
    unread_.append(piece.data(), static_cast<std::size_t>(bytes));
  }
}

void Child::signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

bool Child::ended() {
  if (!ended_ && ::waitpid(pid_, nullptr, WNOHANG) == pid_) ended_ = true;
  return ended_;
}

void Child::wait_or_kill(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (!ended() && Clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
}

Duration Child::processor_time() const {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return {};
  return microseconds(used.tv_sec * 1'000'000 + used.tv_nsec / 1'000);
}

std::string own_program() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) throw failure("cannot find this program's own file: is /proc mounted?");
  return path.string();
}

TemporaryDirectory::TemporaryDirectory() {
  std::string form = (std::filesystem::temp_directory_path() / "peal-XXXXXX").string();
  if (::mkdtemp(form.data()) == nullptr)
    throw failure(
        fmt::format("cannot make a temporary directory {}: {}", form, std::strerror(errno)));
  path_ = form;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // What cannot be removed now is in the temporary directory anyway.
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace peal::cli
