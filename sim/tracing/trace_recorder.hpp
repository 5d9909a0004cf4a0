// Writes a run as a trace.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "core/trace/writer.hpp"
#include "sim/recorder.hpp"
#include "sim/setup.hpp"

namespace peal::sim {

struct TraceOptions {
  std::string program;  ///< name and version
  std::string source;   ///< such as "seed 7"
  trace::Texts texts = trace::Texts::kept;
};

/// Places are its tracks. The whole state of every machine is compared once a second.
class TraceRecorder : public Recorder {
 public:
  /// The stream must outlive it; whether it took everything is for its owner to ask.
  TraceRecorder(std::ostream& out, const TraceOptions& options);
  /// Writes what is left. Nothing may be recorded afterwards.
  void close();

  void setup(const Setup& setup) override { setup_ = setup; }
  void began(Place place, Moment moment, const Sender& id, const Server& server) override;
  void began(Place place, Moment moment, const Sender& id, const Client& client) override;
  void event(Place place, Moment moment, const Event& event) override;
  void event(Place place, Moment moment, const ClientEvent& event) override;
  void effects(Moment moment, const Effects& effects, const Server& server) override;
  void effects(Moment moment, const ClientEffects& effects, const Client& client) override;
  void ended(Place place, std::int64_t at_us, bool clean) override;
  void performed(std::int64_t at_us, const Action& action) override;

 private:
  [[nodiscard]] std::span<std::uint8_t> room(std::size_t at_least);
  void flush(std::size_t bytes);

  std::ostream& out_;
  Setup setup_;
  std::vector<std::uint8_t> room_;
  trace::Writer writer_;
  Place acting_ = 0;
  std::map<Place, std::int64_t> digested_us_;
};

}  // namespace peal::sim
