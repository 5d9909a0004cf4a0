// An address of documentation (RFC 5737) from which datagrams come.
#pragma once

#include "core/endpoint.hpp"

namespace peal::codec {

inline constexpr Endpoint somewhere = ipv4_endpoint(192, 0, 2, 1, 7401);

}  // namespace peal::codec
