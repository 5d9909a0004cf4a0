// Writes the seeds of fuzz_codec: two messages of every kind, an entry of every body.
//
//   make_corpus DIRECTORY
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "core/codec/encoder.hpp"
#include "core/codec/entry_codec.hpp"
#include "tests/support/generators.hpp"

namespace peal {
namespace {

void write(const std::string& path, std::span<const std::uint8_t> bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

void write_all(const std::string& directory) {
  codec::Encoder encoder;
  for (std::size_t kind = 0; kind < message_kinds; ++kind) {
    for (const int size : {8, 16}) {
      const Message message = test::random_message(kind, kind + 1, size);
      const auto datagrams = encoder.encode({.server = ServerId{3}, .run = 9}, message);
      if (datagrams.size() != 1) continue;
      const std::string name = std::string(kind_name(kind)) + "-" + std::to_string(size);
      write(directory + "/" + name, datagrams.front().subspan(1));
    }
  }
  std::vector<bool> written(std::variant_size_v<Body>);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Entry entry = test::random_entry(seed, 8);
    if (written[entry.body.index()]) continue;
    written[entry.body.index()] = true;
    std::vector<std::uint8_t> bytes;
    codec::encode_entry(entry, bytes);
    write(directory + "/entry-" + std::to_string(entry.body.index()), bytes);
  }
}

}  // namespace
}  // namespace peal

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_corpus DIRECTORY\n", stderr);
    return 2;
  }
  peal::write_all(argv[1]);
  return 0;
}
