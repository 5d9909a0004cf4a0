// peal bench: figures of this machine, now.
#include "cli/bench.hpp"

#include <memory>
#include <vector>

namespace peal::cli {

Command add_bench(CLI::App& peal) {
  CLI::App* app = peal.add_subcommand(
      "bench", "Measure elections, fail-overs, heals, throughput, rooms, joining, the simulator");
  app->require_subcommand(1);
  const std::vector<Command> all = {add_bench_election(*app),   add_bench_failover(*app),
                                    add_bench_throughput(*app), add_bench_fanout(*app),
                                    add_bench_heal(*app),       add_bench_join(*app),
                                    add_bench_history(*app),    add_bench_sim(*app)};
  app->footer(
      "Figures of this machine while nothing else runs on it.\n\n"
      "Examples:\n"
      "  peal bench failover --trials 100\n"
      "  peal bench throughput --json\n"
      "  peal bench election --servers 64 --trials 1000");
  return {app, [all] {
            for (const Command& command : all)
              if (command.app->parsed()) return command.run();
            return ExitCode::usage;
          }};
}

}  // namespace peal::cli
