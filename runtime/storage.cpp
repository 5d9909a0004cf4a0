// The writing thread and the reading thread, and what goes between them and the loop.
#include "runtime/storage.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "runtime/entry_index.hpp"
#include "runtime/entry_log.hpp"
#include "runtime/handle.hpp"

namespace peal::runtime {
namespace {

// A transaction takes no more entries than this, so that the first of a long queue are answered
// before the last are written.
constexpr std::size_t transaction_entries_max = 4'096;
// The write-ahead log is moved into the database when it has this many pages (4 KiB each).
constexpr int log_pages_max = 4'000;
// The index follows when nothing was written for so long, or when it is this much behind.
constexpr std::chrono::milliseconds quiet_for{500};
constexpr std::size_t index_lag_max = 50'000;

// What a thread waits for and takes all at once.
template <class Item>
class Inbox {
 public:
  void put(std::vector<Item>& items) {
    {
      const std::lock_guard lock(mutex_);
      std::move(items.begin(), items.end(), std::back_inserter(items_));
    }
    items.clear();
    wake_.notify_one();
  }
  void put(Item item) {
    std::vector<Item> one;
    one.push_back(std::move(item));
    put(one);
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
  // The same, but gives up after a while: true, and nothing was taken.
  bool take_within(std::chrono::milliseconds span, std::deque<Item>& into) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, span, [&] { return closed_ || !items_.empty(); });
    into.swap(items_);
    return !into.empty() || !closed_;
  }
  [[nodiscard]] bool busy() {
    const std::lock_guard lock(mutex_);
    return closed_ || !items_.empty();
  }
  [[nodiscard]] bool closed() {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> items_;
  bool closed_ = false;
};

// Asks the reading thread to empty the write-ahead log, or tells it that the index is behind.
struct Checkpoint {};
struct Behind {};
using ReaderTask = std::variant<Read, Checkpoint, Behind>;

// Where entries are that the reading thread found damaged, until the writing thread has put them
// back.
class Damage {
 public:
  void found(const EntryLog::Places& places) {
    if (places.empty()) return;
    const std::lock_guard lock(mutex_);
    for (const auto& [id, place] : places)
      if (places_.size() < places_max) places_.insert_or_assign(id, place);
  }
  [[nodiscard]] EntryLog::Places among(const std::vector<SharedEntry>& entries) {
    const std::lock_guard lock(mutex_);
    EntryLog::Places among;
    if (places_.empty()) return among;
    for (const SharedEntry& entry : entries)
      if (const auto it = places_.find(entry->id); it != places_.end()) among.insert(*it);
    return among;
  }
  void healed(const EntryLog::Places& places) {
    if (places.empty()) return;
    const std::lock_guard lock(mutex_);
    for (const auto& [id, place] : places) places_.erase(id);
  }

 private:
  // More than the core remembers; what is not here is written behind the others.
  static constexpr std::size_t places_max = 10'000;
  std::mutex mutex_;
  EntryLog::Places places_;
};

// What the threads tell each other.
struct Between {
  Damage damage;
  /// Failed writes that the loop was told of.
  std::atomic<std::uint64_t> failures_told = 0;
  Inbox<ReaderTask> to_reader;
  /// Entries. Some at the start, when the index may be of a former run.
  std::atomic<std::size_t> not_indexed = 1;
  std::atomic<std::uint64_t> writes = 0;  ///< transactions
  std::atomic<bool> checkpoint_done = false;
};

// Answers on their way to the loop.
class Outbox {
 public:
  Outbox(Loop& loop, Between& between, std::function<void(StorageAnswer)> on_answer)
      : between_(&between), on_answer_(std::move(on_answer)) {
    wake_ = make_handle<uv_async_t>(this, [&](uv_async_t* handle) {
      return uv_async_init(loop.uv(), handle, [](uv_async_t* async) {
        static_cast<Outbox*>(async->data)->hand_over();
      });
    });
  }
  // From any thread.
  void answer(std::vector<StorageAnswer> ready) {
    {
      const std::lock_guard lock(mutex_);
      std::move(ready.begin(), ready.end(), std::back_inserter(answers_));
    }
    uv_async_send(wake_.get());
  }

 private:
  void hand_over() {
    std::vector<StorageAnswer> ready;
    {
      const std::lock_guard lock(mutex_);
      ready.swap(answers_);
    }
    for (StorageAnswer& answer : ready) {
      if (std::holds_alternative<WriteFailed>(answer)) ++between_->failures_told;
      on_answer_(std::move(answer));
    }
  }

  Between* between_;
  std::function<void(StorageAnswer)> on_answer_;
  std::mutex mutex_;
  std::vector<StorageAnswer> answers_;  // Guarded by mutex_.
  Handle<uv_async_t> wake_;
};

// A write, and how many failures were told when it was given.
struct GivenWrite {
  Write write;
  std::uint64_t failures_told = 0;
};

class Writer {
 public:
  Writer(const std::filesystem::path& file, Outbox& outbox, Between& between)
      : log_(file), outbox_(&outbox), between_(&between) {}

  void run() {
    std::deque<GivenWrite> waiting;
    while (inbox.take(waiting)) {
      while (!waiting.empty()) write_some(waiting);
      empty_log();
    }
  }

  Inbox<GivenWrite> inbox;

 private:
  // One transaction of the first writes that wait.
  void write_some(std::deque<GivenWrite>& waiting) {
    if (waiting.front().failures_told < failures_) {
      // What should lie before it on the disk is not there.
      ++failures_;
      outbox_->answer({WriteFailed{waiting.front().write.token, trouble_, reason_}});
      return waiting.pop_front();
    }
    std::vector<Token> tokens;
    std::vector<SharedEntry> entries;
    while (!waiting.empty() &&
           (tokens.empty() ||
            entries.size() + waiting.front().write.entries.size() <= transaction_entries_max)) {
      Write& write = waiting.front().write;
      tokens.push_back(write.token);
      std::move(write.entries.begin(), write.entries.end(), std::back_inserter(entries));
      waiting.pop_front();
    }
    std::vector<StorageAnswer> ready;
    try {
      const EntryLog::Places damaged = between_->damage.among(entries);
      log_.add(entries, damaged);
      between_->damage.healed(damaged);
      for (const Token token : tokens) ready.emplace_back(Written{token});
    } catch (const SqliteError& error) {
      trouble_ = error.trouble();
      reason_ = error.what();
      failures_ += tokens.size();
      for (const Token token : tokens) ready.emplace_back(WriteFailed{token, trouble_, reason_});
    }
    outbox_->answer(std::move(ready));
    tell_reader(entries.size());
  }

  void tell_reader(std::size_t entries) {
    ++between_->writes;
    const std::size_t before = between_->not_indexed.fetch_add(entries);
    const bool first = before == 0;
    const bool too_many = before < index_lag_max && before + entries >= index_lag_max;
    if (first || too_many) between_->to_reader.put(Behind{});
  }

  // The reading thread moves the bulk of a long log into the database while writes go on; what was
  // written meanwhile is little, and moved here between two transactions, so that the log starts
  // anew. A failure shows itself at the next write.
  void empty_log() {
    if (!between_->checkpoint_done.exchange(false)) {
      if (log_.log_pages() < log_pages_max || std::exchange(checkpoint_asked_, true)) return;
      between_->to_reader.put(Checkpoint{});
      return;
    }
    checkpoint_asked_ = false;
    try {
      log_.checkpoint();
    } catch (const SqliteError&) {
      return;
    }
  }

  EntryLog log_;
  Outbox* outbox_;
  Between* between_;
  std::uint64_t failures_ = 0;  // Failed writes until now, and why the last transaction failed.
  DiskTrouble trouble_ = DiskTrouble::failing;
  std::string reason_;
  bool checkpoint_asked_ = false;
};

class Reader {
 public:
  Reader(const DataDirectory& directory, Outbox& outbox, Between& between)
      : log_(directory.history_file()),
        index_(directory.index_file(), log_),
        outbox_(&outbox),
        between_(&between) {}

  void run() {
    std::deque<ReaderTask> waiting;
    while (wait(waiting)) {
      if (waiting.empty()) follow_when_quiet();
      for (const ReaderTask& task : waiting) std::visit([this](auto& each) { handle(each); }, task);
      waiting.clear();
    }
  }

 private:
  // Without an end while the indexes have everything; else until it may be quiet.
  bool wait(std::deque<ReaderTask>& waiting) {
    if (between_->not_indexed == 0 && !words_behind_) return between_->to_reader.take(waiting);
    return between_->to_reader.take_within(quiet_for, waiting);
  }

  void handle(const Read& query) { outbox_->answer({answer_to(query)}); }
  void handle(const Behind&) {
    if (between_->not_indexed >= index_lag_max) follow();
  }
  void handle(const Checkpoint&) {
    try {
      log_.checkpoint();
    } catch (const SqliteError&) {
      // Tried again after later writes, which fail themselves when it matters.
    }
    between_->checkpoint_done = true;
  }

  StorageAnswer answer_to(const Read& query) {
    try {
      const bool searches = std::holds_alternative<SearchRead>(query.query);
      if (searches) follow_all();
      if (searches && !catch_up_words([this] { return between_->to_reader.busy(); }))
        return ReadFailed{query.token, "the index of words is not ready yet"};
      ReadDone done{.token = query.token};
      std::visit([&](const auto& wanted) { read(wanted, done); }, query.query);
      return done;
    } catch (const SqliteError& error) {
      return ReadFailed{query.token, error.what()};
    }
  }
  void follow_all() {
    catch_up([this] { return between_->to_reader.closed(); });
  }
  // What was indexed long ago is read on end when a server joins: no need to look for news.
  void read(const RangeRead& query, ReadDone& done) {
    EntryIndex::Page page = index_.range(query);
    if (page.entries.empty() && page.damaged.empty()) {
      follow_all();
      page = index_.range(query);
    }
    give(std::move(page), done);
  }
  void read(const TimelineRead& query, ReadDone& done) {
    follow_all();
    give(index_.timeline(query), done);
  }
  void read(const SearchRead& query, ReadDone& done) { give(index_.search(query), done); }
  void read(const SessionRead& query, ReadDone& done) {
    follow_all();
    done.numbers = index_.numbers_of(query);
  }

  void give(EntryIndex::Page page, ReadDone& done) {
    done.entries = std::move(page.entries);
    done.more = page.more;
    for (const auto& [id, place] : page.damaged) done.damaged.push_back(id);
    between_->damage.found(page.damaged);
  }

  // While writes go on, one piece of the words at a time, so that they are never far behind.
  void follow_when_quiet() {
    const std::uint64_t writes = between_->writes;
    const bool quiet = std::exchange(writes_seen_, writes) == writes;
    if (quiet) follow();
    follow_words([&] { return !quiet || between_->to_reader.busy(); });
  }

  // In the background: whoever asks for something goes first.
  void follow() {
    try {
      catch_up([this] { return between_->to_reader.busy(); });
    } catch (const SqliteError&) {
      // A read that needs it tries again, and says so.
    }
  }

  void follow_words(const std::function<bool()>& stop) {
    try {
      catch_up_words(stop);
    } catch (const SqliteError&) {
      // A search that needs it tries again, and says so.
    }
  }

  bool catch_up_words(const std::function<bool()>& stop) {
    words_behind_ = !index_.catch_up_words(stop);
    return !words_behind_;
  }

  void catch_up(const std::function<bool()>& stop) {
    // What is written from now on counts as not indexed, though some of it will be.
    const std::size_t behind = between_->not_indexed;
    if (behind != 0) words_behind_ = true;
    index_.catch_up(stop);
    if (!stop()) between_->not_indexed -= behind;
  }

  EntryLog log_;
  EntryIndex index_;
  Outbox* outbox_;
  Between* between_;
  std::uint64_t writes_seen_ = 0;
  bool words_behind_ = true;
};

}  // namespace

struct Storage::Parts {
  Between between;
  Outbox outbox;
  Writer writer;
  Reader reader;
  std::thread writing;
  std::thread reading;

  Parts(Loop& loop, const DataDirectory& directory, std::function<void(StorageAnswer)> on_answer)
      : outbox(loop, between, std::move(on_answer)),
        writer(directory.history_file(), outbox, between),
        reader(directory, outbox, between),
        writing([this] { writer.run(); }),
        reading([this] { reader.run(); }) {}

  ~Parts() {
    writer.inbox.close();
    writing.join();
    between.to_reader.close();
    reading.join();
  }
};

Storage::Storage(Loop& loop, const DataDirectory& directory,
                 std::function<void(StorageAnswer)> on_answer)
    : parts_(std::make_unique<Parts>(loop, directory, std::move(on_answer))) {}
Storage::~Storage() = default;

void Storage::write(std::vector<Write>& batch) {
  if (batch.empty()) return;
  std::vector<GivenWrite> given;
  given.reserve(batch.size());
  for (Write& write : batch) given.push_back({std::move(write), parts_->between.failures_told});
  batch.clear();
  parts_->writer.inbox.put(given);
}

void Storage::read(Read query) { parts_->between.to_reader.put(std::move(query)); }

}  // namespace peal::runtime
