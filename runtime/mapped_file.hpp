// A whole trace as bytes, read as they are needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace peal::runtime {

/// A resource: the file as it is now, also when a recorder goes on with it. Throws Trouble (usage)
/// when it cannot be read.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {map_, size_}; }

 private:
  [[nodiscard]] int map(int file);
  [[nodiscard]] int copy_end(int file);
  [[nodiscard]] bool is_as_mapped(int file) const;
  void unmap();

  std::uint8_t* map_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace peal::runtime
