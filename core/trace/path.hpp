// Where in a state: "role.followers[3].acknowledged".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/codec/value_fields.hpp"
#include "core/trace/kinds.hpp"
#include "core/trace/text.hpp"

namespace peal::trace {

/// Of types with fields, those whose fields are told one by one; the others are short enough.
template <class T>
concept ToldByMembers = codec::Described<T> && !std::is_same_v<T, Endpoint> &&
                        !std::is_same_v<T, EntryId> && !std::is_same_v<T, Entry>;

/// The step from a map, set or list to what has this key there.
template <class K>
std::string path_at(const K& key) {
  return '[' + text_of(key, 60) + ']';
}

class Path {
 public:
  /// As long as this lasts, the path leads to a member.
  class Inside {
   public:
    Inside(Path& path, std::string_view name) : path_(path), length_(path.text_.size()) {
      if (length_ != 0 && !name.starts_with('[')) path_.text_ += '.';
      path_.text_ += name.ends_with('_') ? name.substr(0, name.size() - 1) : name;
    }
    ~Inside() { path_.text_.resize(length_); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Path& path_;
    std::size_t length_;
  };
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace peal::trace
