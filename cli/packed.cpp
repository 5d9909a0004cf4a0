// Long texts made short for a page.
#include "cli/packed.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <zlib.h>

#include "core/check.hpp"

namespace peal::cli {
namespace {

constexpr int window_bits_max = 15;
constexpr int as_gzip = 16;
// More effort takes four times as long, and saves a tenth.
constexpr int effort = 4;

std::vector<std::uint8_t> as_gzip_of(std::string_view text) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, effort, Z_DEFLATED, window_bits_max + as_gzip, 9,
                     Z_DEFAULT_STRATEGY) == Z_OK);
  std::vector<std::uint8_t> bytes(deflateBound(&stream, text.size()));
  std::size_t made = 0;
  int state = Z_OK;
  while (state == Z_OK) {
    // Counts of zlib have 32 bits.
    constexpr std::size_t piece = 1U << 30U;
    const std::size_t in = std::min(text.size(), piece);
    const std::size_t out = std::min(bytes.size() - made, piece);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT: read only
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = bytes.data() + made;
    stream.avail_out = static_cast<uInt>(out);
    state = deflate(&stream, in == text.size() ? Z_FINISH : Z_NO_FLUSH);
    text.remove_prefix(in - stream.avail_in);
    made += out - stream.avail_out;
  }
  deflateEnd(&stream);
  CHECK(state == Z_STREAM_END);
  bytes.resize(made);
  return bytes;
}

std::string base64(const std::vector<std::uint8_t>& bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t three = 0;
    for (std::size_t j = 0; j < 3; ++j)
      three = three << 8U | (j < left ? bytes[i + j] : std::uint32_t{0});
    for (std::size_t j = 0; j < 4; ++j)
      text += j <= left ? digits[three >> (18 - 6 * j) & 63U] : '=';
  }
  return text;
}

}  // namespace

std::string packed(std::string_view text) { return base64(as_gzip_of(text)); }

}  // namespace peal::cli
