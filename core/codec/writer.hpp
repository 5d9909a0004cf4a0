// Values to msgpack, driven by their fields.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/codec/message_fields.hpp"
#include "core/codec/shape.hpp"
#include "core/codec/value_fields.hpp"
#include "core/version_vector.hpp"

namespace peal::codec {

/// Packer: msgpack::packer over any buffer. Writes what it is given; limits are the reader's and
/// the caller's.
template <class Packer>
class Writer {
 public:
  explicit Writer(Packer& packer) : packer_(packer) {}

  // Flattened: with its length known in place, a number is one store.
  [[gnu::flatten]] void array(std::size_t elements) {
    packer_.pack_array(static_cast<std::uint32_t>(elements));
  }

  void put(bool value) { value ? packer_.pack_true() : packer_.pack_false(); }
  void put(std::uint16_t value) { put(std::uint64_t{value}); }
  void put(std::uint32_t value) { put(std::uint64_t{value}); }
  [[gnu::flatten]] void put(std::uint64_t value) { packer_.pack_uint64(value); }
  void put(Hlc value) { put(value.value); }
  [[gnu::flatten]] void put(std::int64_t value) { packer_.pack_int64(value); }
  void put(Instant value) { put(value.us); }
  void put(Duration value) { put(value.us); }
  void put(WallTime value) { put(value.ms); }
  template <class Tag>
  void put(Id<Tag> id) {
    put(id.value);
  }
  template <class E>
    requires std::is_enum_v<E>
  void put(E value) {
    put(static_cast<std::uint64_t>(value));
  }

  void put(const std::string& text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    packer_.pack_str(size);
    packer_.pack_str_body(text.data(), size);
  }
  void put(const RoomName& room) { put(room.value); }
  void put(const UserId& user) { bytes(user.bytes); }
  /// A room is text, a user is bytes.
  void put(const Destination& to) {
    std::visit([this](const auto& one) { this->put(one); }, to);
  }
  /// An address of 16 bytes; an IPv4 one as its 4 bytes.
  void put(const std::array<std::uint8_t, 16>& ip) {
    const bool v4 = Endpoint{.ip = ip}.is_v4();
    bytes(std::span(ip).subspan(v4 ? 12 : 0));
  }

  void put(const SharedEntry& entry) { put(*entry); }
  void put(const VersionVector& vector) { list(vector.pairs()); }
  template <class T>
  void put(const std::vector<T>& items) {
    list(items);
  }
  /// An array, empty when there is none.
  template <class T>
  void put(const std::optional<T>& value) {
    array(value ? width<T>() : 0);
    if (value) put(*value);
  }
  /// [index of the alternative, its fields...]
  template <class... Alternatives>
  void put(const std::variant<Alternatives...>& value) {
    std::visit(
        [&]<class T>(const T& one) {
          array(1 + Wire<T>::elements());
          put(static_cast<std::uint64_t>(value.index()));
          fields(one);
        },
        value);
  }
  template <Described T>
  void put(const T& value) {
    if constexpr (!Wire<T>::in_line) array(Wire<T>::elements());
    fields(value);
  }

  /// The fields alone, without an array around them.
  template <Described T>
  void fields(const T& value) {
    static_assert(members_of<T>() == Wire<T>::count + Wire<T>::left_out, "a member is forgotten");
    Wire<T>::each([&]<class F>(F) {
      put(F::of(value));
      return true;
    });
  }

  void bytes(std::span<const std::uint8_t> data) {
    const auto size = static_cast<std::uint32_t>(data.size());
    packer_.pack_bin(size);
    packer_.pack_bin_body(reinterpret_cast<const char*>(data.data()), size);
  }

 private:
  template <class List>
  void list(const List& items) {
    array(items.size() * width<typename List::value_type>());
    for (const auto& item : items) put(item);
  }

  Packer& packer_;
};

}  // namespace peal::codec
