// Keys per name, kept and private; servers met before.
#include "runtime/profile.hpp"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "runtime/peer_book.hpp"
#include "runtime/trouble.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

namespace fs = std::filesystem;

TEST(Profile, ANameIsTheSameUserEachTimeAndAnotherNameAnotherUser) {
  const TestPlace place;
  const Profile profile(place.path() / "profile");

  const UserId ann = profile.keys_of("ann").user();

  EXPECT_EQ(profile.keys_of("ann").user(), ann);
  EXPECT_NE(profile.keys_of("bob").user(), ann);
}

TEST(Profile, ACopyOfTheProfileIsTheSameUser) {
  const TestPlace place;
  const UserId ann = Profile(place.path() / "profile").keys_of("ann").user();

  fs::copy(place.path() / "profile", place.path() / "copy", fs::copy_options::recursive);

  EXPECT_EQ(Profile(place.path() / "copy").keys_of("ann").user(), ann);
}

TEST(Profile, AKeyFileIsForItsOwnerOnly) {
  const TestPlace place;
  const Profile profile(place.path() / "profile");
  static_cast<void>(profile.keys_of("ann"));

  const auto mode = fs::status(place.path() / "profile" / "people" / "ann.key").permissions();

  EXPECT_EQ(mode, fs::perms::owner_read | fs::perms::owner_write);
}

TEST(Profile, ADamagedKeyIsAClearErrorAndNotReplaced) {
  const TestPlace place;
  const Profile profile(place.path() / "profile");
  static_cast<void>(profile.keys_of("ann"));
  const fs::path file = place.path() / "profile" / "people" / "ann.key";
  for (const char* rubbish : {"", "rubbish", "peal-key-x25519 12", "peal-key-x25519 zz"}) {
    std::ofstream(file, std::ios::trunc) << rubbish;

    EXPECT_THROW(static_cast<void>(profile.keys_of("ann")), Trouble) << rubbish;

    std::ifstream in(file);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), rubbish);
  }
}

TEST(Profile, AnyNameIsASafeFileName) {
  EXPECT_EQ(file_name_of("Ann-1_b"), "Ann-1_b");
  EXPECT_EQ(file_name_of("../x"), "%2e%2e%2fx");
  EXPECT_EQ(file_name_of("ä"), "%c3%a4");
}

TEST(Profile, ADirectoryThatCannotBeMadeIsAClearError) {
  const TestPlace place;
  std::ofstream(place.path() / "file") << "x";

  EXPECT_THROW(Profile(place.path() / "file" / "profile"), Trouble);
}

TEST(Profile, RandomNumbersDiffer) { EXPECT_NE(random_u64(), random_u64()); }

View view_of(std::vector<std::vector<Endpoint>> addresses) {
  View view;
  for (auto& each : addresses)
    view.members.push_back({ServerId{view.members.size() + 1}, Incarnation{1}, std::move(each)});
  return view;
}

Endpoint peer(std::uint8_t host) { return ipv4_endpoint(192, 0, 2, host, 7'401); }

TEST(PeerBook, WhoWasMetIsKnownToTheNextProgram) {
  const TestPlace place;
  PeerBook book({place.path() / "peers"});

  EXPECT_TRUE(book.met(view_of({{peer(1)}, {peer(2)}})));

  EXPECT_EQ(PeerBook({place.path() / "peers"}).peers(), (std::vector{peer(1), peer(2)}));
}

TEST(PeerBook, TheSameAgainIsNoNews) {
  const TestPlace place;
  PeerBook book({place.path() / "peers"});
  book.met(view_of({{peer(1)}, {peer(2)}}));

  EXPECT_FALSE(book.met(view_of({{peer(1)}, {peer(2)}})));
}

TEST(PeerBook, TheLatestComeFirstAndTheOldestGo) {
  const TestPlace place;
  PeerBook book({place.path() / "peers"});
  for (std::uint8_t n = 1; n <= 100; ++n) book.met(view_of({{peer(n)}}));

  EXPECT_EQ(book.peers().size(), PeerBook::peers_max);
  EXPECT_EQ(book.peers().front(), peer(100));
}

TEST(PeerBook, RubbishInTheFileIsPassedOver) {
  const TestPlace place;
  std::ofstream(place.path() / "peers") << "nonsense\n192.0.2.1:7401\n1.2.3:99\n\n[::1\n";

  EXPECT_EQ(PeerBook({place.path() / "peers"}).peers(), std::vector{peer(1)});
}

TEST(PeerBook, AFileThatCannotBeWrittenIsNoError) {
  PeerBook book({"/nonexistent/peers", ""});

  EXPECT_TRUE(book.met(view_of({{peer(1)}})));
  EXPECT_EQ(book.peers(), std::vector{peer(1)});
}

}  // namespace
}  // namespace peal::runtime
