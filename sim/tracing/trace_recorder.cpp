// Writes a run as a trace.
#include "sim/tracing/trace_recorder.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "core/trace/layout.hpp"
#include "core/trace/state.hpp"
#include "sim/tracing/fact.hpp"

namespace peal::sim {
namespace {

constexpr std::int64_t digest_every_us = 1'000'000;

/// There is always room: it is memory, and whether the stream took it is seen in the end.
void must(bool written) { CHECK(written); }

template <class Machine>
trace::Began began_of(const Sender& id, const Recorder::Moment& moment, const Machine& machine,
                      trace::Texts texts) {
  trace::Began began{id, trace::Beginning::process, moment.clock, moment.wall, {}};
  trace::save(machine, began.state, texts);
  return began;
}

}  // namespace

TraceRecorder::TraceRecorder(std::ostream& out, const TraceOptions& options)
    : out_(out),
      writer_([this](std::size_t at_least) { return room(at_least); },
              [this](std::size_t bytes) { flush(bytes); }, options.texts) {
  out_.write(trace::file_magic.data(), static_cast<std::streamsize>(trace::file_magic.size()));
  must(writer_.heading({{{"program", options.program},
                         {"layout", trace::layout()},
                         {"source", options.source},
                         {"texts", options.texts == trace::Texts::kept ? "kept" : "left out"}}}));
}

std::span<std::uint8_t> TraceRecorder::room(std::size_t at_least) {
  room_.resize(std::max(at_least, trace::block_bytes));
  return room_;
}

void TraceRecorder::flush(std::size_t bytes) {
  out_.write(reinterpret_cast<const char*>(room_.data()),  // NOLINT: bytes to chars.
             static_cast<std::streamsize>(bytes));
}

void TraceRecorder::close() { writer_.close(); }

void TraceRecorder::began(Place place, Moment moment, const Sender& id, const Server& server) {
  must(writer_.began(moment.at_us, place, began_of(id, moment, server, writer_.texts())));
  digested_us_[place] = moment.at_us;
}

void TraceRecorder::began(Place place, Moment moment, const Sender& id, const Client& client) {
  must(writer_.began(moment.at_us, place, began_of(id, moment, client, writer_.texts())));
}

void TraceRecorder::event(Place place, Moment moment, const Event& event) {
  acting_ = place;
  must(writer_.stepped(moment.at_us, place, moment.clock, event));
}

void TraceRecorder::event(Place place, Moment moment, const ClientEvent& event) {
  acting_ = place;
  must(writer_.stepped(moment.at_us, place, moment.clock, event));
}

void TraceRecorder::effects(Moment moment, const Effects& effects, const Server& server) {
  must(writer_.checked(trace::check_of(effects, writer_.texts())));
  std::int64_t& digested_us = digested_us_[acting_];
  if (moment.at_us - digested_us < digest_every_us) return;
  // With the texts left out the digests of entries are others.
  if (writer_.texts() == trace::Texts::left_out) return;
  digested_us = moment.at_us;
  must(writer_.digested(moment.at_us, acting_, {moment.clock, server.digest(moment.clock)}));
}

void TraceRecorder::effects(Moment /*moment*/, const ClientEffects& effects,
                            const Client& /*client*/) {
  must(writer_.checked(trace::check_of(effects, writer_.texts())));
}

void TraceRecorder::ended(Place place, std::int64_t at_us, bool clean) {
  must(writer_.ended(at_us, place, {clean ? trace::Ending::left : trace::Ending::killed, {}}));
}

void TraceRecorder::performed(std::int64_t at_us, const Action& action) {
  if (const auto fact = fact_of(action, setup_)) must(writer_.fact(at_us, *fact));
}

}  // namespace peal::sim
