// What must hold in every small world, and what must come true in the end. Watches from outside.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/explore/host.hpp"

namespace peal::sim::explore {

/// All hosts by place, servers first.
using HostList = std::span<const Host* const>;

/// The first promise that these hosts break together; empty: none.
[[nodiscard]] std::string broken_promise(HostList hosts);

/// One process that leads gives an id to one view. Elections keep nothing on disk, so a leader that
/// starts again may use an id again: that is another view, by another process.
[[nodiscard]] bool contradict(const View& a, const View& b);
/// No two views that were ever installed contradict each other.
[[nodiscard]] bool views_agree(HostList hosts);
/// One id of an entry, one entry: on disks and in memory.
[[nodiscard]] bool entries_agree(HostList hosts);
/// No leader wrote one message twice.
[[nodiscard]] bool written_once(HostList hosts);
/// What an author was told is accepted is on the disks of a majority of the view that the receipt
/// names, and on as many disks as it says.
[[nodiscard]] bool acknowledged_is_durable(HostList hosts);
/// What somebody was shown is on the disks of a majority of some view.
[[nodiscard]] bool shown_is_stable(HostList hosts);

/// What is still missing when nothing has gone wrong for a while: one view of all servers that run,
/// one leader, everything acknowledged on every disk and, where it is a post, on its
/// author's screen, every line with a verdict. Empty: nothing.
[[nodiscard]] std::string still_missing(HostList hosts);

}  // namespace peal::sim::explore
