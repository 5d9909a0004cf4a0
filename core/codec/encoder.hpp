// Packets to datagrams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/message.hpp"

namespace peal::codec {

/// Bytes that grow and are reused: what msgpack packs into.
class FlatBuffer {
 public:
  FlatBuffer() : bytes_(2'048) {}
  void clear() { size_ = 0; }
  /// In line, so that the few bytes of a number are one store instead of a call.
  [[gnu::always_inline]] void write(const char* data, std::size_t size) {
    if (bytes_.size() - size_ < size) grow(size);
    std::memcpy(bytes_.data() + size_, data, size);
    size_ += size;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<const std::uint8_t> view() const { return {bytes_.data(), size_}; }

 private:
  void grow(std::size_t size);

  std::vector<std::uint8_t> bytes_;
  std::size_t size_ = 0;
};

/// One per machine: numbers the messages that it splits. Allocates nothing once its buffers have
/// grown to what its messages need.
class Encoder {
 public:
  Encoder() = default;
  // The list of datagrams points into the buffers.
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  Encoder(Encoder&&) = default;
  Encoder& operator=(Encoder&&) = default;
  ~Encoder() = default;

  /// The plain datagrams of one message, in order, each at most 1 + limits::message_bytes_max
  /// bytes; valid until the next call. None when the message is longer than
  /// limits::split_message_bytes_max, which is our own mistake, but one that others may be able to
  /// provoke: counted, not fatal.
  [[nodiscard]] std::span<const std::span<const std::uint8_t>> encode(const Sender& sender,
                                                                      const Message& message);
  [[nodiscard]] std::span<const std::span<const std::uint8_t>> encode(const Packet& packet) {
    return encode(packet.sender, packet.message);
  }

  /// Messages that were not sent because they were too long.
  [[nodiscard]] std::uint64_t too_long() const { return too_long_; }

 private:
  void split(const Sender& sender);

  FlatBuffer message_;
  FlatBuffer fragments_;
  std::vector<std::span<const std::uint8_t>> datagrams_;
  std::vector<std::size_t> ends_;
  std::uint64_t splits_ = 0;
  std::uint64_t too_long_ = 0;
};

}  // namespace peal::codec
