// Reports of campaigns: shards add up to the whole, and what does not fit together is refused.
#include "sim/report.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/sim/short_runs.hpp"

namespace peal::sim {
namespace {

Report report_of(const CampaignOptions& options) {
  Report report;
  report.program = "a test";
  report.wanted = options.seeds;
  report.run = options.run;
  report.totals = run_campaign(options, {});
  return report;
}

std::string text_of(const Report& report) { return document_text(to_json(report)); }

void expect_shards_are_the_whole(CampaignOptions (*campaign)(std::vector<SeedRange>)) {
  const SeedRange range{3, 24};
  const Report whole = report_of(campaign({range}));

  // Not in their order.
  Report sum = report_of(campaign({*shard_of(range, 2, 3)}));
  merge(sum, report_of(campaign({*shard_of(range, 3, 3)})));
  merge(sum, report_of(campaign({*shard_of(range, 1, 3)})));

  EXPECT_EQ(text_of(sum), text_of(whole));
  EXPECT_TRUE(sum.complete());
}

TEST(Report, OfAllShardsIsThatOfTheWhole) { expect_shards_are_the_whole(short_campaign); }

TEST(Report, OfAllShardsIsThatOfTheWholeWhenRunsFail) {
  expect_shards_are_the_whole(failing_campaign);
}

TEST(Report, IsReadAsItWasWritten) {
  const Report report = report_of(failing_campaign({{1, 12}, {UINT64_MAX, UINT64_MAX}}));

  EXPECT_EQ(text_of(parse_report(text_of(report))), text_of(report));
}

TEST(Report, OfAnInterruptedCampaignSaysThatItIsNotComplete) {
  Report report = report_of(short_campaign({{1, 3}}));
  report.wanted = {{1, 4}};

  EXPECT_FALSE(report.complete());
  EXPECT_FALSE(parse_report(text_of(report)).complete());
}

TEST(Report, OfACampaignInTwoPartsIsThatOfTheWhole) {
  const CampaignOptions options = short_campaign({{1, 10}});
  Report before = report_of(short_campaign({{1, 4}}));
  before.wanted = options.seeds;

  CampaignOptions rest = options;
  rest.done = &before.totals.done;
  const Totals found = run_campaign(rest, {});

  EXPECT_EQ(found.runs, 6U);
  before.totals.add(found);
  EXPECT_EQ(text_of(before), text_of(report_of(options)));
}

TEST(Report, IsNotMergedWithOneOfACommonSeed) {
  const Report one = report_of(short_campaign({{1, 3}}));
  const Report other = report_of(short_campaign({{3, 4}}));

  EXPECT_EQ(why_not_merged(one, other), "both have run seed 3");
}

TEST(Report, IsNotMergedWithOneOfOtherOptions) {
  const Report one = report_of(short_campaign({{1, 1}}));
  const Report other = report_of(failing_campaign({{2, 2}}));

  EXPECT_EQ(why_not_merged(one, other), "their runs have different options");
}

TEST(Report, IsNotMergedWithOneOfAnotherVersion) {
  const Report one = report_of(short_campaign({{1, 1}}));
  Report other = report_of(short_campaign({{2, 2}}));
  other.program = "another test";

  EXPECT_EQ(why_not_merged(one, other), "one is of a test, the other of another test");
}

TEST(Report, ThatIsDamagedIsNotRead) {
  const std::string text = text_of(report_of(failing_campaign({{1, 2}})));
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string changed = text;
    EXPECT_NE(changed.find(what), std::string::npos) << what;
    return changed.replace(changed.find(what), what.size(), instead);
  };

  for (const std::string& damaged :
       {std::string(), std::string("[]"), std::string("{}"), text.substr(0, text.size() / 2),
        with("peal-campaign", "peal-corpus"), with("\"version\": 1", "\"version\": 2"),
        with("\"runs\": 2", "\"runs\": 3"), with("\"runs\": 2", "\"runs\": -2"),
        with("\"violations\": 2", "\"violations\": 1"), with("1..2", "2..1"),
        with("\"done\": [\n    \"1..2\"", "\"done\": [\n    \"0..18446744073709551614 step 2\""),
        with("\"bounded\"", "\"boundless\""), with("\"crash\"", "\"crashes\""),
        with("\"events\"", "\"event\""), with("\"count\": 2", "\"count\": 0")})
    EXPECT_THROW((void)parse_report(damaged), Damaged) << damaged.substr(0, 200);
}

}  // namespace
}  // namespace peal::sim
