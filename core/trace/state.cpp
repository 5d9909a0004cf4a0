// Whole machines as bytes, and back.
#include "core/trace/state.hpp"

#include "core/trace/archive_reader.hpp"
#include "core/trace/archive_writer.hpp"

namespace peal::trace {
namespace {

template <class Machine>
std::optional<Machine> load(Machine machine, std::span<const std::uint8_t> bytes) {
  Recall recall;
  ArchiveReader reader(bytes, recall);
  if (!reader.get(machine) || !reader.at_end()) return std::nullopt;
  return machine;
}

}  // namespace

void save(const Server& server, std::vector<std::uint8_t>& bytes, Texts texts) {
  Recall recall;
  ArchiveWriter(bytes, recall, texts).put(server);
}
void save(const Client& client, std::vector<std::uint8_t>& bytes, Texts texts) {
  Recall recall;
  ArchiveWriter(bytes, recall, texts).put(client);
}

std::optional<Server> load_server(std::span<const std::uint8_t> bytes) {
  // Whatever it is now, the bytes replace all of it.
  ServerConfig anybody;
  anybody.self = ServerId{1};
  anybody.incarnation = Incarnation{1};
  return load(Server(anybody, Recovered{}, Instant{}), bytes);
}

std::optional<Client> load_client(std::span<const std::uint8_t> bytes) {
  ClientConfig anybody;
  anybody.session = SessionId{1};
  return load(Client(anybody, Instant{}), bytes);
}

}  // namespace peal::trace
