// Why a Noise message could not be written or read.
#pragma once

namespace peal::secure {

enum class NoiseFault {
  nonces_exhausted,  ///< 2^64 - 1 messages were sent or received under one key
  too_long,          ///< a Noise message has at most 65,535 bytes
  too_short,         ///< ends before what the pattern demands
  not_authentic,     ///< decryption failed: altered, of another key, or out of order
  out_of_turn,       ///< it is the other side's turn, or the handshake is finished
};

}  // namespace peal::secure
