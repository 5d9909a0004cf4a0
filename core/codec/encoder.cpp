// One message, one array; one array, one or several datagrams.
#include "core/codec/encoder.hpp"

#include <algorithm>
#include <variant>

#include <msgpack/pack.hpp>

#include "core/codec/entry_codec.hpp"
#include "core/codec/wire.hpp"
#include "core/codec/writer.hpp"

namespace peal::codec {
namespace {

using Packer = msgpack::packer<FlatBuffer>;

/// Packs behind what a vector holds already.
struct Appender {
  std::vector<std::uint8_t>& bytes;
  void write(const char* data, std::size_t size) { bytes.insert(bytes.end(), data, data + size); }
};

constexpr char plain_byte = static_cast<char>(protection_plain);

void write_message(FlatBuffer& out, const Sender& sender, const Message& message) {
  Packer packer(out);
  Writer writer(packer);
  std::visit(
      [&]<class T>(const T& one) {
        writer.array(4 + Wire<T>::elements());
        writer.put(protocol_version);
        writer.put(std::uint64_t{message.index()});
        writer.put(sender.server);
        writer.put(sender.run);
        writer.fields(one);
      },
      message);
}

}  // namespace

void FlatBuffer::grow(std::size_t size) {
  bytes_.resize(std::max(2 * bytes_.size(), size_ + size));
}

std::span<const std::span<const std::uint8_t>> Encoder::encode(const Sender& sender,
                                                               const Message& message) {
  datagrams_.clear();
  message_.clear();
  message_.write(&plain_byte, 1);
  write_message(message_, sender, message);
  const std::size_t size = message_.size() - 1;
  if (size <= limits::message_bytes_max) {
    datagrams_.push_back(message_.view());
  } else if (size <= limits::split_message_bytes_max) {
    split(sender);
  } else {
    ++too_long_;
  }
  return datagrams_;
}

void Encoder::split(const Sender& sender) {
  const std::span<const std::uint8_t> message = message_.view().subspan(1);
  const std::size_t count = (message.size() + chunk_bytes - 1) / chunk_bytes;
  ++splits_;
  fragments_.clear();
  ends_.clear();
  Packer packer(fragments_);
  Writer writer(packer);
  for (std::size_t i = 0; i < count; ++i) {
    const auto chunk =
        message.subspan(i * chunk_bytes, std::min(chunk_bytes, message.size() - i * chunk_bytes));
    fragments_.write(&plain_byte, 1);
    writer.array(8);
    writer.put(protocol_version);
    writer.put(fragment_kind);
    writer.put(sender.server);
    writer.put(sender.run);
    writer.put(splits_);
    writer.put(std::uint64_t{i});
    writer.put(std::uint64_t{count});
    writer.bytes(chunk);
    ends_.push_back(fragments_.size());
  }
  // Only now, as the buffer may have moved while it grew.
  std::size_t start = 0;
  for (const std::size_t end : ends_) {
    datagrams_.push_back(fragments_.view().subspan(start, end - start));
    start = end;
  }
}

void encode_entry(const Entry& entry, std::vector<std::uint8_t>& bytes) {
  bytes.clear();
  Appender out{bytes};
  msgpack::packer<Appender> packer(out);
  Writer writer(packer);
  writer.array(1 + Wire<Entry>::elements());
  writer.put(entry_format);
  writer.fields(entry);
}

}  // namespace peal::codec
