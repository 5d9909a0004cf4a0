// The measurements of `peal bench`, each a command of its own.
#pragma once

#include "cli/command.hpp"

namespace peal::cli {

Command add_bench_election(CLI::App& bench);
Command add_bench_failover(CLI::App& bench);
Command add_bench_throughput(CLI::App& bench);
Command add_bench_fanout(CLI::App& bench);
Command add_bench_join(CLI::App& bench);
Command add_bench_history(CLI::App& bench);
Command add_bench_sim(CLI::App& bench);
Command add_bench_heal(CLI::App& bench);

}  // namespace peal::cli
