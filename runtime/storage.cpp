// Two worker threads with a connection each, and their queues.
#include "runtime/storage.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "runtime/handle.hpp"
#include "runtime/history_store.hpp"

namespace peal::runtime {
namespace {

// A transaction takes no more entries than this, so that the first of a long queue are answered
// before the last are written.
constexpr std::size_t transaction_entries_max = 4'096;
// The write-ahead log is moved into the database when it has this many pages (4 KiB each).
constexpr int log_pages_max = 2'000;

// What a thread waits for and takes all at once.
template <class Item>
class Inbox {
 public:
  void put(std::vector<Item>& items) {
    {
      const std::lock_guard lock(mutex_);
      for (Item& item : items) items_.push_back(std::move(item));
    }
    items.clear();
    wake_.notify_one();
  }
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    wake_.notify_one();
  }
  // Waits for items. False: closed, and nothing is left.
  bool take(std::deque<Item>& into) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return closed_ || !items_.empty(); });
    into.swap(items_);
    return !into.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> items_;
  bool closed_ = false;
};

// Asks the reading thread to empty the write-ahead log.
struct Checkpoint {};
using ReaderTask = std::variant<Read, Checkpoint>;

}  // namespace

struct Storage::Parts {
  std::function<void(StorageAnswer)> on_answer;
  HistoryStore writing;
  HistoryStore reading;
  Inbox<Write> writes;
  Inbox<ReaderTask> reads;
  std::mutex answers_mutex;
  std::vector<StorageAnswer> answers;  // Guarded by answers_mutex.
  bool checkpoint_done = false;        // Guarded by answers_mutex.
  bool checkpoint_asked = false;       // The writing thread's own.
  Handle<uv_async_t> wake;
  std::thread writer;
  std::thread reader;

  Parts(Loop& loop, const std::filesystem::path& database, std::function<void(StorageAnswer)> told)
      : on_answer(std::move(told)), writing(database), reading(database) {
    wake = make_handle<uv_async_t>(this, [&](uv_async_t* handle) {
      return uv_async_init(loop.uv(), handle, [](uv_async_t* async) {
        static_cast<Parts*>(async->data)->hand_over();
      });
    });
    writer = std::thread([this] { write_all(); });
    reader = std::thread([this] { read_all(); });
  }

  ~Parts() {
    writes.close();
    writer.join();
    reads.close();
    reader.join();
  }

  void hand_over() {
    std::vector<StorageAnswer> ready;
    {
      const std::lock_guard lock(answers_mutex);
      ready.swap(answers);
    }
    for (StorageAnswer& answer : ready) on_answer(std::move(answer));
  }

  void answer(std::vector<StorageAnswer>& ready) {
    {
      const std::lock_guard lock(answers_mutex);
      for (StorageAnswer& each : ready) answers.push_back(std::move(each));
    }
    ready.clear();
    uv_async_send(wake.get());
  }

  // --- The writing thread

  void write_all() {
    std::deque<Write> waiting;
    while (writes.take(waiting)) {
      while (!waiting.empty()) write_some(waiting);
      empty_log();
    }
  }

  // One transaction of the first writes that wait.
  void write_some(std::deque<Write>& waiting) {
    std::vector<Token> tokens;
    std::vector<SharedEntry> entries;
    while (!waiting.empty() && (tokens.empty() || entries.size() + waiting.front().entries.size() <=
                                                      transaction_entries_max)) {
      Write& write = waiting.front();
      tokens.push_back(write.token);
      entries.insert(entries.end(), write.entries.begin(), write.entries.end());
      waiting.pop_front();
    }
    std::vector<StorageAnswer> ready;
    try {
      writing.add(entries);
      for (const Token token : tokens) ready.emplace_back(Written{token});
    } catch (const SqliteError& error) {
      for (const Token token : tokens)
        ready.emplace_back(WriteFailed{token, error.trouble(), error.what()});
    }
    answer(ready);
  }

  // The reading thread moves the bulk of a long log into the database while writes go on; what was
  // written meanwhile is little, and moved here between two transactions, so that the log starts
  // anew. A failure shows itself at the next write.
  void empty_log() {
    {
      const std::lock_guard lock(answers_mutex);
      if (!std::exchange(checkpoint_done, false)) {
        if (writing.log_pages() < log_pages_max || std::exchange(checkpoint_asked, true)) return;
        std::vector<ReaderTask> task{Checkpoint{}};
        reads.put(task);
        return;
      }
    }
    checkpoint_asked = false;
    try {
      writing.checkpoint();
    } catch (const SqliteError&) {
      return;
    }
  }

  // --- The reading thread

  void read_all() {
    std::deque<ReaderTask> waiting;
    while (reads.take(waiting)) {
      for (const ReaderTask& task : waiting) {
        if (const auto* query = std::get_if<Read>(&task)) {
          std::vector<StorageAnswer> ready{answer_to(*query)};
          answer(ready);
        } else {
          checkpoint();
        }
      }
      waiting.clear();
    }
  }

  StorageAnswer answer_to(const Read& query) {
    try {
      HistoryStore::Page page = std::holds_alternative<RangeRead>(query.query)
                                    ? reading.range(std::get<RangeRead>(query.query))
                                    : reading.timeline(std::get<TimelineRead>(query.query));
      return ReadDone{query.token, std::move(page.entries), page.more};
    } catch (const SqliteError& error) {
      return ReadFailed{query.token, error.what()};
    }
  }

  void checkpoint() {
    try {
      reading.checkpoint();
    } catch (const SqliteError&) {
      // Tried again after later writes, which fail themselves when it matters.
    }
    const std::lock_guard lock(answers_mutex);
    checkpoint_done = true;
  }
};

Storage::Storage(Loop& loop, std::filesystem::path database,
                 std::function<void(StorageAnswer)> on_answer)
    : parts_(std::make_unique<Parts>(loop, database, std::move(on_answer))) {}
Storage::~Storage() = default;

void Storage::write(std::vector<Write>& batch) {
  if (!batch.empty()) parts_->writes.put(batch);
}

void Storage::read(Read query) {
  std::vector<ReaderTask> task{std::move(query)};
  parts_->reads.put(task);
}

}  // namespace peal::runtime
