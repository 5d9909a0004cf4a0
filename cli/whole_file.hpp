// Files that are there as a whole or not at all.
#pragma once

#include <string>

namespace peal::cli {

/// All of it; a usage error that begins with `what` when it cannot be read.
[[nodiscard]] std::string read_whole(const std::string& path, const std::string& what);
/// A usage error that begins with `what` when no file could be written there: before long work.
void check_place(const std::string& path, const std::string& what);
/// Takes the place of what was there; whoever reads meanwhile sees the old or the new. A failure
/// that begins with `what` when the disk does not take it.
void write_whole(const std::string& path, const std::string& text, const std::string& what);
/// The same for the owner's eyes alone.
void write_private(const std::string& path, const std::string& text, const std::string& what);
/// The same as write_whole() where nothing was; false when there is something already.
[[nodiscard]] bool write_new(const std::string& path, const std::string& text,
                             const std::string& what);

}  // namespace peal::cli
