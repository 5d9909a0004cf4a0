// A client that keeps a ring busy.
#include "cli/load_client.hpp"

#include <utility>
#include <variant>

namespace peal::cli {

LoadClient::LoadClient(CommandLoop& loop, const Reach& reach, const std::string& name,
                       std::string text)
    : connection_(loop, reach, Connection::Kind::person, name),
      room_{"#" + name},
      text_(std::move(text)) {
  introduce(connection_, name);
  connection_.submit(JoinRoom{room_});
  connection_.set_handler([this](const ClientEffect& effect) { on_effect(effect); });
}

LoadClient::~LoadClient() { connection_.set_handler(nullptr); }

void LoadClient::start(std::size_t under_way) {
  running_ = true;
  for (std::size_t i = 0; i < under_way; ++i) post();
}

void LoadClient::post() { sent_[connection_.say(Post{room_, text_})] = runtime::Loop::now(); }

void LoadClient::on_effect(const ClientEffect& effect) {
  const auto* done = std::get_if<Acknowledged>(&effect);
  if (done == nullptr) return;
  const auto found = sent_.extract(done->ticket);
  if (found.empty()) return;
  ++acked_;
  if (recording_) latencies_.push_back(runtime::Loop::now() - found.mapped());
  if (running_) post();
}

}  // namespace peal::cli
