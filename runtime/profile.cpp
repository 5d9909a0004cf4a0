// Keys and settings in files.
#include "runtime/profile.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/check.hpp"
#include "core/secure/identity.hpp"
#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

constexpr std::string_view key_header = "peal-key-x25519 ";
constexpr std::size_t hex_bytes = 2 * crypto_box_SECRETKEYBYTES;

void start_sodium() { CHECK(sodium_init() >= 0); }

std::filesystem::path home_based(const char* variable, const char* below_home) {
  if (const char* base = std::getenv(variable); base != nullptr && *base == '/') return base;
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::filesystem::path(home) / below_home;
  throw Trouble(std::string("neither ") + variable + " nor HOME is set; set one of them, or give " +
                "--profile and --data");
}

UserKeys keys_from_secret(UserKeys keys) {
  CHECK(crypto_scalarmult_base(keys.open.data(), keys.secret.data()) == 0);
  return keys;
}

std::string key_text(const UserKeys& keys) {
  std::string hex(hex_bytes + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), keys.secret.data(), keys.secret.size());
  hex.back() = '\n';
  return std::string(key_header) + hex;
}

std::optional<UserKeys> keys_in(std::string_view text) {
  if (!text.starts_with(key_header)) return std::nullopt;
  text.remove_prefix(key_header.size());
  if (text.ends_with('\n')) text.remove_suffix(1);
  UserKeys keys;
  std::size_t bytes = 0;
  const char* end = nullptr;
  const int status = sodium_hex2bin(keys.secret.data(), keys.secret.size(), text.data(),
                                    text.size(), nullptr, &bytes, &end);
  if (status != 0 || bytes != keys.secret.size() || end != text.data() + text.size())
    return std::nullopt;
  return keys_from_secret(keys);
}

Trouble cannot(const char* what, const std::filesystem::path& file) {
  return Trouble(std::string("cannot ") + what + " " + file.string() + ": " + std::strerror(errno) +
                 "; check who owns it, or give another --profile");
}

// Nothing when the file is not there.
std::optional<std::string> read_file(const std::filesystem::path& file) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return std::nullopt;
  if (fd < 0) throw cannot("read", file);
  std::string text(256, '\0');
  const ssize_t count = ::read(fd, text.data(), text.size());
  const int failure = errno;
  close(fd);
  errno = failure;
  if (count < 0) throw cannot("read", file);
  text.resize(static_cast<std::size_t>(count));
  return text;
}

// Whole or not at all, and never over another program's key: false when there is one already.
bool write_new_file(const std::filesystem::path& file, const std::string& text) {
  std::string temporary = file.string() + ".XXXXXX";
  const int fd = mkstemp(temporary.data());  // Mode 0600.
  if (fd < 0) throw cannot("write", file);
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  close(fd);
  const bool linked = written && link(temporary.c_str(), file.c_str()) == 0;
  const int failure = errno;
  unlink(temporary.c_str());
  errno = failure;
  if (!linked && !(written && errno == EEXIST)) throw cannot("write", file);
  return linked;
}

void make_private_directory(const std::filesystem::path& directory) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(directory, error);
  if (error)
    throw Trouble("cannot make the directory " + directory.string() + ": " + error.message() +
                  "; give another --profile");
  if (made) chmod(directory.c_str(), S_IRWXU);
}

}  // namespace

UserKeys::~UserKeys() { sodium_memzero(secret.data(), secret.size()); }

UserId UserKeys::user() const { return secure::user_of({open}); }

SessionId UserKeys::session_for(std::string_view purpose,
                                std::initializer_list<std::string_view> words) const {
  crypto_generichash_state state;
  SessionId session;
  crypto_generichash_init(&state, secret.data(), secret.size(), crypto_generichash_BYTES_MIN);
  const auto add = [&](std::string_view text) {
    const std::uint64_t size = text.size();
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof size);
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                              text.size());
  };
  add(purpose);
  for (const std::string_view word : words) add(word);
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  crypto_generichash_final(&state, hash.data(), hash.size());
  std::memcpy(&session.value, hash.data(), sizeof session.value);
  if (!session) session.value = 1;
  return session;
}

std::filesystem::path Profile::default_directory() {
  return home_based("XDG_CONFIG_HOME", ".config") / "peal";
}

std::filesystem::path Profile::default_data(std::string_view cluster) {
  return home_based("XDG_DATA_HOME", ".local/share") / "peal" / file_name_of(cluster);
}

Profile::Profile(std::filesystem::path directory) : directory_(std::move(directory)) {
  start_sodium();
  make_private_directory(directory_);
}

UserKeys Profile::keys_of(std::string_view name) const {
  const auto people = directory_ / "people";
  make_private_directory(people);
  const auto file = people / (file_name_of(name) + ".key");
  auto text = read_file(file);
  if (!text) {
    UserKeys fresh;
    randombytes_buf(fresh.secret.data(), fresh.secret.size());
    // Of two programs that start at once, the second takes the first one's key.
    if (write_new_file(file, key_text(fresh))) return keys_from_secret(fresh);
    text = read_file(file);
  }
  const auto keys = keys_in(text.value_or(""));
  if (!keys)
    throw Trouble(file.string() +
                  " is not a key of Peal; move it aside (the name then gets a new " +
                  "key, and is another user)");
  return *keys;
}

std::filesystem::path Profile::peers_file(std::string_view cluster) const {
  return directory_ / ("peers-" + file_name_of(cluster));
}

std::uint64_t random_u64() {
  start_sodium();
  std::uint64_t number = 0;
  while (number == 0) randombytes_buf(&number, sizeof number);
  return number;
}

std::string file_name_of(std::string_view name) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_';
    if (plain)
      out += c;
    else
      (((out += '%') += hex[byte >> 4U]) += hex[byte & 15U]);
  }
  return out;
}

}  // namespace peal::runtime
