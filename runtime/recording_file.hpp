// One file of a flight recorder: memory that outlives the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace peal::runtime {

/// What to say then.
[[nodiscard]] std::string no_room_for(const std::filesystem::path& path);

/// A resource. What is written into its room is in the file at once, also when the process is
/// killed: the kernel keeps mapped pages. Space is reserved before it is mapped, so a full disk is
/// noticed there.
class RecordingFile {
 public:
  /// Makes a new file that begins with these bytes, and reserves so many bytes at a time. Throws
  /// Trouble when there is none to be had.
  RecordingFile(std::filesystem::path path, std::string_view beginning, std::size_t step_bytes);
  /// Cuts off what was reserved and not used.
  ~RecordingFile();
  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;

  /// Room behind what is used: at least so many bytes, or none when the disk has none.
  [[nodiscard]] std::span<std::uint8_t> room(std::size_t at_least);
  /// So many bytes of the room are used. The room may not be touched any more.
  void use(std::size_t bytes);
  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  void unmap();

  std::filesystem::path path_;
  std::size_t step_bytes_;
  int file_ = -1;
  std::size_t used_ = 0;
  std::size_t reserved_ = 0;
  std::uint8_t* map_ = nullptr;
  std::size_t mapped_from_ = 0;
  std::size_t mapped_bytes_ = 0;
};

}  // namespace peal::runtime
