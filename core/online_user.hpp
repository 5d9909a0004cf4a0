// Somebody who is registered, and where.
#pragma once

#include <string>

#include "core/ids.hpp"

namespace peal {

struct OnlineUser {
  UserId user;
  ServerId home;     ///< none: not on line, in an answer to WhoQuery
  std::string name;  ///< as displayed
  friend auto operator<=>(const OnlineUser&, const OnlineUser&) = default;
};

}  // namespace peal
