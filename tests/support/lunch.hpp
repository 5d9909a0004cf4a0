// The room in which tests talk.
#pragma once

#include "core/body.hpp"

namespace peal {

inline const RoomName lunch{"#lunch"};

}  // namespace peal
