// A corpus keeps each reason a few times, and knows what it kept.
#include "sim/corpus.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace peal::sim {
namespace {

RunResult failed(std::uint64_t seed, std::string what) {
  RunResult result;
  result.seed = seed;
  result.violation = Violation{Oracle::fifo, std::move(what), 5, "who"};
  return result;
}

RunResult hitting(std::uint64_t seed, Mark mark) {
  RunResult result;
  result.seed = seed;
  result.stats.events = 1;
  result.stats.marks[static_cast<std::size_t>(mark)] = 2;
  return result;
}

class CorpusTest : public testing::Test {
 protected:
  std::vector<Keepsake> look(const RunResult& result) {
    totals.add(result, 0);
    return corpus.look(result, {}, "a test", totals);
  }

  Totals totals;
  Corpus corpus;
};

TEST_F(CorpusTest, KeepsAFewSeedsOfEachCause) {
  std::size_t kept = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) kept += look(failed(seed, "one")).size();

  EXPECT_EQ(kept, corpus_failures_max);
  EXPECT_EQ(look(failed(21, "another")).size(), 1U);
}

TEST_F(CorpusTest, KeepsASeedOnceForOneCause) {
  EXPECT_EQ(look(failed(1, "one")).size(), 1U);
  EXPECT_EQ(look(failed(1, "one")).size(), 0U);
}

TEST_F(CorpusTest, KeepsTheFirstSeedThatHitsAMark) {
  const auto first = look(hitting(1, Mark::solo_view));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(std::get<Mark>(first[0].why), Mark::solo_view);

  EXPECT_EQ(look(hitting(2, Mark::solo_view)).size(), 0U);
  EXPECT_EQ(look(hitting(2, Mark::vote_not_home)).size(), 1U);
}

TEST_F(CorpusTest, KeepsMoreSeedsOfARareMark) {
  (void)look(hitting(1, Mark::solo_view));
  for (std::uint64_t seed = 2; seed <= 1'000; ++seed)
    (void)look(hitting(seed, Mark::vote_not_home));

  std::size_t kept = 0;
  for (std::uint64_t seed = 1'001; seed <= 1'008; ++seed)
    kept += look(hitting(seed, Mark::solo_view)).size();

  EXPECT_EQ(kept, corpus_marks_max - 1);
}

TEST_F(CorpusTest, DoesNotKeepAFailedRunForItsMarks) {
  RunResult result = hitting(1, Mark::solo_view);
  result.violation = Violation{Oracle::fifo, "one", 5, "who"};

  EXPECT_EQ(look(result).size(), 1U);
  EXPECT_EQ(look(hitting(2, Mark::solo_view)).size(), 1U);
}

TEST_F(CorpusTest, RemembersWhatWasThere) {
  corpus.add(look(hitting(1, Mark::solo_view)).front());
  Corpus other;
  other.add({.seed = 1, .run = {}, .program = "a test", .digest = {}, .why = Mark::solo_view});

  EXPECT_EQ(other.look(hitting(2, Mark::solo_view), {}, "a test", totals).size(), 0U);
}

TEST_F(CorpusTest, NamesItsFilesAlikeEveryTime) {
  EXPECT_EQ(file_name(look(failed(7, "one")).front()), "failure-fifo-7");
  EXPECT_EQ(file_name(look(hitting(8, Mark::vote_skipped_one)).front()), "mark-vote_skipped_one-8");
}

TEST(Keepsake, IsReadAsItWasWritten) {
  Keepsake failure{.seed = UINT64_MAX, .run = {}, .program = "a test", .digest = {1, 2}, .why = {}};
  failure.run.servers = 4;
  failure.run.which_faults = parse_faults("disk.wipe=off,network.loss=0.25");
  failure.why = Violation{Oracle::bounded, "a \"queue\"", 12, "s1\n\xff"};
  const Keepsake mark{
      .seed = 2, .run = {}, .program = "a test", .digest = {}, .why = Mark::solo_view};

  for (const Keepsake& keepsake : {failure, mark}) {
    const std::string text = document_text(to_json(keepsake));
    EXPECT_EQ(document_text(to_json(parse_keepsake(text))), text);
  }
}

TEST(Keepsake, ThatIsDamagedIsNotRead) {
  const Keepsake mark{
      .seed = 2, .run = {}, .program = "a test", .digest = {}, .why = Mark::solo_view};
  const std::string text = document_text(to_json(mark));
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string changed = text;
    EXPECT_NE(changed.find(what), std::string::npos) << what;
    return changed.replace(changed.find(what), what.size(), instead);
  };

  for (const std::string& damaged :
       {std::string("{"), with("peal-corpus", "peal-campaign"), with("solo view", "duet view"),
        with("\"seed\": \"2\"", "\"seed\": \"two\""),
        with("\"why\": \"mark\"", "\"why\": \"luck\""), with("\"servers\"", "\"hosts\"")})
    EXPECT_THROW((void)parse_keepsake(damaged), Damaged) << damaged;
}

TEST(Keepsake, IsComparedWithWhatItsSeedDoesNow) {
  const Keepsake failure{
      .seed = 1, .run = {}, .program = "", .digest = {}, .why = *failed(1, "one").violation};
  const Keepsake mark{.seed = 1, .run = {}, .program = "", .digest = {}, .why = Mark::solo_view};

  EXPECT_EQ(compare(failure, failed(1, "one")), Again::violated);
  EXPECT_EQ(compare(failure, failed(1, "another")), Again::other);
  EXPECT_EQ(compare(failure, hitting(1, Mark::solo_view)), Again::gone);
  EXPECT_EQ(compare(mark, hitting(1, Mark::solo_view)), Again::hit);
  EXPECT_EQ(compare(mark, hitting(1, Mark::vote_not_home)), Again::not_hit);
  EXPECT_EQ(compare(mark, failed(1, "one")), Again::other);
}

}  // namespace
}  // namespace peal::sim
