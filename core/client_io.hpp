// What goes in and out of a client machine: packets on one side, a person's program on the other.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/effect.hpp"
#include "core/event.hpp"
#include "core/message.hpp"
#include "core/parts.hpp"

namespace peal {

/// The program's own number for what it asked; comes back with every answer to it.
struct Ticket {
  std::uint64_t value = 0;
  friend auto operator<=>(Ticket, Ticket) = default;
};

/// Submit a body. Bodies are submitted in the order given; each gets its verdict as Acknowledged or
/// Rejected, once.
struct Say {
  Ticket ticket;
  Body body;
  PEAL_PARTS(ticket, body)
};
/// Put a question; answered by Answered, once, from whichever server answers first.
struct Ask {
  Ticket ticket;
  Question question;
  PEAL_PARTS(ticket, question)
};
/// Detach cleanly; answered with Closed.
struct Close {
  PEAL_PARTS()
};

struct ClientEvent {
  WallTime wall;
  std::variant<Received, RefusedAt, Wake, Say, Ask, Close> what;
  PEAL_PARTS(wall, what)
};

/// Attached to a home. name: the user's displayed name, empty when none is registered yet.
/// skipped: too much became stable while there was no home; deliveries go on from now, and what is
/// between is found in the history.
struct Connected {
  ServerId home;
  Endpoint at;
  View view;
  std::string name;
  bool failed_over = false;
  bool skipped = false;
  bool sent_on = false;  ///< failed over because the former home asked for it: it leaves or drains
  PEAL_PARTS(home, at, view, name, failed_over, skipped, sent_on)
};
/// No home answers; the client keeps trying.
struct Disconnected {
  std::string why;
  PEAL_PARTS(why)
};
struct ViewLearned {
  View view;
  PEAL_PARTS(view)
};
struct Acknowledged {
  Ticket ticket;
  MessageId message;
  Accepted accepted;
  PEAL_PARTS(ticket, message, accepted)
};
/// message.n 0: too long to be submitted at all.
struct Rejected {
  Ticket ticket;
  MessageId message;
  RejectReason reason = RejectReason::invalid_text;
  std::string detail;
  PEAL_PARTS(ticket, message, reason, detail)
};
/// The queue of the client itself is full: the body was not taken, say it again later.
struct QueueFull {
  Ticket ticket;
  PEAL_PARTS(ticket)
};
/// A server answered Busy; the client waits and tries again by itself.
struct Waiting {
  Ticket ticket;
  PEAL_PARTS(ticket)
};
/// Shown once per message id.
struct Arrived {
  Delivery delivery;
  PEAL_PARTS(delivery)
};
struct OnlineChanged {
  std::vector<OnlineUser> users;
  PEAL_PARTS(users)
};
struct Answered {
  Ticket ticket;
  AnswerBody body;
  PEAL_PARTS(ticket, body)
};
struct Closed {
  PEAL_PARTS()
};
/// For the driver: hear these multicast groups, and no others, on every interface.
struct JoinGroups {
  std::vector<Endpoint> groups;
  PEAL_PARTS(groups)
};

using ClientEffect =
    std::variant<Send, Broadcast, Connected, Disconnected, ViewLearned, Acknowledged, Rejected,
                 QueueFull, Waiting, Arrived, OnlineChanged, Answered, Closed, JoinGroups, Mark>;

class ClientEffects {
 public:
  ClientEffects();
  ClientEffects(const ClientEffects&);
  ClientEffects(ClientEffects&&) noexcept;
  ClientEffects& operator=(const ClientEffects&);
  ClientEffects& operator=(ClientEffects&&) noexcept;
  ~ClientEffects();

  void send(Endpoint to, Message message);
  void add(ClientEffect effect);
  void clear();
  [[nodiscard]] std::vector<ClientEffect>& list() { return list_; }
  [[nodiscard]] const std::vector<ClientEffect>& list() const { return list_; }

 private:
  std::vector<ClientEffect> list_;
};

}  // namespace peal
