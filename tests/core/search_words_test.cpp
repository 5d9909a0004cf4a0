// Which texts have which words.
#include "core/search_words.hpp"

#include <gtest/gtest.h>

namespace peal {
namespace {

using Words = std::vector<std::string>;

TEST(SearchWords, AreRunsOfLettersAndDigitsInLowerCase) {
  EXPECT_EQ(words_of("Pizza at 12:30, don't be LATE!"),
            (Words{"pizza", "at", "12", "30", "don", "t", "be", "late"}));
}

TEST(SearchWords, OfOtherScriptsStayAsTheyAre) {
  EXPECT_EQ(words_of("M\u00dcller \u6f22"), (Words{"m\u00dcller", "\u6f22"}));
}

TEST(SearchWords, MeanNothingElse) {
  EXPECT_EQ(words_of("\"a\" OR NOT place:*"), (Words{"a", "or", "not", "place"}));
  EXPECT_TRUE(words_of("\"*-+ ()").empty());
}

TEST(SearchWords, MustAllBeInTheTextTheLastPerhapsOnlyBegun) {
  EXPECT_TRUE(has_words("Pizza at noon", {"noon", "pizza"}));
  EXPECT_TRUE(has_words("Pizza at noon", {"noon", "piz"}));
  EXPECT_FALSE(has_words("Pizza at noon", {"piz", "noon"}));
  EXPECT_FALSE(has_words("Pizza at noon", {"pizza", "tea"}));
}

TEST(SearchWords, NoneAreInNoText) { EXPECT_FALSE(has_words("Pizza at noon", {})); }

}  // namespace
}  // namespace peal
