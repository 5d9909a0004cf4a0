// peal trace: what was recorded, replayed, shown and drawn.
#include <memory>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/trace_filter.hpp"
#include "cli/trace_merge.hpp"
#include "cli/trace_replay.hpp"
#include "cli/trace_scenario.hpp"
#include "cli/trace_show.hpp"
#include "cli/trace_view.hpp"

namespace peal::cli {
namespace {

struct TraceOptions {
  std::vector<std::string> files;
  TraceFilter filter;
  std::string out;
  std::string before;
  std::string after;
  Shown shown;
  bool svg = false;
  bool json = false;
};

using Shared = std::shared_ptr<TraceOptions>;

CLI::App* add_looker(CLI::App& trace, const std::string& name, const std::string& what,
                     const Shared& options) {
  CLI::App* app = trace.add_subcommand(name, what);
  app->add_option("FILE", options->files, "Traces, or directories of them")->required();
  return app;
}

void add_json(CLI::App& app, const std::string& what, const Shared& options) {
  app.add_flag("--json", options->json, what);
}

Command add_replay(CLI::App& trace) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* app = add_looker(
      trace, "replay", "Run the events through the same machines again, and compare", options);
  add_json(*app, "One line of JSON", options);
  return {app, [options] { return replay_traces(options->files, options->json); }};
}

Command add_show(CLI::App& trace) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* app =
      add_looker(trace, "show", "One line for each event, of all machines in one order", options);
  add_filter_options(*app, options->filter);
  app->add_flag("--effects", options->shown.effects,
                "Also what each event made the machine ask for");
  app->add_flag("--changes", options->shown.changes, "Also what each event changed in the machine");
  add_json(*app, "One line of JSON for each event", options);
  return {app, [options] {
            return show_traces(options->files, options->filter, options->shown, options->json);
          }};
}

Command add_stats(CLI::App& trace) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* app =
      add_looker(trace, "stats", "Messages by kind, elections, and how long what took", options);
  add_json(*app, "One line of JSON", options);
  return {app, [options] { return tell_statistics(options->files, options->json); }};
}

Command add_diff(CLI::App& trace) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* app =
      trace.add_subcommand("diff", "Where two runs part: the first event that is another");
  app->add_option("BEFORE", options->before, "A trace, or a directory of them")->required();
  app->add_option("AFTER", options->after, "The other one")->required();
  add_json(*app, "One line of JSON", options);
  return {app,
          [options] { return compare_traces(options->before, options->after, options->json); }};
}

Command add_scenario(CLI::App& trace) {
  auto request = std::make_shared<FieldRequest>();
  request->seconds = 60;
  CLI::App* app =
      trace.add_subcommand("scenario", "What was recorded, as a scenario that the simulator plays");
  app->add_option("FILE", request->files, "Traces of servers, or directories of them")->required();
  app->add_option("-o", request->out, "Where it goes (default: standard output)")
      ->type_name("FILE");
  app->add_flag("--shrink", request->shrink,
                "Leave out what its outcome does not need: the views that lasted, or a broken "
                "promise");
  app->add_option("--jobs", request->jobs, "Trials at once while it shrinks")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  app->add_option("--seconds", request->seconds, "How long it may try (default: 60)")
      ->type_name("S")
      ->check(CLI::PositiveNumber);
  app->add_flag("--json", request->json, "What came of it, as one line of JSON");
  return {app, [request] { return write_field_scenario(*request); }};
}

Command add_merge(CLI::App& trace) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* app =
      add_looker(trace, "merge", "One trace of the recordings of many servers", options);
  app->add_option("-o", options->out, "Where it goes")->type_name("FILE")->required();
  return {app, [options] { return merge_traces(options->files, options->out); }};
}

Command add_shiviz(CLI::App& trace) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* app = add_looker(trace, "shiviz", "A log that ShiViz draws", options);
  add_filter_options(*app, options->filter);
  app->add_option("-o", options->out, "Where it goes (default: standard output)")
      ->type_name("FILE");
  return {app, [options] { return write_shiviz(options->files, options->filter, options->out); }};
}

Command add_view(CLI::App& trace) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* app = add_looker(
      trace, "view", "A page that shows the run: machines as lines, messages as arrows", options);
  add_filter_options(*app, options->filter);
  app->add_option("-o", options->out, "Where the page goes; -: to standard output")
      ->type_name("FILE")
      ->required();
  CLI::Option* svg = app->add_flag("--svg", options->svg,
                                   "A still picture instead, for documents: best of a short range");
  add_json(*app, "The run alone, as the page has it", options);
  svg->excludes("--json");
  return {app, [options] {
            return view_traces(options->files, options->filter, options->out,
                               options->svg    ? ViewForm::svg
                               : options->json ? ViewForm::json
                                               : ViewForm::page);
          }};
}

}  // namespace

Command add_trace(CLI::App& peal) {
  CLI::App* app = peal.add_subcommand(
      "trace", "Replay and look into what serve --record and sim --trace wrote");
  app->require_subcommand(1);
  const std::vector<Command> commands = {add_replay(*app), add_show(*app),  add_stats(*app),
                                         add_diff(*app),   add_merge(*app), add_scenario(*app),
                                         add_shiviz(*app), add_view(*app)};
  app->footer(
      "Examples:\n"
      "  peal serve --record rec                      in three shells; kill -9 one of them\n"
      "  peal trace replay rec                        the same events have the same effects\n"
      "  peal trace show rec --without Wake,Heartbeat,HeartbeatAck\n"
      "  peal trace merge rec -o run.trace            all of it in one file\n"
      "  peal sim --seed 7 --trace run7.trace\n"
      "  peal trace view run7.trace -o run7.html      and look at it in a browser");
  return {app, [commands] {
            for (const Command& command : commands)
              if (command.app->parsed()) return command.run();
            return ExitCode::usage;
          }};
}

}  // namespace peal::cli
