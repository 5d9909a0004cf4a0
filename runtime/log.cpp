// Log lines through spdlog.
#include "runtime/log.hpp"

#include <array>
#include <memory>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

#include "core/limits.hpp"
#include "runtime/address.hpp"

namespace peal::runtime {
namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 5> level_names{{
    {"debug", LogLevel::debug},
    {"info", LogLevel::info},
    {"warning", LogLevel::warning},
    {"error", LogLevel::error},
    {"off", LogLevel::off},
}};

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

LogLine line(LogLevel level, std::string_view event, std::string_view details) {
  return {level, details.empty() ? std::string(event) : fmt::format("{:<16} {}", event, details)};
}

std::string_view reason_name(VoteReason reason) {
  switch (reason) {
    case VoteReason::startup: return "startup";
    case VoteReason::silence: return "silence";
    case VoteReason::leave: return "leave";
    case VoteReason::merge: return "merge";
  }
  return "unknown";
}

std::string_view trouble_name(DiskTrouble trouble) {
  switch (trouble) {
    case DiskTrouble::full: return "full";
    case DiskTrouble::failing: return "failing";
    case DiskTrouble::corrupt: return "corrupt";
    case DiskTrouble::slow: return "slow";
  }
  return "unknown";
}

std::string_view advice(DiskTrouble trouble) {
  switch (trouble) {
    case DiskTrouble::full: return "make room on the disk; the server goes on by itself then";
    case DiskTrouble::failing: return "check the disk and the system's log";
    case DiskTrouble::corrupt:
      return "stop this server, move its data directory aside, and start it again with the same id";
    case DiskTrouble::slow:
      return "see what else the disk is busy with, and whether it fails; "
             "the server goes on by itself when it answers";
  }
  return "";
}

std::string members_of(const View& view) {
  std::string out;
  for (const Member& member : view.members)
    out += (out.empty() ? "" : ",") + std::to_string(member.id.value);
  return out;
}

struct Describe {
  LogLine operator()(const ViewInstalled& n) const {
    return line(LogLevel::info, "view installed",
                fmt::format("view={}/{} leader={} members={}", n.view.id.number,
                            n.view.id.leader.value, n.view.id.leader.value, members_of(n.view)));
  }
  LogLine operator()(const VoteStarted& n) const {
    return line(LogLevel::info, "vote started",
                fmt::format("round={} reason={}", n.round, reason_name(n.reason)));
  }
  LogLine operator()(const ServerSuspected& n) const {
    return line(LogLevel::warning, "server suspected", fmt::format("server={}", n.server.value));
  }
  LogLine operator()(const ServerRemoved& n) const {
    return line(LogLevel::warning, "server removed", fmt::format("server={}", n.server.value));
  }
  LogLine operator()(const MergeProposed& n) const {
    return line(LogLevel::info, "merge proposed", fmt::format("leader={}", n.leader.value));
  }
  LogLine operator()(const CatchingUp& n) const {
    const Joining& p = n.progress;
    const std::string left =
        p.per_second == 0 ? "?" : std::to_string((p.of - p.held) / p.per_second) + "s";
    return line(LogLevel::info, "catching up",
                fmt::format("entries={} of={} per_s={} left={}", p.held, p.of, p.per_second, left));
  }
  LogLine operator()(const ClusterFull&) const {
    return line(LogLevel::warning, "cluster full",
                fmt::format("servers={} advice=\"stop one of them, or use another --cluster\"",
                            limits::members_max));
  }
  LogLine operator()(const IdTaken& n) const {
    return line(LogLevel::error, "id taken", fmt::format("by={}", format_endpoint(n.by)));
  }
  LogLine operator()(const DiskFailed& n) const {
    return line(LogLevel::error, "disk failed",
                fmt::format("trouble={} reason=\"{}\" advice=\"{}\"", trouble_name(n.trouble),
                            n.reason, advice(n.trouble)));
  }
  LogLine operator()(const DiskHealed&) const { return line(LogLevel::info, "disk healed", ""); }
  LogLine operator()(const ClockSkewed& n) const {
    const std::int64_t ms = n.ahead.us / 1'000;
    return line(LogLevel::warning, "clock skewed",
                fmt::format("server={} {}_ms={} advice=\"set the clock of that host, best by NTP\"",
                            n.server.value, ms < 0 ? "behind" : "ahead", ms < 0 ? -ms : ms));
  }
  LogLine operator()(const EntryDamaged& n) const {
    return line(
        LogLevel::warning, "entry damaged",
        fmt::format("entry={}:{} advice=\"it is fetched from another server; check the disk\"",
                    n.entry.log.value, n.entry.seq));
  }
  LogLine operator()(const EntryHealed& n) const {
    return line(LogLevel::info, "entry healed",
                fmt::format("entry={}:{}", n.entry.log.value, n.entry.seq));
  }
  LogLine operator()(const Left&) const { return line(LogLevel::info, "left", ""); }
  LogLine operator()(const ServerForgotten& n) const {
    return line(LogLevel::info, "server forgotten", fmt::format("server={}", n.member.id.value));
  }
  LogLine operator()(const DrainBegun& n) const {
    return line(LogLevel::info, "draining", fmt::format("sessions={}", n.sessions));
  }
  LogLine operator()(const DrainEnded&) const { return line(LogLevel::info, "drain ended", ""); }
  LogLine operator()(const Drained&) const { return line(LogLevel::info, "drained", "sessions=0"); }
};

spdlog::logger& logger() {
  static const auto the_logger = [] {
    auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>();
    auto made = std::make_shared<spdlog::logger>("peal", std::move(sink));
    made->set_pattern("%H:%M:%S.%e %^%-7l%$ %v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *the_logger;
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (const auto& [known, level] : level_names)
    if (known == name) return level;
  return std::nullopt;
}

void start_log(LogLevel level) { logger().set_level(spdlog_level(level)); }

LogLine describe(const Notice& notice) { return std::visit(Describe{}, notice); }

void log(const LogLine& line) { logger().log(spdlog_level(line.level), "{}", line.text); }

void log(LogLevel level, std::string_view event, std::string_view details) {
  log(line(level, event, details));
}

}  // namespace peal::runtime
