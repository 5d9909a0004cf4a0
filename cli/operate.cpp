// peal leave, drain and remove: what operators do before and after they take a machine away.
#include <charconv>
#include <memory>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/status.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

constexpr Patience ask_again_after{100};

struct OperateOptions {
  Reach reach;
  bool json = false;
  bool undo = false;
  std::string server;
};

/// The same reach, but this one server and no other.
Reach only(const Reach& reach, const std::string& address) {
  Reach one = reach;
  one.servers = {address};
  one.pin = true;
  return one;
}

StatusAnswer status_by(CommandLoop& loop, const Reach& reach) {
  Connection connection(loop, reach, Connection::Kind::asks_only);
  return status_of(connection);
}

/// The server that was named; without a name the only one that there is.
Reach one_server(CommandLoop& loop, const Reach& reach) {
  if (reach.servers.size() > 1) throw usage_error("one server at a time: give --server once");
  if (reach.servers.size() == 1) return only(reach, reach.servers.front());
  const StatusAnswer status = status_by(loop, reach);
  if (status.servers.size() == 1) return only(reach, address_of(status.servers.front().member));
  std::string choice;
  for (const ServerStatus& server : status.servers)
    choice += fmt::format("{}{} for {}", choice.empty() ? "" : ", ", address_of(server.member),
                          text_of(server.member.id));
  throw usage_error("which server? Give --server with one of: " + choice);
}

CommandAnswer obeyed(Connection& connection, const Question& command) {
  AnswerBody answer = connection.answer_to(command);
  if (CommandAnswer* obeyed = std::get_if<CommandAnswer>(&answer)) return std::move(*obeyed);
  throw failure("the server gave no answer to that: is it of another version?");
}

// --- leave
// ------------------------------------------------------------------------------------------------------

ExitCode leave(const OperateOptions& options) {
  CommandLoop loop;
  Connection connection(loop, one_server(loop, options.reach), Connection::Kind::asks_only);
  const CommandAnswer answer = obeyed(connection, LeaveCommand{});
  const ServerId server = answer.other.id;
  if (answer.outcome == CommandOutcome::only_server)
    throw failure(fmt::format(
        "{} is the only server: nobody would be left to talk to. Stop its process to end it anyway",
        text_of(server)));
  if (options.json) {
    Json json;
    json["server"] = json_of(server.value);
    json["result"] = "leaving";
    json["sessions"] = json_of(answer.sessions);
    print_json(json);
  } else {
    std::puts(fmt::format("{} leaves and ends; the others go on", text_of(server)).c_str());
  }
  return ExitCode::done;
}

// --- drain
// ------------------------------------------------------------------------------------------------------

void print_drain(const OperateOptions& options, const CommandAnswer& answer, const char* result) {
  const std::string name = text_of(answer.other.id);
  if (options.json) {
    Json json;
    json["server"] = json_of(answer.other.id.value);
    json["result"] = result;
    json["sessions"] = json_of(answer.sessions);
    return print_json(json);
  }
  if (options.undo)
    std::puts((name + " takes clients again").c_str());
  else if (answer.sessions == 0)
    std::puts((name + " is drained: it has no client left").c_str());
  else
    std::puts(fmt::format("{} is drained but for {}: their clients can reach no other server", name,
                          counted(answer.sessions, "session"))
                  .c_str());
}

ExitCode drain(const OperateOptions& options) {
  CommandLoop loop;
  Connection connection(loop, one_server(loop, options.reach), Connection::Kind::asks_only);
  CommandAnswer answer = obeyed(connection, DrainCommand{options.undo});
  if (answer.outcome == CommandOutcome::only_server)
    throw failure(fmt::format("{} is the only server: its clients have nowhere to go",
                              text_of(answer.other.id)));
  if (options.undo) {
    print_drain(options, answer, "serving");
    return ExitCode::done;
  }
  ProgressLine progress(stderr);
  const auto deadline = std::chrono::steady_clock::now() + options.reach.timeout();
  while (answer.sessions != 0 && std::chrono::steady_clock::now() < deadline) {
    progress.show(fmt::format("draining {}: {} left", text_of(answer.other.id),
                              counted(answer.sessions, "session")));
    loop.run_until([] { return false; }, ask_again_after);
    if (stop_requested()) throw failure("interrupted; the server goes on draining");
    answer = obeyed(connection, DrainCommand{});
  }
  progress.clear();
  print_drain(options, answer, answer.sessions == 0 ? "drained" : "sessions left");
  return answer.sessions == 0 ? ExitCode::done : ExitCode::failed;
}

// --- remove
// -----------------------------------------------------------------------------------------------------

ServerId parse_server(const std::string& text) {
  const std::string_view digits = std::string_view(text).substr(text.starts_with('s') ? 1 : 0);
  ServerId id;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id.value);
  if (error != std::errc{} || end != digits.data() + digits.size() || !id)
    throw usage_error(fmt::format("{} is no server's id: 7 and s7 are", harmless(text)));
  return id;
}

/// What the servers of the ring said, each asked for itself.
struct Removal {
  std::vector<ServerId> forgotten_by;
  std::vector<ServerId> unknown_to;
  std::vector<ServerId> unanswered;
};

void ask_to_forget(CommandLoop& loop, const OperateOptions& options, const Member& of,
                   ServerId dead, Removal& removal) {
  CommandAnswer answer;
  try {
    Connection connection(loop, only(options.reach, address_of(of)), Connection::Kind::asks_only);
    answer = obeyed(connection, RemoveCommand{dead});
  } catch (const Trouble& trouble) {
    if (trouble.code() != ExitCode::unreachable) throw;
    removal.unanswered.push_back(of.id);
    return;
  }
  if (answer.outcome == CommandOutcome::still_alive)
    throw failure(
        fmt::format("{} lives: {} heard it a moment ago at {}. Let it leave first (peal "
                    "leave), or wait some seconds if it just died",
                    text_of(dead), text_of(of.id), address_of(answer.other)));
  const bool done = answer.outcome == CommandOutcome::done;
  (done ? removal.forgotten_by : removal.unknown_to).push_back(of.id);
}

std::string names_of(const std::vector<ServerId>& servers) {
  std::string names;
  for (const ServerId server : servers) names += (names.empty() ? "" : ", ") + text_of(server);
  return names;
}

Json ids_json(const std::vector<ServerId>& servers) {
  Json json = Json::array();
  for (const ServerId server : servers) json.push_back(json_of(server.value));
  return json;
}

ExitCode remove(const OperateOptions& options) {
  const ServerId dead = parse_server(options.server);
  CommandLoop loop;
  const StatusAnswer status = status_by(loop, options.reach);
  Removal removal;
  for (const ServerStatus& server : status.servers)
    if (server.member.id != dead)
      ask_to_forget(loop, options, server.member, dead, removal);
    else if (server.alive)
      throw failure(fmt::format("{} lives at {}: let it leave first (peal leave)", text_of(dead),
                                address_of(server.member)));
  if (removal.forgotten_by.empty() && removal.unanswered.empty())
    throw failure(fmt::format("no server knows {}: there is nothing to forget", text_of(dead)));
  if (options.json) {
    Json json;
    json["server"] = json_of(dead.value);
    json["forgotten_by"] = ids_json(removal.forgotten_by);
    json["unknown_to"] = ids_json(removal.unknown_to);
    json["unanswered"] = ids_json(removal.unanswered);
    print_json(json);
  } else if (!removal.forgotten_by.empty()) {
    std::puts(fmt::format("{} is forgotten by {}; it is back when it is started again",
                          text_of(dead), names_of(removal.forgotten_by))
                  .c_str());
  }
  if (!removal.unanswered.empty())
    throw failure(fmt::format("{} did not answer and may know {} still: try again",
                              names_of(removal.unanswered), text_of(dead)));
  return ExitCode::done;
}

}  // namespace

Command add_leave(CLI::App& peal) {
  auto options = std::make_shared<OperateOptions>();
  CLI::App* app = peal.add_subcommand("leave", "Ask a server to leave cleanly and to end");
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json, R"({"server","result":"leaving","sessions"})");
  app->footer(
      "The same as Ctrl-C or SIGTERM there. Until clients are authenticated, any program on the\n"
      "network may ask for it.\n\n"
      "Example:\n"
      "  peal leave --server 192.0.2.7:7401");
  return {app, [options] { return leave(*options); }};
}

Command add_drain(CLI::App& peal) {
  auto options = std::make_shared<OperateOptions>();
  CLI::App* app =
      peal.add_subcommand("drain", "Send a server's clients to others, before maintenance");
  add_reach_options(*app, options->reach);
  app->add_flag("--undo", options->undo, "Let it take clients again");
  app->add_flag("--json", options->json,
                R"({"server","result":"drained"|"serving"|"sessions left","sessions"})");
  app->footer(
      "Waits until no client is left there (exit code 0), or --timeout is over (1). The server "
      "stays in\nthe ring and keeps its copy; a restart ends the draining as well. Until clients "
      "are authenticated,\nany program on the network may ask for it.\n\n"
      "Examples:\n"
      "  peal drain --server 192.0.2.7:7401\n"
      "  peal drain --server 192.0.2.7:7401 --undo");
  return {app, [options] { return drain(*options); }};
}

Command add_remove(CLI::App& peal) {
  auto options = std::make_shared<OperateOptions>();
  CLI::App* app = peal.add_subcommand("remove", "Forget a dead server");
  app->add_option("ID", options->server, "The server, as peal status names it")->required();
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json,
                R"({"server","forgotten_by":[...],"unknown_to":[...],"unanswered":[...]})");
  app->footer(
      "Every server of the ring strikes it out of its status and its peer book, and sends nothing "
      "there\nany more. When it is started again it is back by itself. Until clients are "
      "authenticated, any\nprogram on the network may ask for it.\n\n"
      "Example:\n"
      "  peal remove s7");
  return {app, [options] { return remove(*options); }};
}

}  // namespace peal::cli
