// Endpoints as people write them.
#include "runtime/address.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

Endpoint loopback6(std::uint16_t port) {
  Endpoint e;
  e.ip[15] = 1;
  e.port = port;
  return e;
}

Endpoint parse(std::string_view text) { return parse_endpoint(text, 7'401, "--peer"); }

std::string complaint(std::string_view text) {
  try {
    static_cast<void>(parse(text));
  } catch (const Trouble& trouble) {
    EXPECT_EQ(trouble.exit_code(), 2);
    return trouble.what();
  }
  return "";
}

TEST(Address, Ipv4WithAndWithoutPort) {
  EXPECT_EQ(parse("192.0.2.1:5"), ipv4_endpoint(192, 0, 2, 1, 5));
  EXPECT_EQ(parse("192.0.2.1"), ipv4_endpoint(192, 0, 2, 1, 7'401));
  EXPECT_EQ(parse("192.0.2.1:0"), ipv4_endpoint(192, 0, 2, 1, 0));
}

TEST(Address, Ipv6InBracketsWithPortOrBareWithout) {
  EXPECT_EQ(parse("[::1]:5"), loopback6(5));
  EXPECT_EQ(parse("[::1]"), loopback6(7'401));
  EXPECT_EQ(parse("::1"), loopback6(7'401));
}

TEST(Address, ALinkLocalAddressKeepsItsInterface) {
  const Endpoint e = parse("[fe80::1%lo]:5");

  EXPECT_NE(e.scope, 0U);
  EXPECT_EQ(format_endpoint(e), "[fe80::1%lo]:5");
}

TEST(Address, WhatIsNoneIsRefusedWithTheOptionsName) {
  EXPECT_EQ(complaint("192.0.2.1:99999"),
            "--peer 192.0.2.1:99999: the port must be a number from 0 to 65535");
  EXPECT_EQ(complaint("192.0.2.1:x"),
            "--peer 192.0.2.1:x: the port must be a number from 0 to 65535");
  for (const char* text : {"", ":7401", "192.0.2.1:", "[::1", "[::1]x", "[]:1"})
    EXPECT_NE(complaint(text).find("write ADDR:PORT"), std::string::npos) << text;
  for (const char* text : {"300.1.1.1:5", "1.2.3:5", "5"})
    EXPECT_NE(complaint(text).find("four numbers from 0 to 255"), std::string::npos) << text;
  EXPECT_NE(complaint("nonesuch.invalid:5").find("no such address or host"), std::string::npos);
}

TEST(Address, FormattedAsWritten) {
  EXPECT_EQ(format_endpoint(ipv4_endpoint(192, 0, 2, 1, 5)), "192.0.2.1:5");
  EXPECT_EQ(format_endpoint(loopback6(5)), "[::1]:5");
}

TEST(Address, SocketAddressesAndBack) {
  for (const Endpoint& e :
       {ipv4_endpoint(192, 0, 2, 1, 5), loopback6(6), parse("[fe80::1%lo]:7")}) {
    const sockaddr_storage storage = to_sockaddr(e);
    EXPECT_EQ(endpoint_of(reinterpret_cast<const sockaddr*>(&storage)), e);
  }
}

}  // namespace
}  // namespace peal::runtime
