// Fragments in any order from any source: bounded, the same for the same calls, and what comes out
// is what went in.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/check.hpp"
#include "core/codec/reassembler.hpp"
#include "core/codec/wire.hpp"
#include "tests/fuzz/byte_source.hpp"

namespace peal {
namespace {

/// The fragment says in each byte which message it is of.
codec::Fragment next_fragment(fuzz::ByteSource& source, std::vector<std::uint8_t>& chunk) {
  codec::Fragment fragment;
  fragment.sender.run = 1 + source.below(3);
  fragment.number = 1 + source.below(32);
  fragment.count = static_cast<std::uint32_t>(2 + source.word() % (limits::fragments_max - 1));
  if (source.below(2) == 0) fragment.count = 2 + fragment.count % 3;
  fragment.index = source.word() % fragment.count;
  const bool last = fragment.index + 1 == fragment.count;
  const std::size_t size = last ? 1 + source.word() % codec::chunk_bytes : codec::chunk_bytes;
  chunk.assign(size, static_cast<std::uint8_t>(fragment.number));
  fragment.chunk = chunk;
  return fragment;
}

void run(fuzz::ByteSource source) {
  codec::Reassembler one;
  codec::Reassembler two;
  Instant now{0};
  std::vector<std::uint8_t> chunk;
  while (!source.empty()) {
    now = now + microseconds(source.word() * 20);
    const Endpoint from =
        ipv4_endpoint(192, 0, 2, 1, static_cast<std::uint16_t>(1 + source.below(4)));
    const codec::Fragment fragment = next_fragment(source, chunk);
    const auto whole = one.add(now, from, fragment);
    CHECK(whole == two.add(now, from, fragment));
    CHECK(one.bytes() <= codec::reassembly_bytes_max);
    CHECK(one.partials() <= 4 * 3 * codec::partials_per_source_max);
    if (!whole) continue;
    CHECK(whole->size() > (fragment.count - 1) * codec::chunk_bytes);
    CHECK(whole->size() <= fragment.count * codec::chunk_bytes);
    CHECK(std::ranges::all_of(*whole, [&](std::uint8_t b) { return b == fragment.number; }));
  }
  CHECK(one == two);
}

}  // namespace
}  // namespace peal

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  peal::run(peal::fuzz::ByteSource({data, size}));
  return 0;
}
