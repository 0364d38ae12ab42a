// The auditor's idea of one member's points: lots as purses with a pocket for every account, a
// statement, and the rules of points written again from docs (domain, programme file, service
// comments), plainly and apart from ledger/. Values only.
#ifndef FAIRPOINT_TESTS_SIMULATION_BOOK_H_
#define FAIRPOINT_TESTS_SIMULATION_BOOK_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/account.h"
#include "ledger/entry.h"
#include "tests/simulation/request.h"
#include "tests/simulation/rules.h"

namespace fairpoint::simulation {

using ledger::Account;
using LineKind = ledger::EntryKind;

// A line of the statement, as it ought to be.
struct Line {
  int64_t seq = 0;
  int64_t transaction = 0;
  LineKind kind{};
  Account from{};
  Account to{};
  int64_t points = 0;
  int64_t lot = 0;
  int64_t hold = 0;
  int64_t undoes = 0;
  std::optional<int64_t> available_at;
  std::optional<int64_t> expires_at;
  int64_t effective_at = 0;
  int64_t recorded_at = 0;
  bool by_clock = false;
  int64_t available = 0;  // balances after
  int64_t pending = 0;
  int64_t held = 0;
  int64_t debt = 0;
};

// A lot: where its points are now. Moving a point is taking it out of one pocket and putting it
// into another.
struct Purse {
  int64_t seq = 0;
  int64_t effective_at = 0;
  std::optional<int64_t> available_at;
  std::optional<int64_t> expires_at;
  int64_t size = 0;
  int64_t repaid_ever = 0;
  std::array<int64_t, 20> pockets{};  // by account number

  int64_t in(Account account) const { return pockets[static_cast<size_t>(account)]; }
  bool empty() const {
    return in(Account::kAvailable) + in(Account::kPending) + in(Account::kHeld) == 0;
  }
};

struct Reservation {  // a hold
  int64_t seq = 0;
  std::string state = "open";  // "captured", "released", "expired"
  int64_t points = 0;
  int64_t captured = 0;
  int64_t expires_at = 0;
  std::vector<std::pair<int64_t, int64_t>> parts;  // lot, points; in the order they were drawn
};

// Pages of the statement, newest first, shared between states of a book.
struct Page {
  std::vector<Line> lines;
  std::shared_ptr<const Page> before;
};

struct Book {
  std::vector<Purse> purses;  // ascending
  std::vector<Reservation> reservations;
  std::map<int64_t, int64_t> undone_by;  // transaction -> transaction
  std::shared_ptr<const Page> statement;
  int64_t last_seq = 0;
  int64_t debt = 0;
  int64_t lifetime = 0;

  int64_t Total(Account account) const;  // available, pending or held
  // The next instant at which the clock alone changes something.
  std::optional<int64_t> NextDue() const;
  std::vector<Line> TransactionOf(int64_t seq) const;
};

struct Refusal {
  std::string reason;
  std::map<std::string, std::string> details;
};

// What came of an operation on a member's points.
struct Outcome {
  std::optional<Refusal> refusal;
  Book book;                // after; as before when refused
  std::vector<Line> lines;  // all that were written
  int64_t first =
      0;  // the operation's own: [first, first + count); with count 0, where the next would be
  int64_t count = 0;
  int64_t deduct_minor_units = 0;
};

// `now` and `rules` are those of the recording. Kinds: earn to settle.
Outcome Decide(const Book& book, const std::string& member_id, const Request& request,
               const Rules& rules, int64_t now);
// What the clock alone makes of the book by `now`.
Outcome LetTimePass(const Book& book, int64_t now);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_BOOK_H_
