// Reads a trace, record by record. The bytes may be anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/trace/block.hpp"
#include "core/trace/clocks.hpp"
#include "core/trace/recall.hpp"
#include "core/trace/record.hpp"

namespace peal::trace {

/// Of one file, whose bytes must outlive it. Where something is damaged it says so with a record
/// and goes on behind it, as far as there is anything.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> file);

  /// Why this is no trace that can be read, for people: "is empty", "is no trace", ... Empty: it
  /// is.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  [[nodiscard]] const Heading& heading() const { return heading_; }
  /// The next record but for the heading; nothing at the end, or when refused.
  [[nodiscard]] std::optional<Record> next();

 private:
  struct Context {
    Recall recall;
    std::int64_t at_us = 0;
    Clocks clocks;
  };
  [[nodiscard]] std::optional<Record> next_of_any();
  [[nodiscard]] std::optional<Record> decode(std::span<const std::uint8_t> bytes);
  [[nodiscard]] bool next_block(std::optional<Record>& damaged);
  [[nodiscard]] std::optional<Block> block_at(std::size_t at) const;
  [[nodiscard]] bool is_in_window(const std::optional<Block>& next) const;
  [[nodiscard]] std::optional<Block> search();
  void begin(const Block& block);
  [[nodiscard]] std::optional<Record> remains(std::size_t from) const;
  [[nodiscard]] Record damage(std::size_t from, std::size_t to, bool torn) const;

  std::span<const std::uint8_t> file_;
  std::size_t window_at_;        ///< where the window is; file_.size(): there is none
  std::optional<Block> window_;  ///< what is in it
  std::size_t at_ = 0;           ///< where the next block begins
  std::size_t begun_ = 0;        ///< where the present one does
  std::uint64_t sequence_ = 0;
  std::span<const std::uint8_t> payload_;
  Context context_;
  std::int64_t latest_us_ = 0;
  std::uint32_t latest_track_ = 0;
  std::string refusal_;
  Heading heading_;
};

}  // namespace peal::trace
