// Messages as they left and as they arrived, before anybody knows which is which.
#include "core/trace/letter.hpp"

#include <variant>

#include "core/trace/archive_writer.hpp"
#include "core/trace/text.hpp"
#include "core/trace/words.hpp"

namespace peal::trace {
namespace {

constexpr std::size_t message_text_most = 2'000;

/// Collects ids, each once in a row.
class Ids {
 public:
  void add(MessageId id) { add(id.session, id.n); }
  void add(SessionId session, std::uint64_t n) {
    const std::string id = id_word(session.value) + ':' + std::to_string(n);
    if (id == last_) return;
    last_ = id;
    if (!text_.empty()) text_ += ' ';
    text_ += id;
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  std::string text_;
  std::string last_;
};

}  // namespace

std::string ids_of(const Sender& sender, const Message& message) {
  Ids ids;
  if (const auto* submit = std::get_if<Submit>(&message))
    for (const Submission& item : submit->items) ids.add(sender.session(), item.n);
  if (const auto* forward = std::get_if<Forward>(&message))
    for (const Submission& item : forward->items) ids.add(forward->session, item.n);
  if (const auto* forwarded = std::get_if<Forwarded>(&message))
    for (const Receipt& receipt : forwarded->receipts) ids.add(forwarded->session, receipt.n);
  if (const auto* push = std::get_if<Push>(&message))
    for (const SharedEntry& entry : push->entries) ids.add(entry->message);
  if (const auto* found = std::get_if<Found>(&message))
    for (const SharedEntry& entry : found->entries) ids.add(entry->message);
  if (const auto* deliver = std::get_if<Deliver>(&message))
    for (const Delivery& item : deliver->items) ids.add(item.message);
  if (const auto* posts = std::get_if<GroupPosts>(&message))
    for (const GroupPost& post : posts->posts) ids.add(post.delivery.message);
  return std::move(ids).text();
}

std::string ids_of(SessionId session, const Submitted& submitted) {
  Ids ids;
  for (const Receipt& receipt : submitted.receipts) ids.add(session, receipt.n);
  return std::move(ids).text();
}

Digest content_of(const Message& message) {
  // What a server's host adds to it on its way, the server does not know of.
  const auto* answer = std::get_if<Answer>(&message);
  if (const auto* status = answer ? std::get_if<StatusAnswer>(&answer->body) : nullptr;
      status && !status->counters.empty()) {
    Answer bare = *answer;
    std::get<StatusAnswer>(bare.body).counters.clear();
    return content_of(bare);
  }
  HashWriter hash;
  hash.put(message);
  return hash.digest();
}

std::string text_of_message(const Message& message) {
  return std::string(kind_name(message)) + ' ' + text_of(message, message_text_most);
}

}  // namespace peal::trace
