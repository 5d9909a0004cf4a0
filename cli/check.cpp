// peal check: whether a data directory that no server uses is whole.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "runtime/directory_check.hpp"

namespace peal::cli {
namespace {

using runtime::CheckedLog;
using runtime::DirectoryFault;
using runtime::DirectoryReport;

struct CheckOptions {
  std::string directory;
  bool json = false;
};

Json report_json(const DirectoryReport& report, const CheckOptions& options) {
  Json json;
  json["directory"] = options.directory;
  json["result"] = report.faults.empty() ? "ok" : "faults";
  json["cluster"] = report.cluster;
  json["server"] = report.server ? json_of(report.server->value) : Json(nullptr);
  json["format"] = report.format;
  json["entries"] = json_of(report.entries);
  json["damaged"] = json_of(report.damaged);
  json["missing"] = json_of(report.missing());
  json["logs"] = Json::array();
  for (const CheckedLog& log : report.logs) {
    Json one;
    one["log"] = std::to_string(log.log.value);
    one["held"] = json_of(log.held);
    one["missing"] = json_of(log.missing());
    json["logs"].push_back(one);
  }
  json["index"] = report.indexed;
  json["faults"] = Json::array();
  for (const DirectoryFault& fault : report.faults) {
    Json one;
    one["what"] = fault.what;
    one["advice"] = fault.advice;
    json["faults"].push_back(one);
  }
  return json;
}

void print_report(const DirectoryReport& report, const CheckOptions& options) {
  const auto held = static_cast<std::uint64_t>(
      std::ranges::count_if(report.logs, [](const CheckedLog& log) { return log.held != 0; }));
  Table table({{""}, {""}});
  table.add({"directory", harmless(options.directory)});
  table.add({"cluster", report.cluster.empty() ? "-" : harmless(report.cluster)});
  table.add({"server", report.server ? text_of(*report.server) : "-"});
  table.add({"format", report.format.empty() ? "-" : harmless(report.format)});
  table.add({"entries", fmt::format("{} in {}", report.entries, counted(held, "log"))});
  table.add({"damaged", report.damaged == 0 ? "none" : std::to_string(report.damaged)});
  const std::uint64_t missing = report.missing();
  table.add({"missing", missing == 0
                            ? "none"
                            : fmt::format("{} that others build on; they come from other servers",
                                          counted(missing, "entry", "entries"))});
  table.add({"index", report.indexed ? "there" : "none: made anew at the next start"});
  table.add({"result", report.faults.empty()
                           ? Table::Cell{"all well", Colour::green}
                           : Table::Cell{counted(report.faults.size(), "fault"), Colour::red}});
  table.print(stdout);
  for (const DirectoryFault& fault : report.faults)
    std::puts(fmt::format("\n{}\n  {}", harmless(fault.what), harmless(fault.advice)).c_str());
}

ExitCode check(const CheckOptions& options) {
  const DirectoryReport report = runtime::check_directory(options.directory);
  if (options.json)
    print_json(report_json(report, options));
  else
    print_report(report, options);
  return report.faults.empty() ? ExitCode::done : ExitCode::failed;
}

}  // namespace

Command add_check(CLI::App& peal) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* app =
      peal.add_subcommand("check", "Say whether a data directory that no server uses is whole");
  app->add_option("directory", options->directory, "The directory (--data of its server) or a copy")
      ->type_name("DIR")
      ->required();
  app->add_flag("--json", options->json,
                R"({"directory","result":"ok|faults","cluster","server","format","entries",)"
                R"("damaged","missing","logs":[…],"index","faults":[{"what","advice"}]})");
  app->footer(
      "Changes nothing. Exit codes: 0 all well, 1 faults found, 2 nothing to check: no data "
      "directory, or in use.\n\n"
      "Examples:\n"
      "  peal check /var/lib/peal\n"
      "  peal check --json ~/.local/share/peal/peal/1 | jq .faults");
  return {app, [options] { return check(*options); }};
}

}  // namespace peal::cli
