// Any bytes as a trace: as a whole file, as records whose sums are right, and both with a window.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "core/check.hpp"
#include "core/trace/block.hpp"
#include "core/trace/reader.hpp"
#include "core/trace/state.hpp"
#include "core/trace/text.hpp"
#include "core/trace/writer.hpp"

namespace peal::trace {
namespace {

/// Reads all of it, and whatever it says.
void read(std::span<const std::uint8_t> file) {
  Reader reader(file);
  std::int64_t latest_us = 0;
  while (const auto record = reader.next()) {
    CHECK(record->at_us >= latest_us);
    latest_us = record->at_us;
    if (const auto* began = std::get_if<Began>(&record->what)) {
      (void)load_server(began->state);
      (void)load_client(began->state);
    }
    if (const auto* stepped = std::get_if<Stepped>(&record->what)) (void)text_of(stepped->event);
    if (const auto* stepped = std::get_if<ClientStepped>(&record->what))
      (void)text_of(stepped->event);
  }
}

/// A file with a heading, and then these bytes as records, each behind the byte that says how long
/// it is.
std::vector<std::uint8_t> file_of(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> file(file_magic.begin(), file_magic.end());
  std::size_t begun = 0;
  Writer heading(
      [&](std::size_t at_least) {
        begun = file.size();
        file.resize(begun + at_least);
        return std::span(file).subspan(begun);
      },
      [&](std::size_t used) { file.resize(begun + used); }, Texts::kept);
  CHECK(heading.heading({{{"source", "fuzz"}}}));
  heading.close();
  begun = file.size();
  file.resize(begun + block_head_bytes + 2 * bytes.size() + 16);
  BlockWriter block(std::span(file).subspan(begun), 1);
  while (!bytes.empty()) {
    const std::size_t length = std::min<std::size_t>(bytes.front(), bytes.size() - 1);
    bytes = bytes.subspan(1);
    block.append(bytes.first(length));
    bytes = bytes.subspan(length);
  }
  file.resize(begun + block.close());
  return file;
}

/// The same, of a process that was killed with the last block in its window, after it had copied
/// so many bytes of it.
std::vector<std::uint8_t> killed(std::span<const std::uint8_t> file, std::size_t copied) {
  std::size_t last = file.size();
  for (std::size_t at = 0; at < file.size(); ++at)
    if (begins_like_block(file.subspan(at))) last = at;
  const auto block = file.subspan(last).first(std::min(file.size() - last, window_bytes));
  const std::size_t before = last + std::min(copied, block.size());
  std::vector<std::uint8_t> result(file.begin(),
                                   file.begin() + static_cast<std::ptrdiff_t>(before));
  result.resize((before / window_bytes + 2) * window_bytes);
  std::ranges::copy(block, result.end() - static_cast<std::ptrdiff_t>(window_bytes));
  return result;
}

void read_both_ways(std::span<const std::uint8_t> file, std::size_t copied) {
  read(file);
  read(killed(file, copied));
}

}  // namespace
}  // namespace peal::trace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  const std::size_t copied = size == 0 ? 0 : std::size_t{16} * bytes.back();
  peal::trace::read_both_ways(bytes, copied);
  peal::trace::read_both_ways(peal::trace::file_of(bytes), copied);
  return 0;
}
