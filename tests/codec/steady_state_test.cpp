// What the busiest paths allocate once they are warm.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/codec/decoder.hpp"
#include "core/codec/encoder.hpp"
#include "core/codec/entry_codec.hpp"
#include "tests/codec/allocation_meter.hpp"
#include "tests/support/generators.hpp"

namespace peal::codec {
namespace {

constexpr Sender server_three{.server = ServerId{3}, .run = 9};
const Message heartbeat = Heartbeat{.view = {1, ServerId{3}}};

Message long_post() {
  const Post post{RoomName{"#lunch"}, std::string(16'000, 'x')};
  return Submit{.oldest = 1, .items = {{.n = 1, .body = post}}};
}

TEST(SteadyState, EncodingAllocatesNothing) {
  Encoder encoder;
  const Message split = long_post();
  static_cast<void>(encoder.encode(server_three, split));
  static_cast<void>(encoder.encode(server_three, heartbeat));
  const test::AllocationMeter meter;

  for (int i = 0; i < 100; ++i) {
    static_cast<void>(encoder.encode(server_three, heartbeat));
    static_cast<void>(encoder.encode(server_three, split));
  }

  EXPECT_EQ(meter.allocations(), 0U);
}

TEST(SteadyState, EncodingEntriesAllocatesNothing) {
  const Entry entry = test::random_entry(1, 20);
  std::vector<std::uint8_t> bytes;
  encode_entry(entry, bytes);
  const test::AllocationMeter meter;

  for (int i = 0; i < 100; ++i) encode_entry(entry, bytes);

  EXPECT_EQ(meter.allocations(), 0U);
}

TEST(SteadyState, DecodingAHeartbeatAllocatesNothing) {
  Encoder encoder;
  Decoder decoder;
  const auto datagram = encoder.encode(server_three, heartbeat).front();
  static_cast<void>(decoder.decode(datagram));
  const test::AllocationMeter meter;

  EXPECT_TRUE(std::holds_alternative<Packet>(decoder.decode(datagram)));

  EXPECT_EQ(meter.allocations(), 0U);
}

}  // namespace
}  // namespace peal::codec
