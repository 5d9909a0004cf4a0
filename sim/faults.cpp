// The names, and what is made of them.
#include "sim/faults.hpp"

#include <charconv>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

namespace peal::sim {
namespace {

constexpr double times_max = 1'000;

constexpr auto names = std::to_array<FaultName>({
    {"network.loss", "datagrams are lost", {}, Harm::loss},
    {"network.duplicate", "datagrams come twice", {}, Harm::duplicate},
    {"network.corrupt", "bits of datagrams flip", {}, Harm::corrupt},
    {"network.slow", "datagrams are much slower than others", {}, Harm::slow},
    {"network.loss-burst",
     "half of a link's datagrams are lost for a while",
     Fault::loss_burst,
     {}},
    {"network.lag", "datagrams of a link take much longer for a while", Fault::lag, {}},
    {"network.narrow", "a link takes few bytes a second for a while", Fault::narrow, {}},
    {"network.clog", "links hold everything back, and let it go at once", Fault::clog, {}},
    {"network.split", "hosts fall into two sides", Fault::split, {}},
    {"network.isolate", "one host is alone", Fault::isolate, {}},
    {"network.arcs", "the ring breaks into arcs", Fault::arcs, {}},
    {"network.scatter", "every server is alone", Fault::scatter, {}},
    {"network.one-way", "links work in one direction", Fault::one_way, {}},
    {"network.link", "two servers cannot reach each other", Fault::link, {}},
    {"network.bridge", "two sides, and one server that reaches both", Fault::bridge, {}},
    {"network.flapping", "two sides, cut and whole in turns", Fault::flapping, {}},
    {"process.crash", "a server's process ends", Fault::crash, {}},
    {"process.silent-crash", "a server's host ends: nothing answers", Fault::silent_crash, {}},
    {"process.crash-in-effects",
     "a process ends between two effects of a step",
     Fault::crash_in_effects,
     {}},
    {"process.stop", "a server is asked to leave", Fault::clean_stop, {}},
    {"process.drain", "a server sends its clients away for a while", Fault::drain, {}},
    {"process.pause", "a host stands still, and time goes on", Fault::pause, {}},
    {"process.suspend", "a host sleeps, and its monotonic clock too", Fault::suspend, {}},
    {"process.slow", "all that a host does takes long for a while", Fault::slow_host, {}},
    {"process.upgrade",
     "a server goes on as a later version, which says what others do not know",
     Fault::upgrade,
     {}},
    {"process.remove", "an operator removes a server that is down", Fault::remove, {}},
    {"process.twin", "a second server says that it is another one", Fault::twin, {}},
    {"disk.wipe", "a server comes back with an empty disk", Fault::wipe, {}},
    {"disk.full", "writes fail for lack of room", Fault::disk_full, {}},
    {"disk.failing", "writes fail", Fault::disk_failing, {}},
    {"disk.unreadable", "reads fail", Fault::unreadable_disk, {}},
    {"disk.slow", "reads and writes take up to seconds", Fault::slow_disk, {}},
    {"disk.hang", "reads and writes are not done before it is over", Fault::hanging_disk, {}},
    {"disk.rot", "stored entries are no longer what was written", Fault::bit_rot, {}},
    {"clock.step", "a monotonic clock goes forward by seconds at once", Fault::clock_step, {}},
    {"clock.jump", "a wall clock jumps by up to a minute", Fault::wall_jump, {}},
    {"clock.far", "a wall clock is wrong by up to a year", Fault::wall_far, {}},
    {"clock.drift", "a clock is too fast or too slow", Fault::drift, {}},
});

[[noreturn]] void fail(const std::string& what) { throw std::invalid_argument(what); }

double value_of(std::string_view name, std::string_view text, bool is_rate) {
  if (text == "off") return 0;
  if (text == "on" && !is_rate) return 1;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = !text.empty() && error == std::errc{} && end == text.data() + text.size();
  if (is_rate && (!number || !(value >= 0 && value <= 1)))
    fail(fmt::format("{}={}: write off, or which part of all datagrams, from 0 to 1", name, text));
  if (!number || !(value >= 0 && value <= times_max))
    fail(fmt::format("{}={}: write on, off, or how many times as often as usual, up to {}", name,
                     text, times_max));
  return value;
}

void set(Faults& faults, std::string_view name, std::string_view text) {
  if (name == "all") {
    if (text != "off") fail(fmt::format("all={}: all can only be off", text));
    faults = Faults::none();
    return;
  }
  for (const FaultName& known : names) {
    if (name != known.name) continue;
    const double value = value_of(name, text, known.harm.has_value());
    if (known.harm)
      faults.harms.at(static_cast<std::size_t>(*known.harm)) = value;
    else
      faults.strikes.at(static_cast<std::size_t>(*known.fault)) = value;
    return;
  }
  fail(fmt::format("there is no fault {}: peal sim --list-faults names them", name));
}

std::uint32_t per_million(double part) {
  return static_cast<std::uint32_t>(std::lround(part * 1e6));
}

}  // namespace

Faults Faults::none() {
  Faults off;
  off.strikes.fill(0);
  off.harms.fill(0);
  return off;
}

std::span<const FaultName> fault_names() { return names; }

Faults parse_faults(std::string_view text) {
  Faults faults;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos)
      fail(fmt::format("{}: write NAME=off, NAME=on or NAME=NUMBER", one));
    set(faults, one.substr(0, equals), one.substr(equals + 1));
  }
  const auto part = [&](Harm harm) {
    return faults.harms.at(static_cast<std::size_t>(harm)).value_or(0);
  };
  if (part(Harm::loss) + part(Harm::duplicate) + part(Harm::corrupt) > 0.9)
    fail("network.loss, network.duplicate and network.corrupt together hit more than 0.9");
  return faults;
}

Weather with_harms(const Weather& weather, const Faults& faults) {
  static constexpr std::array<std::uint32_t Weather::*, harm_count> rates = {
      &Weather::lost_per_million, &Weather::twice_per_million, &Weather::corrupted_per_million,
      &Weather::tail_per_million};
  Weather changed = weather;
  for (std::size_t i = 0; i < harm_count; ++i)
    if (const auto& part = faults.harms.at(i)) changed.*rates.at(i) = per_million(*part);
  return changed;
}

}  // namespace peal::sim
