// Which part of a story is asked for: the same words for showing, counting and drawing.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/trace/story.hpp"

namespace peal::cli {

/// As written on the command line.
struct TraceFilter {
  std::vector<std::string> machines;  ///< "server 3", or a part of it, as "3" or "4f2a"
  std::vector<std::string> kinds;     ///< of messages, or of events
  std::vector<std::string> without;
  std::optional<std::string> message;  ///< an id: 4f2a0c11:17, or as other commands print it
  std::optional<std::string> from;     ///< times since the beginning: 1.5s, 300ms
  std::optional<std::string> to;
};

void add_filter_options(CLI::App& app, TraceFilter& filter);

/// Answers for steps of one story. Throws usage_error when the filter names what is not there.
class Sieve {
 public:
  Sieve(const TraceFilter& filter, const trace::Story& story);
  [[nodiscard]] bool lets_through(const trace::Step& step) const;
  [[nodiscard]] std::int64_t from_us() const { return from_us_; }
  [[nodiscard]] std::int64_t to_us() const { return to_us_; }

 private:
  [[nodiscard]] bool of_a_kind(const std::set<std::string>& kinds, const trace::Step& step) const;

  const trace::Story& story_;
  std::set<trace::Index> lines_;  ///< none: all
  std::set<std::string> kinds_;
  std::set<std::string> without_;
  std::set<trace::Index> carriers_;  ///< steps that have to do with the message
  bool by_message_ = false;
  std::int64_t from_us_ = 0;
  std::int64_t to_us_ = 0;
};

}  // namespace peal::cli
