// Writes a trace, record by record, into whatever room it is given.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/client.hpp"
#include "core/server.hpp"
#include "core/trace/block.hpp"
#include "core/trace/clocks.hpp"
#include "core/trace/recall.hpp"
#include "core/trace/record.hpp"
#include "core/trace/record_kind.hpp"
#include "core/trace/redaction.hpp"

namespace peal::trace {

/// The first bytes of every trace; the number is that of the format.
inline constexpr std::string_view file_magic = "peal trace 001\n";

/// Compares what a machine did with what it did when it was recorded. left_out: as it would be with
/// the texts of people left out of its events.
[[nodiscard]] std::uint32_t check_of(const Effects& effects, Texts texts);
[[nodiscard]] std::uint32_t check_of(const ClientEffects& effects, Texts texts);

/// A whole file in memory.
[[nodiscard]] std::vector<std::uint8_t> trace_of(const Heading& heading,
                                                 std::span<const Record> records, Texts texts);

/// Writes one file. A record is in the room that was given, whole, when its function says true;
/// false: there was no room for it, and the file is at its end.
class Writer {
 public:
  /// Room for the next block of at least so many bytes, right behind what was used before it;
  /// empty: there is none. Called when the block before is closed.
  using Room = std::function<std::span<std::uint8_t>(std::size_t at_least)>;
  /// Told how many bytes of the room the block before it has.
  using Closed = std::function<void(std::size_t bytes)>;

  Writer(Room room, Closed closed, Texts texts)
      : room_(std::move(room)), closed_(std::move(closed)), texts_(texts) {}

  [[nodiscard]] bool heading(const Heading& heading);
  [[nodiscard]] bool began(std::int64_t at_us, std::uint32_t track, const Began& began);
  /// Before the machine is told of it.
  [[nodiscard]] bool stepped(std::int64_t at_us, std::uint32_t track, Instant clock,
                             const Event& event);
  [[nodiscard]] bool stepped(std::int64_t at_us, std::uint32_t track, Instant clock,
                             const ClientEvent& event);
  /// Of the event before.
  [[nodiscard]] bool checked(std::uint32_t check);
  [[nodiscard]] bool digested(std::int64_t at_us, std::uint32_t track, const Digested& digested);
  [[nodiscard]] bool ended(std::int64_t at_us, std::uint32_t track, const Ended& ended);
  [[nodiscard]] bool fact(std::int64_t at_us, const Fact& fact);
  /// What a recording that this trace is made of lacks.
  [[nodiscard]] bool damaged(std::int64_t at_us, std::uint32_t track, const Damaged& damaged);
  /// Any of these.
  [[nodiscard]] bool record(const Record& record);
  /// Closes the last block. Nothing may be written afterwards.
  void close();
  [[nodiscard]] Texts texts() const { return texts_; }

 private:
  /// What a block remembers from record to record; each begins without.
  struct Context {
    Recall recall;
    std::int64_t at_us = 0;
    Clocks clocks;
  };
  template <class E>
  bool write_step(std::int64_t at_us, std::uint32_t track, RecordKind kind, Instant clock,
                  const E& event);
  template <class Put>
  bool write(std::int64_t at_us, std::uint32_t track, RecordKind kind, const Put& put);
  template <class Put>
  void encode(std::int64_t at_us, std::uint32_t track, RecordKind kind, const Put& put);
  [[nodiscard]] bool append_anew();

  Room room_;
  Closed closed_;
  Texts texts_;
  std::optional<BlockWriter> block_;
  std::uint64_t blocks_ = 0;
  Context context_;
  std::vector<std::uint8_t> scratch_;
};

}  // namespace peal::trace
