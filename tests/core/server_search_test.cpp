// Words are looked for in what the asking person may read, and nowhere else.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

const RoomName tea{"#tea"};
using Texts = std::vector<std::string>;

class Search : public testing::Test {
 protected:
  Search() {
    cluster.start_all({1, 2, 3});
    EXPECT_TRUE(ann.settle("ann", lunch));
    EXPECT_TRUE(bob.settle("bob", lunch));
    EXPECT_TRUE(cat.settle("cat", tea));
    cluster.run(milliseconds(100));
  }
  ~Search() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  void say(Person& person, const Destination& to, const std::string& text) {
    person.say(Post{to, text});
    cluster.run(milliseconds(100));
  }
  template <class T>
  [[nodiscard]] T answer_to(Person& person, Question question) {
    cluster.inbox(person.session()).clear();
    person.send(Query{++questions, std::move(question), {}});
    cluster.run(milliseconds(5));
    const auto answers = cluster.received<Answer>(person.session());
    if (answers.size() != 1 || !std::holds_alternative<T>(answers[0].body)) {
      ADD_FAILURE() << "another answer";
      return T{};
    }
    return std::get<T>(answers[0].body);
  }
  [[nodiscard]] Texts found(Person& person, SearchQuery query) {
    if (query.limit == 0) query.limit = 100;
    Texts texts;
    for (const Delivery& item : answer_to<SearchAnswer>(person, query).items)
      texts.emplace_back(text_said(item.body));
    return texts;
  }

  [[nodiscard]] MessageId latest_post() {
    MessageId latest;
    EntryKey key;
    for (const auto& [id, entry] : cluster.disk(2).entries)
      if (std::holds_alternative<Post>(entry->body) && entry->key() > key) {
        key = entry->key();
        latest = entry->message;
      }
    return latest;
  }

  Cluster cluster;
  Person ann{cluster, 1, 1};
  Person bob{cluster, 2, 2};
  Person cat{cluster, 3, 3};
  Person stranger{cluster, 9, 1};
  std::uint64_t questions = 0;
};

TEST_F(Search, FindsPostsLatestFirst) {
  say(ann, lunch, "pizza today");
  say(bob, lunch, "no, soup");
  say(cat, tea, "Pizza, tomorrow");

  EXPECT_EQ(found(ann, {.text = "pizza", .in = {}, .before = {}, .limit = 0}),
            (Texts{"Pizza, tomorrow", "pizza today"}));
  EXPECT_EQ(found(ann, {.text = "pizza tod", .in = {}, .before = {}, .limit = 0}),
            Texts{"pizza today"});
  EXPECT_TRUE(found(ann, {.text = "caviar", .in = {}, .before = {}, .limit = 0}).empty());
}

TEST_F(Search, KeepsDirectConversationsToTheirTwo) {
  say(ann, cat.id(), "psst");

  EXPECT_EQ(found(cat, {.text = "psst", .in = {}, .before = {}, .limit = 0}), Texts{"psst"});
  EXPECT_EQ(found(ann, {.text = "psst", .in = cat.id(), .before = {}, .limit = 0}), Texts{"psst"});
  EXPECT_TRUE(found(bob, {.text = "psst", .in = {}, .before = {}, .limit = 0}).empty());
  EXPECT_TRUE(found(bob, {.text = "psst", .in = ann.id(), .before = {}, .limit = 0}).empty());
  EXPECT_TRUE(found(stranger, {.text = "psst", .in = {}, .before = {}, .limit = 0}).empty());
  EXPECT_EQ(answer_to<QueryRefused>(
                stranger, SearchQuery{.text = "psst", .in = ann.id(), .before = {}, .limit = 9})
                .reason,
            RejectReason::not_registered);
}

TEST_F(Search, LooksInOneRoomOnly) {
  say(ann, lunch, "pizza here");
  say(cat, tea, "pizza there");
  say(ann, cat.id(), "pizza between us");

  EXPECT_EQ(found(ann, {.text = "pizza", .in = lunch, .before = {}, .limit = 0}),
            Texts{"pizza here"});
  EXPECT_EQ(found(stranger, {.text = "pizza", .in = {}, .before = {}, .limit = 0}),
            (Texts{"pizza there", "pizza here"}));
}

TEST_F(Search, RefusesARoomThatDoesNotExistAndATextWithoutWords) {
  const SearchQuery nowhere{.text = "pizza", .in = RoomName{"#no"}, .before = {}, .limit = 9};
  const SearchQuery nothing{.text = "\"*\" ?", .in = {}, .before = {}, .limit = 9};

  EXPECT_EQ(answer_to<QueryRefused>(ann, nowhere).reason, RejectReason::no_such_room);
  EXPECT_EQ(answer_to<QueryRefused>(ann, nothing).reason, RejectReason::invalid_text);
}

TEST_F(Search, LeavesOutRoomsThatTheAskingPersonMayNotSee) {
  say(ann, lunch, "pizza for us");
  say(cat, tea, "pizza for all");
  ann.say(SetPrivacy{lunch, true});
  cluster.run(milliseconds(100));

  const SearchQuery query{.text = "pizza", .in = {}, .before = {}, .limit = 1};
  EXPECT_EQ(found(cat, query), Texts{"pizza for all"});
  EXPECT_FALSE(answer_to<SearchAnswer>(cat, query).more);
  EXPECT_EQ(found(stranger, query), Texts{"pizza for all"});
  SearchQuery all = query;
  all.limit = 9;
  EXPECT_EQ(found(bob, all), (Texts{"pizza for all", "pizza for us"}));
  all.in = lunch;
  EXPECT_EQ(answer_to<QueryRefused>(cat, all).reason, RejectReason::not_invited);
  EXPECT_EQ(found(bob, all), Texts{"pizza for us"});
}

TEST_F(Search, FindsWhatAPostSaysNow) {
  say(ann, lunch, "pizza at noon");
  const MessageId post = latest_post();
  ann.say(EditPost{lunch, post, "soup at noon"});
  cluster.run(milliseconds(100));
  bob.say(EditPost{lunch, post, "caviar"});
  bob.say(DeletePost{lunch, post});
  cluster.run(milliseconds(100));

  EXPECT_TRUE(found(bob, {.text = "pizza", .in = {}, .before = {}, .limit = 0}).empty());
  EXPECT_TRUE(found(bob, {.text = "caviar", .in = {}, .before = {}, .limit = 0}).empty());
  EXPECT_EQ(found(bob, {.text = "noon", .in = {}, .before = {}, .limit = 0}),
            Texts{"soup at noon"});

  ann.say(DeletePost{lunch, post});
  cluster.run(milliseconds(100));
  EXPECT_TRUE(found(bob, {.text = "noon", .in = {}, .before = {}, .limit = 0}).empty());
}

TEST_F(Search, ComesPageByPage) {
  for (int i = 1; i <= 5; ++i) say(ann, lunch, "pizza " + std::to_string(i));

  const SearchQuery query{.text = "pizza", .in = {}, .before = {}, .limit = 2};
  const auto first = answer_to<SearchAnswer>(bob, query);
  ASSERT_TRUE(first.next);
  EXPECT_EQ(first.items.size(), 2U);
  EXPECT_TRUE(first.more);
  SearchQuery rest = query;
  rest.before = first.next;
  rest.limit = 9;
  EXPECT_EQ(found(bob, rest), (Texts{"pizza 3", "pizza 2", "pizza 1"}));
}

// Two leaders put one message into their logs: people see it once, at its earliest place.
TEST_F(Search, FindsAMessageThatIsStoredTwiceOnce) {
  say(ann, lunch, "pizza");
  const auto& entries = cluster.disk(2).entries;
  const auto original = std::ranges::find_if(
      entries, [](const auto& item) { return std::holds_alternative<Post>(item.second->body); });
  ASSERT_NE(original, entries.end());
  Entry again = *original->second;
  again.id = {LogId{77}, 1};
  again.hlc.value += 1;
  cluster.receive(2, cluster.at(3), cluster.sender(3),
                  Push{900, {{LogId{77}, 1}}, {SharedEntry(again)}});
  cluster.run(milliseconds(100));
  ASSERT_TRUE(cluster[2].durable().covers({LogId{77}, 1}));

  EXPECT_EQ(found(bob, {.text = "pizza", .in = {}, .before = {}, .limit = 0}), Texts{"pizza"});
}

}  // namespace
}  // namespace peal
