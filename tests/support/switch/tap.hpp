// A TAP device: the end of a cable whose other end is a network card of some namespace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace peal::lan {

inline constexpr std::size_t frame_bytes_max = 2'048;

/// A resource: the card exists while this does. It may be moved to another network namespace.
class Tap {
 public:
  /// Makes a card of this name in the namespace of this process. Throws std::system_error.
  explicit Tap(const std::string& name);
  ~Tap();
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  /// The next frame that the card sends; empty: there is none now. The bytes are valid until the
  /// next call, `into` is where they are.
  [[nodiscard]] std::span<const std::uint8_t> read(std::span<std::uint8_t> into) const;
  /// What the card does not take, as it is down or full, is gone, as on a cable.
  void write(std::span<const std::uint8_t> frame) const;

 private:
  int fd_;
};

}  // namespace peal::lan
