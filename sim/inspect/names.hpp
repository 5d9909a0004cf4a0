// What servers and people are called when somebody looks into a run.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/message.hpp"
#include "core/version_vector.hpp"
#include "sim/inspect/timeline.hpp"
#include "sim/world.hpp"

namespace peal::sim {

/// Servers are s0, s1, ... by their number in the run; when their ids are as short as that, as in
/// scenarios, by their ids. People are p0, p1, ...; those who read everything in the end r0, r1,
/// ...
class Names {
 public:
  explicit Names(const Timeline& timeline);

  [[nodiscard]] std::string of_server(std::size_t server) const;
  [[nodiscard]] std::string of_client(std::size_t client) const;
  [[nodiscard]] std::string of(Place place) const;
  [[nodiscard]] std::string of(ServerId id) const;
  [[nodiscard]] std::string of(ViewId view) const;
  [[nodiscard]] std::string of(const View& view) const;
  /// A log by who wrote it: s2.4615, with the last digits of its number.
  [[nodiscard]] std::string of(LogId log) const;
  [[nodiscard]] std::string of(EntryId entry) const;
  [[nodiscard]] std::string of(const VersionVector& vector) const;
  [[nodiscard]] std::string of(MessageId message) const;

  /// The number of the server or client of that name.
  [[nodiscard]] std::optional<std::size_t> server(std::string_view name) const;
  [[nodiscard]] std::optional<std::size_t> client(std::string_view name) const;
  [[nodiscard]] std::optional<Place> place(std::string_view name) const;
  [[nodiscard]] std::size_t servers() const { return servers_.size(); }
  [[nodiscard]] std::size_t people() const { return people_; }

  /// A line of the trace with these names in it.
  [[nodiscard]] std::string readable(const std::string& line) const;

 private:
  [[nodiscard]] std::string with_places(const std::string& line) const;

  std::vector<ServerId> servers_;
  std::map<Incarnation, std::size_t> processes_;
  std::size_t people_;
  std::size_t clients_;
  bool short_ids_;
};

}  // namespace peal::sim
