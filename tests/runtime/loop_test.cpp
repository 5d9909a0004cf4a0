// Tasks, timers, and lines from pipes and files.
#include "runtime/loop.hpp"

#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "runtime/lines.hpp"
#include "runtime/log.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

TEST(Loop, TasksOfAnotherThreadRunInOrderOnTheLoopsThread) {
  Loop loop;
  std::vector<int> ran;
  std::thread::id where;
  std::thread other([&] {
    for (int n = 0; n < 100; ++n)
      loop.post([&, n] {
        ran.push_back(n);
        where = std::this_thread::get_id();
      });
  });

  EXPECT_TRUE(loop.run_until([&] { return ran.size() == 100; }, patience));

  other.join();
  EXPECT_TRUE(std::ranges::is_sorted(ran));
  EXPECT_EQ(where, std::this_thread::get_id());
}

TEST(Loop, ATimerRingsOnceAndNotBeforeItsTime) {
  Loop loop;
  int rings = 0;
  const Instant due = Loop::now() + milliseconds(20);
  Instant rang;
  Timer timer(loop, [&] {
    ++rings;
    rang = Loop::now();
  });
  timer.at(due);

  EXPECT_TRUE(loop.run_until([&] { return rings > 0; }, patience));
  EXPECT_FALSE(loop.run_until([&] { return rings > 1; }, milliseconds(50)));

  EXPECT_GE(rang + milliseconds(1), due);
}

TEST(Loop, AStoppedTimerDoesNotRing) {
  Loop loop;
  bool rang = false;
  Timer timer(loop, [&] { rang = true; });
  timer.after(milliseconds(1));
  timer.at(never);

  EXPECT_FALSE(loop.run_until([&] { return rang; }, milliseconds(50)));
}

TEST(Loop, ASignalCallsBack) {
  Loop loop;
  int got = 0;
  const Signals signals(loop, {SIGUSR1}, [&](int number) { got = number; });

  raise(SIGUSR1);

  EXPECT_TRUE(loop.run_until([&] { return got != 0; }, patience));
  EXPECT_EQ(got, SIGUSR1);
}

class LinesTest : public testing::Test {
 protected:
  /// Everything that a reader of this descriptor says.
  std::vector<std::string> read_all(int fd) {
    std::vector<std::string> lines;
    bool ended = false;
    const LineReader reader(
        loop_, fd, [&](std::string line) { lines.push_back(std::move(line)); },
        [&] { ended = true; });
    EXPECT_TRUE(loop_.run_until([&] { return ended; }, patience));
    return lines;
  }

  int file_with(const std::string& text) {
    std::ofstream(place_.path() / "lines", std::ios::binary) << text;
    return open((place_.path() / "lines").c_str(), O_RDONLY);
  }

  TestPlace place_;
  Loop loop_;
};

TEST_F(LinesTest, OfAFileIncludingALastOneWithoutAnEnd) {
  const int fd = file_with("one\ntwo\r\n\nlast");

  EXPECT_EQ(read_all(fd), (std::vector<std::string>{"one", "two", "", "last"}));
  close(fd);
}

TEST_F(LinesTest, OfAnEmptyFileAreNone) {
  const int fd = file_with("");

  EXPECT_TRUE(read_all(fd).empty());
  close(fd);
}

TEST_F(LinesTest, ALineThatIsTooLongComesCutOff) {
  const std::string longest(LineReader::line_bytes_max, 'x');
  const int fd = file_with(longest + "\n" + longest + "yz\nafter\n");

  EXPECT_EQ(read_all(fd), (std::vector<std::string>{longest, longest + "y", "after"}));
  close(fd);
}

TEST_F(LinesTest, OfAPipeInPieces) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::thread writer([&] {
    for (const char* piece : {"o", "ne\ntw", "o\n", "three"})
      EXPECT_EQ(write(ends[1], piece, strlen(piece)), static_cast<ssize_t>(strlen(piece)));
    close(ends[1]);
  });

  EXPECT_EQ(read_all(ends[0]), (std::vector<std::string>{"one", "two", "three"}));
  writer.join();
}

TEST_F(LinesTest, NoneComeWhilePaused) {
  const int fd = file_with("1\n2\n3\n");
  std::vector<std::string> lines;
  bool ended = false;
  std::unique_ptr<LineReader> reader;
  reader = std::make_unique<LineReader>(
      loop_, fd,
      [&](std::string line) {
        lines.push_back(std::move(line));
        reader->pause();
      },
      [&] { ended = true; });

  ASSERT_TRUE(loop_.run_until([&] { return lines.size() == 1; }, patience));
  EXPECT_FALSE(loop_.run_until([&] { return lines.size() > 1; }, milliseconds(50)));
  for (std::size_t n = 2; n <= 3; ++n) {
    reader->resume();
    ASSERT_TRUE(loop_.run_until([&] { return lines.size() == n; }, patience));
  }
  reader->resume();

  EXPECT_TRUE(loop_.run_until([&] { return ended; }, patience));
  EXPECT_EQ(lines, (std::vector<std::string>{"1", "2", "3"}));
  reader.reset();
  close(fd);
}

TEST_F(LinesTest, AReaderMayEndItselfInItsCallback) {
  const int fd = file_with("1\n2\n");
  int calls = 0;
  std::unique_ptr<LineReader> reader;
  reader = std::make_unique<LineReader>(
      loop_, fd,
      [&](const std::string&) {
        ++calls;
        reader.reset();
      },
      [] {});

  EXPECT_TRUE(loop_.run_until([&] { return calls == 1; }, patience));
  EXPECT_EQ(calls, 1);
  close(fd);
}

TEST(Log, NoticesAreOneAlignedLineEach) {
  View view;
  view.id = {3, ServerId{9}};
  view.members = {{ServerId{5}, Incarnation{1}, {}}, {ServerId{9}, Incarnation{2}, {}}};

  EXPECT_EQ(describe(ViewInstalled{view}).text, "view installed   view=3/9 leader=9 members=5,9");
  EXPECT_EQ(describe(VoteStarted{4, VoteReason::silence}).text,
            "vote started     round=4 reason=silence");
  EXPECT_EQ(describe(ServerSuspected{ServerId{9}}).level, LogLevel::warning);
  EXPECT_NE(describe(DiskFailed{DiskTrouble::full, "database or disk is full"})
                .text.find("make room on the disk"),
            std::string::npos);
}

TEST(Log, LevelsHaveNames) {
  EXPECT_EQ(parse_log_level("warning"), LogLevel::warning);
  EXPECT_EQ(parse_log_level("loud"), std::nullopt);
}

}  // namespace
}  // namespace peal::runtime
