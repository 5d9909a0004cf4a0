// Which program this is.
#pragma once

namespace peal::cli {

inline constexpr const char* version = "peal 0.1.0";

}  // namespace peal::cli
