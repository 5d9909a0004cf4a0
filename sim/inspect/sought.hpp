// What a run can be asked to go on to: words, and the events that they mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/inspect/travel.hpp"

namespace peal::sim {

/// crash, start, view, leader, fault, said, acknowledged, rejected, shown, broken; an arriving
/// message by its kind (Vote, heartbeat_ack), written, read, refused; a fault or a mark by its
/// name. Case, blanks, - and _ do not matter. None: no such word. Good for one search.
[[nodiscard]] std::optional<Sought> sought_by(std::string_view word);
/// All of them, for people who ask what there is.
[[nodiscard]] std::vector<std::string> sought_words();

}  // namespace peal::sim
