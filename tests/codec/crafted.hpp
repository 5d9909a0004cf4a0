// Messages written by hand, element by element, to be wrong in exactly one place.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include <msgpack.hpp>

#include "core/codec/decoder.hpp"
#include "core/codec/wire.hpp"
#include "core/message.hpp"

namespace peal::test {

/// The index of a kind of message, by its type.
template <class T>
inline const std::uint64_t kind_of = Message(T{}).index();

/// A message's elements, packed in the order of the calls.
class Crafted {
 public:
  /// [version, kind, server 3, run 9, ...fields]
  static Crafted message(std::uint64_t kind, std::uint32_t fields) {
    Crafted crafted;
    crafted.array(4 + fields).number(codec::protocol_version).number(kind).number(3).number(9);
    return crafted;
  }

  Crafted& array(std::uint32_t elements) {
    packer_.pack_array(elements);
    return *this;
  }
  Crafted& number(std::uint64_t n) {
    packer_.pack_uint64(n);
    return *this;
  }
  Crafted& negative(std::int64_t n) {
    packer_.pack_int64(n);
    return *this;
  }
  Crafted& boolean(bool b) {
    packer_.pack(b);
    return *this;
  }
  Crafted& text(const std::string& t) {
    packer_.pack(t);
    return *this;
  }
  Crafted& bytes(std::span<const std::uint8_t> b) {
    packer_.pack_bin(static_cast<std::uint32_t>(b.size()));
    packer_.pack_bin_body(reinterpret_cast<const char*>(b.data()),
                          static_cast<std::uint32_t>(b.size()));
    return *this;
  }
  Crafted& bytes(std::size_t size) { return bytes(std::vector<std::uint8_t>(size, 7)); }
  Crafted& raw(std::initializer_list<std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) {
      const char c = static_cast<char>(byte);
      buffer_.write(&c, 1);
    }
    return *this;
  }

  [[nodiscard]] codec::Decoded decoded() const {
    codec::Decoder decoder;
    return decoder.decode_message(view());
  }
  /// none when it is accepted.
  [[nodiscard]] codec::Defect defect() const {
    const codec::Decoded result = decoded();
    const auto* defect = std::get_if<codec::Defect>(&result);
    return defect != nullptr ? *defect : codec::Defect::none;
  }
  [[nodiscard]] std::span<const std::uint8_t> view() const {
    return {reinterpret_cast<const std::uint8_t*>(buffer_.data()), buffer_.size()};
  }

  Crafted() : packer_(buffer_) {}
  Crafted(Crafted&& other) noexcept : buffer_(std::move(other.buffer_)), packer_(buffer_) {}
  Crafted(const Crafted&) = delete;
  Crafted& operator=(const Crafted&) = delete;
  Crafted& operator=(Crafted&&) = delete;
  ~Crafted() = default;

 private:
  msgpack::sbuffer buffer_;
  msgpack::packer<msgpack::sbuffer> packer_;
};

}  // namespace peal::test
