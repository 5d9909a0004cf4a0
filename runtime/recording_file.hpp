// One file of a flight recorder: memory that outlives the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/trace/block.hpp"

namespace peal::runtime {

/// What to say then.
[[nodiscard]] std::string no_room_for(const std::filesystem::path& path);

/// By how much a file may be longer than what is in it, while it is written.
inline constexpr std::size_t recording_reserve_bytes = (4U << 20U) + 2 * trace::window_bytes;

/// A resource. What is written into its room is in the file at once, also when the process is
/// killed: the kernel keeps mapped pages. The room is a window at the end of what is reserved,
/// whose pages are used again and again, as a new page of a mapped file costs as much as writing
/// ten; when it is used, it is copied behind what was used before. Space is reserved before room is
/// given, so a full disk is noticed there.
class RecordingFile {
 public:
  /// So many bytes a file takes of the disk until it is closed, if no block is begun behind
  /// about_bytes, and none is longer than its window.
  [[nodiscard]] static std::size_t disk_bytes(std::size_t about_bytes);
  /// Makes a new file that begins with these bytes and is to become about so long. Throws Trouble
  /// when there is no room.
  RecordingFile(std::filesystem::path path, std::string_view beginning, std::size_t about_bytes);
  /// Cuts off what was reserved and not used.
  ~RecordingFile();
  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;

  /// Room for what comes behind what is used: at least so many bytes, with anything in them; or
  /// none when the disk has none.
  [[nodiscard]] std::span<std::uint8_t> room(std::size_t at_least);
  /// So many bytes of the room are used. The room may not be touched any more.
  void use(std::size_t bytes);
  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  [[nodiscard]] bool reserve(std::size_t bytes);
  [[nodiscard]] std::span<std::uint8_t> map(std::size_t from, std::size_t to) const;
  [[nodiscard]] bool copy_window(std::size_t bytes) const;

  std::filesystem::path path_;
  std::size_t about_bytes_;
  int file_ = -1;
  std::size_t used_ = 0;
  std::size_t reserved_ = 0;  ///< the window included
  std::span<std::uint8_t> window_;
  std::span<std::uint8_t> long_room_;  ///< mapped where it stays, for what the window cannot hold
  bool failed_ = false;                ///< what is in the window could not be copied
};

}  // namespace peal::runtime
