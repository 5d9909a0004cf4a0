// The bytes of a few messages, element by element: what is on the wire today must be understood
// tomorrow.
#include <vector>

#include <gtest/gtest.h>

#include "core/codec/encoder.hpp"
#include "core/codec/entry_codec.hpp"

namespace peal {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr Sender server_three{.server = ServerId{3}, .run = 0x1122334455667788};

Bytes datagram_of(const Message& message) {
  codec::Encoder encoder;
  const auto datagrams = encoder.encode(server_three, message);
  return {datagrams.front().begin(), datagrams.front().end()};
}

/// Plain, array, version 1, kind, server 3, run.
Bytes with_header(std::uint8_t elements, std::uint8_t kind, const Bytes& fields) {
  Bytes bytes = {0x00, static_cast<std::uint8_t>(0x90 + elements),
                 0x01, kind,
                 0x03, 0xcf,
                 0x11, 0x22,
                 0x33, 0x44,
                 0x55, 0x66,
                 0x77, 0x88};
  bytes.insert(bytes.end(), fields.begin(), fields.end());
  return bytes;
}

TEST(GoldenBytes, OfAHeartbeat) {
  const Heartbeat heartbeat{.view = {.number = 7, .leader = ServerId{3}},
                            .n = 300,
                            .sent = Instant{-1},
                            .stable = {{LogId{5}, 70'000}},
                            .skew = milliseconds(2)};

  EXPECT_EQ(datagram_of(heartbeat), with_header(10, 9,
                                                {0x07, 0x03,        // view
                                                 0xcd, 0x01, 0x2c,  // n
                                                 0xff,              // sent
                                                 0x92, 0x05, 0xce, 0x00, 0x01, 0x11, 0x70, 0x91,
                                                 0xcd, 0x07, 0xd0}));  // skew
}

TEST(GoldenBytes, OfAProbe) {
  Endpoint v6;
  v6.ip = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  v6.port = 7402;
  const Probe probe{.cluster = "peal", .addresses = {ipv4_endpoint(192, 0, 2, 1, 7401), v6}};

  EXPECT_EQ(datagram_of(probe),
            with_header(6, 0, {0xa4, 'p',  'e',  'a',  'l',                     // cluster
                               0x94, 0xc4, 0x04, 192,  0,    2,    1,           // addresses: IPv4
                               0xcd, 0x1c, 0xe9, 0xc4, 0x10, 0x20, 0x01, 0x0d,  // IPv6
                               0xb8, 0,    0,    0,    0,    0,    0,    0,
                               0,    0,    0,    0,    1,    0xcd, 0x1c, 0xea}));
}

TEST(GoldenBytes, OfWhatAServerHas) {
  const Have have{.cluster = "peal",
                  .answer = true,
                  .held = VersionVector(std::vector<EntryId>{{LogId{5}, 3}}),
                  .durable = VersionVector(std::vector<EntryId>{{LogId{5}, 2}}),
                  .stable = {},
                  .settled = {.horizon = Hlc{0x20000}, .count = 9, .digest = {6, 7}}};

  EXPECT_EQ(datagram_of(have),
            with_header(10, 19, {0xa4, 'p',  'e',  'a',  'l',  0xc3,  // cluster, answer
                                 0x92, 0x05, 0x03,                    // held
                                 0x92, 0x05, 0x02, 0x90,              // durable, stable
                                 0x94, 0xce, 0x00, 0x02, 0x00,
                                 0x00,                 // settled: horizon
                                 0x09, 0x06, 0x07}));  // count, digest
}

TEST(GoldenBytes, OfASubmittedPost) {
  const Submit submit{.oldest = 1,
                      .hlc = {2},
                      .seen = {{LogId{5}, 1}},
                      .items = {{.n = 4, .body = Post{RoomName{"#a"}, "hi"}}}};

  EXPECT_EQ(datagram_of(submit), with_header(8, 20,
                                             {0x01, 0x02,        // oldest, hlc
                                              0x92, 0x05, 0x01,  // seen
                                              0x91, 0x92, 0x04,  // one item: n
                                              0x93, 0x06,        // body: a Post
                                              0xa2, '#', 'a', 0xa2, 'h', 'i'}));
}

TEST(GoldenBytes, OfASearch) {
  const Query query{.n = 2,
                    .question = SearchQuery{.text = "hi",
                                            .in = RoomName{"#a"},
                                            .before = EntryKey{{4}, {LogId{5}, 6}},
                                            .limit = 7},
                    .seen = {}};

  EXPECT_EQ(datagram_of(query), with_header(7, 33,
                                            {0x02,                        // n
                                             0x95, 0x06, 0xa2, 'h', 'i',  // text
                                             0x91, 0xa2, '#', 'a',        // in
                                             0x93, 0x04, 0x05, 0x06,      // before
                                             0x07,                        // limit
                                             0x90}));                     // seen
}

TEST(GoldenBytes, OfAStoredEntry) {
  Entry entry{.id = {LogId{9}, 1},
              .hlc = {0x10000},
              .deps = {{LogId{5}, 2}},
              .message = {SessionId{6}, 3},
              .author = {},
              .body = JoinRoom{RoomName{"#a"}},
              .ahead_ms = 1};
  entry.author.bytes[15] = 1;
  Bytes bytes;

  codec::encode_entry(entry, bytes);

  EXPECT_EQ(
      bytes,
      (Bytes{0x9a, 0x02,                    // format
             0x09, 0x01,                    // id
             0xce, 0x00, 0x01, 0x00, 0x00,  // hlc
             0x92, 0x05, 0x02,              // deps
             0x06, 0x03,                    // message
             0xc4, 0x10, 0,    0,    0,    0,    0,    0,    0,   0,   0,   0, 0,
             0,    0,    0,    0,    1,    0x92, 0x03, 0xa2, '#', 'a', 0x01}));  // body: JoinRoom;
                                                                                 // ahead
}

}  // namespace
}  // namespace peal
