// The list of servers met, in small text files.
#include "runtime/peer_book.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "runtime/address.hpp"
#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

void append(std::vector<Endpoint>& peers, const Endpoint& peer) {
  if (peers.size() < PeerBook::peers_max && peer.port != 0 &&
      std::ranges::find(peers, peer) == peers.end())
    peers.push_back(peer);
}

std::vector<Endpoint> read(const std::filesystem::path& file) {
  std::vector<Endpoint> peers;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line) && peers.size() < PeerBook::peers_max;) {
    // No names: they would be looked up, and the file holds addresses only.
    if (line.empty() || line.find_first_not_of("0123456789abcdef.:[]") != std::string::npos)
      continue;
    try {
      append(peers, parse_endpoint(line, 0, "peer"));
    } catch (const Trouble&) {
      continue;
    }
  }
  return peers;
}

void write(const std::filesystem::path& file, const std::vector<Endpoint>& peers) {
  const std::filesystem::path temporary = file.string() + "." + std::to_string(getpid());
  {
    std::ofstream out(temporary);
    for (const Endpoint& peer : peers) out << format_endpoint(peer) << '\n';
    if (!out.flush()) return;
  }
  std::error_code error;
  std::filesystem::rename(temporary, file, error);
  if (error) std::filesystem::remove(temporary, error);
}

}  // namespace

PeerBook::PeerBook(std::vector<std::filesystem::path> files) : files_(std::move(files)) {
  std::erase_if(files_, [](const auto& file) { return file.empty(); });
  for (const auto& file : files_)
    for (const Endpoint& peer : read(file)) append(peers_, peer);
}

bool PeerBook::met(const View& view) {
  std::vector<Endpoint> latest;
  // One address of each first, so that a large view does not push servers out by its addresses.
  for (std::size_t nth = 0; nth < limits::addresses_max; ++nth)
    for (const Member& member : view.members)
      if (nth < member.addresses.size()) append(latest, member.addresses[nth]);
  for (const Endpoint& peer : peers_) append(latest, peer);
  if (latest == peers_) return false;
  peers_ = std::move(latest);
  for (const auto& file : files_) write(file, peers_);
  return true;
}

bool PeerBook::forget(const std::vector<Endpoint>& gone) {
  const auto is_gone = [&](const Endpoint& peer) {
    return std::ranges::find(gone, peer) != gone.end();
  };
  if (std::erase_if(peers_, is_gone) == 0) return false;
  for (const auto& file : files_) write(file, peers_);
  return true;
}

}  // namespace peal::runtime
