// A transport with what it needs of this process: the system's randomness, and time.
#include "runtime/transport_driver.hpp"

#include <utility>

#include <sodium.h>

#include "core/check.hpp"

namespace peal::runtime {
namespace {

secure::Secret<32> random_secret() {
  secure::Secret<32> drawn;
  randombytes_buf(drawn.data(), drawn.size());
  return drawn;
}

transport::TransportConfig config_of(const NetworkKeys& keys, const Sender& self) {
  CHECK(sodium_init() >= 0);
  return {.secure = {.s = keys.identity,
                     .cluster_key = keys.cluster_key,
                     .cookie_secret = random_secret(),
                     .first_index = randombytes_random()},
          .self = self,
          .cluster = keys.cluster};
}

}  // namespace

TransportDriver::TransportDriver(Loop& loop, const NetworkKeys& keys, const Sender& self,
                                 std::function<void(transport::TransportEffect&)> on_effect)
    : transport_(config_of(keys, self)),
      on_effect_(std::move(on_effect)),
      due_(loop,
           [this] {
             armed_ = never;
             transport::TransportEffects effects;
             transport_.wake(Loop::now(), effects);
             carry_out(std::move(effects));
           }),
      secret_(loop, [this] { rotate(); }) {
  restock();
  secret_.after(secure::cookie_secret_time);
}

void TransportDriver::send(const Endpoint& to, const Message& message) {
  transport::TransportEffects effects;
  transport_.send(Loop::now(), to, message, effects);
  carry_out(std::move(effects));
}

void TransportDriver::broadcast(const Message& message) {
  transport::TransportEffects effects;
  transport_.broadcast(Loop::now(), message, effects);
  carry_out(std::move(effects));
}

void TransportDriver::receive(const Endpoint& from, std::span<const std::uint8_t> datagram) {
  transport::TransportEffects effects;
  transport_.receive(Loop::now(), from, datagram, effects);
  carry_out(std::move(effects));
}

void TransportDriver::refused(const Endpoint& at) {
  transport::TransportEffects effects;
  transport_.refused(at, effects);
  carry_out(std::move(effects));
}

/// By value: an effect may lead to the next call.
void TransportDriver::carry_out(transport::TransportEffects effects) {
  restock();
  const Instant next = transport_.next_deadline();
  if (next != armed_) due_.at(armed_ = next);
  for (transport::TransportEffect& effect : effects) on_effect_(effect);
}

void TransportDriver::restock() {
  while (transport_.ephemerals_wanted() > 0) transport_.stock(random_secret());
}

void TransportDriver::rotate() {
  transport_.rotate(random_secret());
  secret_.after(secure::cookie_secret_time);
}

}  // namespace peal::runtime
