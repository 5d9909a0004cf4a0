// A person's settings and keys on this machine.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

#include "core/ids.hpp"

namespace peal::runtime {

/// An X25519 key pair: the user's identity. Wiped from memory when it goes.
struct UserKeys {
  std::array<std::uint8_t, 32> secret{};
  std::array<std::uint8_t, 32> open{};  ///< the public key
  /// The first 16 bytes of BLAKE2b of the public key.
  [[nodiscard]] UserId user() const;
  /// The session of a piece of work that may be done again, told by these words: the same each
  /// time, and nobody without the key can guess it.
  [[nodiscard]] SessionId session_for(std::string_view purpose,
                                      std::initializer_list<std::string_view> words) const;

  UserKeys() = default;
  UserKeys(const UserKeys&) = default;
  UserKeys& operator=(const UserKeys&) = default;
  ~UserKeys();
};

/// A directory: people/NAME.key, one key per name, and peers-CLUSTER, the servers met. Copied to
/// another machine, it makes the same people there.
class Profile {
 public:
  /// $XDG_CONFIG_HOME/peal, or ~/.config/peal. Throws Trouble when neither is known.
  [[nodiscard]] static std::filesystem::path default_directory();
  /// $XDG_DATA_HOME/peal/CLUSTER, or ~/.local/share/peal/CLUSTER: where servers started without
  /// --data keep theirs, one numbered directory each.
  [[nodiscard]] static std::filesystem::path default_data(std::string_view cluster);

  /// Makes the directory when it is not there. Throws Trouble.
  explicit Profile(std::filesystem::path directory);
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  /// The keys of this name, made at first use (file mode 0600). Throws Trouble when the file cannot
  /// be read, written or understood.
  [[nodiscard]] UserKeys keys_of(std::string_view name) const;
  [[nodiscard]] std::filesystem::path peers_file(std::string_view cluster) const;

 private:
  std::filesystem::path directory_;
};

/// From the system's source of randomness; not zero.
[[nodiscard]] std::uint64_t random_u64();
/// A name as part of a file's name: letters, digits, '-' and '_' as they are, other bytes as %XX.
[[nodiscard]] std::string file_name_of(std::string_view name);

}  // namespace peal::runtime
