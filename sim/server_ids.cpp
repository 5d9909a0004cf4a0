// Ids are drawn until there are enough, then shuffled.
#include "sim/server_ids.hpp"

#include <set>
#include <utility>

namespace peal::sim {

std::vector<ServerId> draw_server_ids(Chooser& chooser, const Choice& choice, std::size_t count) {
  std::set<ServerId> ids;
  while (ids.size() < count) ids.insert(ServerId{chooser.choose(choice, 0xffff'fffeU) + 1});
  std::vector<ServerId> shuffled(ids.begin(), ids.end());
  for (std::size_t i = count; i > 1; --i)
    std::swap(shuffled[i - 1], shuffled[chooser.choose(choice, i)]);
  return shuffled;
}

}  // namespace peal::sim
