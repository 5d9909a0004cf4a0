// An Ethernet switch without its cables: which port gets a frame, how often and when, as faults
// allow.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace peal::lan {

/// Ports are counted from 1.
using Port = unsigned;
using Mac = std::array<std::uint8_t, 6>;
using Delay = std::chrono::microseconds;

/// What happens to frames from one port to another.
struct Link {
  double loss = 0;       ///< of each copy, 0 to 1
  double duplicate = 0;  ///< a second copy, 0 to 1
  Delay delay_min{0};    ///< drawn anew for each copy: those with less delay overtake
  Delay delay_max{0};
  bool blocked = false;
};

/// One copy of a frame on its way out.
struct Copy {
  Port to = 0;
  Delay delay{0};
};

struct FabricCounters {
  std::uint64_t frames = 0;      ///< that came in
  std::uint64_t flooded = 0;     ///< to all ports: broadcast, multicast, addresses not learned yet
  std::uint64_t copies = 0;      ///< that went out, or are still delayed
  std::uint64_t lost = 0;        ///< copies, by the dice
  std::uint64_t duplicated = 0;  ///< copies that went out twice
  std::uint64_t delayed = 0;     ///< copies
  std::uint64_t cut = 0;         ///< copies that a cut or a one-way cut stopped
  std::uint64_t broadcasts_dropped = 0;
  std::uint64_t multicasts_dropped = 0;
};

/// A value. It learns where addresses are from the frames that it forwards, as switches do. Each
/// pair of ports has dice of its own: what happens to the n-th frame of a link depends on the seed
/// and n, not on what other links carry.
class Fabric {
 public:
  Fabric(Port ports, std::uint64_t seed);

  /// Where a frame goes, in the order of the ports. A frame shorter than its header goes nowhere.
  [[nodiscard]] std::vector<Copy> forward(Port from, std::span<const std::uint8_t> frame);
  /// False: this link is cut, also for what was under way when that happened.
  [[nodiscard]] bool passes(Port from, Port to) const;
  /// A copy that was under way when its link was cut.
  void count_cut() { ++counters_.cut; }

  [[nodiscard]] Port ports() const { return ports_; }
  [[nodiscard]] Link& link(Port from, Port to);
  /// A network for each of these groups of ports, as if each had a switch of its own; a port of no
  /// group is in all. No fault, and no end of faults, changes that.
  void separate(const std::vector<std::vector<Port>>& networks);
  /// Nothing passes between ports of different sides; a port of no side reaches all. Replaces an
  /// earlier cut, and leaves the links' own faults alone.
  void cut(const std::vector<std::vector<Port>>& sides);
  /// Ends cuts, one-way cuts too; the other faults of the links stay.
  void mend();
  void drop_broadcast() { drop_broadcast_ = true; }
  void drop_multicast() { drop_multicast_ = true; }
  /// Ends every fault. What was learned stays.
  void heal();

  [[nodiscard]] const FabricCounters& counters() const { return counters_; }

 private:
  [[nodiscard]] bool filtered(const Mac& destination);
  [[nodiscard]] bool in_one_network(Port a, Port b) const;
  void send_copies(Port from, Port to, std::vector<Copy>& copies);

  struct Line {
    Link link;
    std::uint64_t frames = 0;  ///< so far: the number of the dice's next throw
  };
  [[nodiscard]] Line& line(Port from, Port to);
  [[nodiscard]] const Line& line(Port from, Port to) const;

  Port ports_;
  std::uint64_t seed_;
  std::vector<Line> lines_;
  std::vector<int> network_;  ///< of each port; 0: in all
  std::vector<int> side_;     ///< of each port; 0: of none
  bool drop_broadcast_ = false;
  bool drop_multicast_ = false;
  std::map<Mac, Port> learned_;
  FabricCounters counters_;
};

}  // namespace peal::lan
