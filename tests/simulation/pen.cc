#include "tests/simulation/pen.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace fairpoint::simulation {

int64_t Book::Total(Account account) const {
  int64_t total = 0;
  for (const Purse& purse : purses) total += purse.in(account);
  return total;
}

std::optional<int64_t> Book::NextDue() const {
  std::optional<int64_t> next;
  const auto consider = [&next](std::optional<int64_t> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  for (const Purse& purse : purses) {
    if (purse.in(Account::kPending) > 0) consider(purse.available_at);
    if (purse.in(Account::kAvailable) > 0) consider(purse.expires_at);
  }
  for (const Reservation& reservation : reservations) {
    if (reservation.state == "open") consider(reservation.expires_at);
  }
  return next;
}

std::vector<Line> Book::TransactionOf(int64_t seq) const {
  for (const Page* page = statement.get(); page != nullptr; page = page->before.get()) {
    if (seq < page->lines.front().seq) continue;
    int64_t transaction = 0;
    for (const Line& line : page->lines) {
      if (line.seq == seq) transaction = line.transaction;
    }
    std::vector<Line> lines;
    for (const Line& line : page->lines) {
      if (transaction != 0 && line.transaction == transaction) lines.push_back(line);
    }
    return lines;
  }
  return {};
}

void Pen::Append(Line line) {
  line.recorded_at = now_;
  line.transaction = transaction_;
  line.by_clock = by_clock_;
  line.available = book_.Total(Account::kAvailable);
  line.pending = book_.Total(Account::kPending);
  line.held = book_.Total(Account::kHeld);
  line.debt = book_.debt;
  lines_.push_back(line);
}

void Pen::Move(LineKind kind, Account from, Account to, int64_t points, int64_t lot,
               int64_t effective_at, int64_t hold, int64_t undoes,
               std::optional<int64_t> expires_at) {
  if (Purse* const purse = FindPurse(lot)) {
    if (kind != LineKind::kExtend) {
      purse->pockets[static_cast<size_t>(from)] -= points;
      purse->pockets[static_cast<size_t>(to)] += points;
    }
    if (to == Account::kDebt) purse->repaid_ever += points;
    if (kind != LineKind::kHold && expires_at) purse->expires_at = expires_at;
  }
  if (from == Account::kDebt) book_.debt += points;
  if (to == Account::kDebt) book_.debt -= points;
  if (kind == LineKind::kTakeBack) book_.lifetime -= points;
  Line line;
  line.seq = ++book_.last_seq;
  line.kind = kind;
  line.from = from;
  line.to = to;
  line.points = points;
  line.lot = lot;
  line.hold = hold;
  line.undoes = undoes;
  line.expires_at = expires_at;
  line.effective_at = effective_at;
  Append(line);
}

Purse& Pen::MakeLot(LineKind kind, Account from, Account to, int64_t points, int64_t effective_at,
                    std::optional<int64_t> available_at, std::optional<int64_t> expires_at,
                    int64_t undoes) {
  Purse purse;
  purse.seq = ++book_.last_seq;
  purse.effective_at = effective_at;
  purse.available_at = available_at;
  purse.expires_at = expires_at;
  purse.size = points;
  purse.pockets[static_cast<size_t>(from)] -= points;
  purse.pockets[static_cast<size_t>(to)] += points;
  book_.purses.push_back(purse);
  if (kind == LineKind::kEarn) book_.lifetime += points;
  Line line;
  line.seq = purse.seq;
  line.kind = kind;
  line.from = from;
  line.to = to;
  line.points = points;
  line.lot = purse.seq;
  line.undoes = undoes;
  line.available_at = available_at;
  line.expires_at = expires_at;
  line.effective_at = effective_at;
  Append(line);
  return book_.purses.back();
}

Purse* Pen::FindPurse(int64_t seq) {
  const auto found = std::ranges::lower_bound(book_.purses, seq, {}, &Purse::seq);
  return found != book_.purses.end() && found->seq == seq ? &*found : nullptr;
}

Reservation* Pen::FindReservation(int64_t seq) {
  const auto found = std::ranges::lower_bound(book_.reservations, seq, {}, &Reservation::seq);
  return found != book_.reservations.end() && found->seq == seq ? &*found : nullptr;
}

void Pen::PayDebt(int64_t lot, int64_t at) {
  const int64_t points = std::min(book_.debt, FindPurse(lot)->in(Account::kAvailable));
  if (points > 0) Move(LineKind::kRepayDebt, Account::kAvailable, Account::kDebt, points, lot, at);
}

void Pen::Expire(int64_t lot, int64_t at) {
  Move(LineKind::kExpire, Account::kAvailable, Account::kExpired,
       FindPurse(lot)->in(Account::kAvailable), lot, at);
}

void Pen::ComeBack(LineKind kind, int64_t hold, int64_t lot, int64_t points, int64_t at) {
  Move(kind, Account::kHeld, Account::kAvailable, points, lot, at, hold);
  const Purse& purse = *FindPurse(lot);
  if (purse.expires_at && *purse.expires_at <= at) Expire(lot, at);
}

// Again and again the one thing that is due first: at one instant releases come before holds that
// end, these before expiries, and older lots and holds before younger ones. What comes back to a
// lot past its expiry expires when it comes back.
void Pen::LetTimePass() {
  enum What { kRelease, kEndHold, kExpiry };
  int64_t reached = std::numeric_limits<int64_t>::min();
  while (true) {
    std::optional<std::tuple<int64_t, What, int64_t>> first;
    const auto consider = [&](int64_t at, What what, int64_t seq) {
      if (at <= now_ && (!first || std::tuple(at, what, seq) < *first)) first = {at, what, seq};
    };
    for (const Purse& purse : book_.purses) {
      if (purse.in(Account::kPending) > 0 && purse.available_at)
        consider(*purse.available_at, kRelease, purse.seq);
      if (purse.in(Account::kAvailable) > 0 && purse.expires_at && *purse.expires_at <= now_) {
        consider(std::max(*purse.expires_at, reached), kExpiry, purse.seq);
      }
    }
    for (const Reservation& reservation : book_.reservations) {
      if (reservation.state == "open") consider(reservation.expires_at, kEndHold, reservation.seq);
    }
    if (!first) return;
    const auto [at, what, seq] = *first;
    reached = at;
    BeginTransaction(true);
    switch (what) {
      case kRelease:
        Move(LineKind::kReleasePending, Account::kPending, Account::kAvailable,
             FindPurse(seq)->in(Account::kPending), seq, at);
        PayDebt(seq, at);
        break;
      case kEndHold: {
        Reservation& reservation = *FindReservation(seq);
        reservation.state = "expired";
        for (const auto& [lot, points] : reservation.parts)
          ComeBack(LineKind::kEndHold, seq, lot, points, at);
        break;
      }
      case kExpiry:
        Expire(seq, at);
        break;
    }
  }
}

Outcome Pen::Finish() && {
  Outcome outcome;
  outcome.lines = std::move(lines_);
  if (!outcome.lines.empty()) {
    book_.statement = std::make_shared<const Page>(
        Page{.lines = outcome.lines, .before = std::move(book_.statement)});
  }
  outcome.book = std::move(book_);
  return outcome;
}

Outcome LetTimePass(const Book& book, int64_t now) {
  Pen pen(book, now);
  pen.LetTimePass();
  return std::move(pen).Finish();
}

}  // namespace fairpoint::simulation
