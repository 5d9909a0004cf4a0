// A directory of seeds that are worth running again.
#pragma once

#include <string>
#include <vector>

#include "cli/sim_options.hpp"
#include "cli/trouble.hpp"
#include "sim/corpus.hpp"

namespace peal::cli {

class CorpusDirectory {
 public:
  struct Kept {
    std::string name;  ///< of the file, without its directory
    sim::Keepsake keepsake;
  };

  /// Reads what is there; makes the directory when there is none. A usage error that names the file
  /// when one is damaged.
  explicit CorpusDirectory(std::string path);

  [[nodiscard]] const std::vector<Kept>& kept() const { return kept_; }
  /// Keeps what the run is worth keeping for. What is there is never written over.
  void look(const sim::RunResult& result, const sim::RunOptions& run, const sim::Totals& totals);

 private:
  void write(const sim::Keepsake& keepsake);

  std::string path_;
  std::vector<Kept> kept_;
  sim::Corpus corpus_;
};

/// Runs everything in the directory again, and says what became of it.
ExitCode replay_corpus(const SimOptions& options);

}  // namespace peal::cli
