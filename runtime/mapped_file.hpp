// A whole file as bytes, read as they are needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace peal::runtime {

/// A resource. Throws Trouble (usage) when it cannot be read.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {map_, size_}; }

 private:
  const std::uint8_t* map_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace peal::runtime
