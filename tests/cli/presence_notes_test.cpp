// What a chat says about who comes and goes.
#include "cli/presence_notes.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace peal::cli {
namespace {

using Online = std::map<UserId, std::string>;
using Lines = std::vector<std::string>;

Instant at(std::int64_t ms) { return Instant{ms * 1'000}; }

Online people(std::initializer_list<std::string> names) {
  Online online;
  for (const std::string& name : names) {
    UserId user;
    for (std::size_t i = 0; i < name.size(); ++i)
      user.bytes.at(i) = static_cast<std::uint8_t>(name[i]);
    online[user] = name;
  }
  return online;
}

Online crowd(int count) {
  Online online;
  for (int i = 0; i < count; ++i) online.merge(people({"p" + std::to_string(i)}));
  return online;
}

/// Everything that is said until nothing is left to say.
Lines all_said(PresenceNotes& notes) {
  Lines all;
  for (Instant next = notes.next(); next != never; next = notes.next())
    for (const std::string& line : notes.due(next)) all.push_back(line);
  return all;
}

TEST(PresenceNotes, TheFirstListIsNoNews) {
  PresenceNotes notes;

  notes.learn(people({"ann", "bob"}), at(0));

  EXPECT_EQ(notes.next(), never);
  EXPECT_EQ(notes.due(at(60'000)), Lines{});
}

TEST(PresenceNotes, SomebodyComesAndGoes) {
  PresenceNotes notes;
  notes.learn(people({"ann"}), at(0));

  notes.learn(people({"ann", "bob"}), at(1'000));
  EXPECT_EQ(all_said(notes), (Lines{"bob is on line"}));

  notes.learn(people({"bob"}), at(9'000));
  EXPECT_EQ(all_said(notes), (Lines{"ann is off line"}));
}

TEST(PresenceNotes, WhoIsBackAtOnceWasNeverAway) {
  PresenceNotes notes;
  notes.learn(crowd(20), at(0));

  notes.learn({}, at(1'000));
  EXPECT_EQ(notes.due(at(2'000)), Lines{});
  notes.learn(crowd(9), at(2'500));
  notes.learn(crowd(20), at(3'000));

  EXPECT_EQ(notes.next(), never);
}

TEST(PresenceNotes, ManyAtOnceShareALine) {
  PresenceNotes notes;
  notes.learn({}, at(0));

  notes.learn(crowd(20), at(1'000));

  EXPECT_EQ(all_said(notes), (Lines{"p0, p1, p10 and 17 others are on line"}));
}

TEST(PresenceNotes, OneAfterTheOtherMakesALineASecondAtMost) {
  PresenceNotes notes;
  notes.learn({}, at(0));
  Lines lines;

  for (int i = 0; i <= 20; ++i) {
    const Instant now = at(1'000 + i * 100);
    notes.learn(crowd(i), now);
    for (const std::string& line : notes.due(now)) lines.push_back(line);
  }
  for (const std::string& line : all_said(notes)) lines.push_back(line);

  EXPECT_LE(lines.size(), 4U);
}

TEST(PresenceNotes, AFewAreNamed) {
  PresenceNotes notes;
  notes.learn(people({"ann", "bob"}), at(0));

  notes.learn(people({"carl", "dora", "erin"}), at(1'000));

  EXPECT_EQ(all_said(notes),
            (Lines{"carl, dora and erin are on line", "ann and bob are off line"}));
}

TEST(PresenceNotes, NamesCannotDriveATerminal) {
  PresenceNotes notes;
  notes.learn({}, at(0));

  notes.learn(people({"\x1b[2J"}), at(1'000));

  const Lines said = all_said(notes);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace peal::cli
