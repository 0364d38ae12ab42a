// Writes lines into a copy of a book. Used by the auditor's rules only.
#ifndef FAIRPOINT_TESTS_SIMULATION_PEN_H_
#define FAIRPOINT_TESTS_SIMULATION_PEN_H_

#include <utility>

#include "tests/simulation/book.h"

namespace fairpoint::simulation {

class Pen {
 public:
  Pen(const Book& book, int64_t now) : book_(book), now_(now) {}

  Book& book() { return book_; }
  int64_t now() const { return now_; }
  const std::vector<Line>& lines() const { return lines_; }

  void BeginTransaction(bool by_clock) {
    by_clock_ = by_clock;
    transaction_ = book_.last_seq + 1;
  }
  int64_t transaction() const { return transaction_; }

  // Moves points of an existing lot (0: of none, debt only).
  void Move(LineKind kind, Account from, Account to, int64_t points, int64_t lot,
            int64_t effective_at, int64_t hold = 0, int64_t undoes = 0,
            std::optional<int64_t> expires_at = std::nullopt);
  // Makes a lot of points that come from outside.
  Purse& MakeLot(LineKind kind, Account from, Account to, int64_t points, int64_t effective_at,
                 std::optional<int64_t> available_at, std::optional<int64_t> expires_at,
                 int64_t undoes = 0);
  Purse* FindPurse(int64_t seq);
  Reservation* FindReservation(int64_t seq);

  // What is available in the lot pays the member's debt.
  void PayDebt(int64_t lot, int64_t at);
  // All that is available in the lot expires.
  void Expire(int64_t lot, int64_t at);
  // A held part comes back; if its lot has expired by then, everything available there expires with
  // it.
  void ComeBack(LineKind kind, int64_t hold, int64_t lot, int64_t points, int64_t at);
  // Everything that is due.
  void LetTimePass();

  Outcome Finish() &&;

 private:
  void Append(Line line);

  Book book_;
  const int64_t now_;
  std::vector<Line> lines_;
  int64_t transaction_ = 0;
  bool by_clock_ = false;
};

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_PEN_H_
