// Long texts made short for a page.
#pragma once

#include <string>
#include <string_view>

namespace peal::cli {

/// As gzip, in base64.
[[nodiscard]] std::string packed(std::string_view text);

}  // namespace peal::cli
