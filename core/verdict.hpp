// What becomes of a submission.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "core/hlc.hpp"
#include "core/ids.hpp"

namespace peal {

enum class RejectReason : std::uint8_t {
  invalid_name,
  name_taken,      ///< detail: who has it
  not_registered,  ///< the author has no name yet
  no_such_room,
  no_such_user,
  not_a_room_member,
  text_too_long,
  invalid_text,
  out_of_order,  ///< a later message of the session is in history and this one is not
  not_invited,   ///< the room is private, or its owner removed the author
  not_the_owner,
  not_yours  ///< the post is somebody else's
};
struct Accepted {
  EntryId entry;  ///< seq 0: nothing had to be written, it was so already
  Hlc hlc;
  std::uint32_t copies = 0;
  ViewId view;
  friend auto operator<=>(const Accepted&, const Accepted&) = default;
};
struct Refusal {
  RejectReason reason = RejectReason::invalid_text;
  std::string detail;
  friend auto operator<=>(const Refusal&, const Refusal&) = default;
};
/// A limit is reached: come again.
struct Later {
  friend auto operator<=>(const Later&, const Later&) = default;
};
using Verdict = std::variant<Accepted, Refusal, Later>;

}  // namespace peal
