// The rules of each operation on points.
#include <algorithm>
#include <limits>
#include <tuple>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "tests/simulation/book.h"
#include "tests/simulation/calendar.h"
#include "tests/simulation/pen.h"

namespace fairpoint::simulation {
namespace {

using Wide = absl::int128;
using MaybeRefusal = std::optional<Refusal>;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kNinetyDays = int64_t{90} * 86'400 * 1'000'000;

std::string Text(int64_t number) { return absl::StrCat(number); }

Wide Owned(const Book& book) {
  return Wide(book.Total(Account::kAvailable)) + book.Total(Account::kPending) +
         book.Total(Account::kHeld);
}

std::optional<int64_t> ExpiryAt(const Rules& rules, int64_t from) {
  if (rules.expiry == 'n') return std::nullopt;
  const int64_t end = Later(from, rules.expires_after);
  return rules.expiry == 'x' ? end : EndOf(rules.expiry, end);
}

// The lots that a spend of this business time may use: those that expire first, then the oldest.
std::vector<const Purse*> Spendable(const Book& book, int64_t effective_at) {
  std::vector<const Purse*> purses;
  for (const Purse& purse : book.purses) {
    if (purse.in(Account::kAvailable) > 0 && purse.effective_at <= effective_at)
      purses.push_back(&purse);
  }
  std::ranges::sort(purses, {}, [](const Purse* p) {
    return std::tuple(p->expires_at.value_or(kMost), p->effective_at, p->seq);
  });
  return purses;
}

int64_t SumAvailable(const std::vector<const Purse*>& purses) {
  int64_t sum = 0;
  for (const Purse* purse : purses) sum += purse->in(Account::kAvailable);
  return sum;
}

// How much of each lot makes up `points`.
std::vector<std::pair<int64_t, int64_t>> Portions(const std::vector<const Purse*>& purses,
                                                  int64_t points) {
  std::vector<std::pair<int64_t, int64_t>> portions;
  for (const Purse* purse : purses) {
    const int64_t portion = std::min(points, purse->in(Account::kAvailable));
    if (portion > 0) portions.emplace_back(purse->seq, portion);
    points -= portion;
  }
  return portions;
}

// Activity: every open lot lives as long as one earned now would.
void Extend(Pen& pen, const Rules& rules, int64_t active_at) {
  if (!rules.extends) return;
  const std::optional<int64_t> until = ExpiryAt(rules, active_at);
  for (const Purse& purse : std::vector<Purse>(pen.book().purses)) {
    if (purse.empty() || !purse.expires_at || *purse.expires_at >= *until) continue;
    const int64_t points =
        purse.in(Account::kAvailable) + purse.in(Account::kPending) + purse.in(Account::kHeld);
    pen.Move(LineKind::kExtend, Account::kAvailable, Account::kAvailable, points, purse.seq,
             active_at, 0, 0, until);
  }
}

Refusal Insufficient(int64_t available, int64_t requested) {
  return {"INSUFFICIENT_POINTS",
          {{"availablePoints", Text(available)}, {"requestedPoints", Text(requested)}}};
}

MaybeRefusal Earn(Pen& pen, const Request& request, const Rules& rules, int64_t effective_at) {
  Wide points = request.points;
  if (!request.currency.empty()) {
    if (request.currency != rules.CurrencyCode())
      return Refusal{"CURRENCY_MISMATCH", {{"expectedCurrency", rules.CurrencyCode()}}};
    points = Wide(request.minor_units) * rules.rate_points / rules.rate_per_minor_units;
    if (points > kMost) return Refusal{"BALANCE_OVERFLOW", {}};
    if (points == 0) return Refusal{"NOTHING_EARNED", {}};
  }
  if (Owned(pen.book()) + points > kMost || pen.book().lifetime + points > kMost)
    return Refusal{"BALANCE_OVERFLOW", {}};
  const bool at_once = rules.pending == 'a';
  std::optional<int64_t> available_at;
  if (rules.pending == 'p') available_at = Later(effective_at, rules.pending_for);
  const int64_t lot =
      pen.MakeLot(LineKind::kEarn, Account::kIssued,
                  at_once ? Account::kAvailable : Account::kPending, static_cast<int64_t>(points),
                  effective_at, available_at, ExpiryAt(rules, effective_at))
          .seq;
  if (at_once) pen.PayDebt(lot, effective_at);
  Extend(pen, rules, effective_at);
  return std::nullopt;
}

MaybeRefusal Redeem(Pen& pen, const Request& request, const Rules& rules, int64_t effective_at) {
  const std::vector<const Purse*> purses = Spendable(pen.book(), effective_at);
  const int64_t available = SumAvailable(purses);
  const int64_t missing = request.points - std::min(available, request.points);
  // Only a spend that arrives late may go into debt, within policy.
  const bool may_owe =
      effective_at < pen.now() && Wide(pen.book().debt) + missing <= rules.late_debt_max;
  if (missing > 0 && !may_owe) return Insufficient(available, request.points);
  for (const auto& [lot, points] : Portions(purses, request.points)) {
    pen.Move(LineKind::kRedeem, Account::kAvailable, Account::kRedeemed, points, lot, effective_at);
  }
  if (missing > 0)
    pen.Move(LineKind::kRedeem, Account::kDebt, Account::kRedeemed, missing, 0, effective_at);
  Extend(pen, rules, effective_at);
  return std::nullopt;
}

MaybeRefusal Hold(Pen& pen, const Request& request, const Rules& rules, int64_t effective_at) {
  const int64_t expires_at = request.expires_at.value_or(Later(pen.now(), rules.hold_default));
  if (expires_at <= pen.now() || expires_at > pen.now() + kNinetyDays)
    return Refusal{"HOLD_EXPIRY_OUT_OF_RANGE", {}};
  const std::vector<const Purse*> purses = Spendable(pen.book(), effective_at);
  if (SumAvailable(purses) < request.points)
    return Insufficient(SumAvailable(purses), request.points);
  Reservation reservation;
  reservation.seq = pen.transaction();
  reservation.points = request.points;
  reservation.expires_at = expires_at;
  reservation.parts = Portions(purses, request.points);
  for (const auto& [lot, points] : reservation.parts) {
    pen.Move(LineKind::kHold, Account::kAvailable, Account::kHeld, points, lot, effective_at,
             reservation.seq, 0, expires_at);
  }
  pen.book().reservations.push_back(std::move(reservation));
  return std::nullopt;
}

MaybeRefusal FindOpen(Pen& pen, const Request& request, const std::string& member_id,
                      Reservation*& reservation) {
  reservation = pen.FindReservation(request.target_seq);
  if (reservation == nullptr)
    return Refusal{"HOLD_NOT_FOUND",
                   {{"holdId", absl::StrCat(member_id, ".", request.target_seq)}}};
  if (reservation->state != "open")
    return Refusal{"HOLD_NOT_OPEN", {{"state", reservation->state}}};
  return std::nullopt;
}

MaybeRefusal Capture(Pen& pen, const Request& request, const std::string& member_id,
                     const Rules& rules, int64_t effective_at) {
  Reservation* reservation = nullptr;
  if (MaybeRefusal refusal = FindOpen(pen, request, member_id, reservation)) return refusal;
  const int64_t wanted = request.part.value_or(reservation->points);
  if (wanted > reservation->points) {
    return Refusal{"CAPTURE_EXCEEDS_HOLD",
                   {{"heldPoints", Text(reservation->points)}, {"requestedPoints", Text(wanted)}}};
  }
  reservation->state = "captured";
  reservation->captured = wanted;
  // The lots in the order they were drawn; what is beyond `wanted` goes back.
  std::vector<std::pair<int64_t, int64_t>> back;
  int64_t left = wanted;
  for (const auto& [lot, points] : std::vector(reservation->parts)) {
    const int64_t used = std::min(left, points);
    left -= used;
    if (used > 0)
      pen.Move(LineKind::kCapture, Account::kHeld, Account::kRedeemed, used, lot, effective_at,
               request.target_seq);
    if (used < points) back.emplace_back(lot, points - used);
  }
  for (const auto& [lot, points] : back)
    pen.ComeBack(LineKind::kReleaseHold, request.target_seq, lot, points, effective_at);
  Extend(pen, rules, effective_at);
  return std::nullopt;
}

MaybeRefusal ReleaseHold(Pen& pen, const Request& request, const std::string& member_id,
                         int64_t effective_at) {
  Reservation* reservation = nullptr;
  if (MaybeRefusal refusal = FindOpen(pen, request, member_id, reservation)) return refusal;
  reservation->state = "released";
  for (const auto& [lot, points] : std::vector(reservation->parts)) {
    pen.ComeBack(LineKind::kReleaseHold, request.target_seq, lot, points, effective_at);
  }
  return std::nullopt;
}

MaybeRefusal ReleasePending(Pen& pen, const Request& request, const std::string& member_id,
                            int64_t effective_at) {
  const int64_t seq = request.target_seq;
  if (seq > pen.book().last_seq)
    return Refusal{"ENTRY_NOT_FOUND", {{"entryId", absl::StrCat(member_id, ".", seq)}}};
  const Purse* const purse = pen.FindPurse(seq);
  if (purse == nullptr || purse->in(Account::kPending) == 0) return Refusal{"NOTHING_PENDING", {}};
  pen.Move(LineKind::kReleasePending, Account::kPending, Account::kAvailable,
           purse->in(Account::kPending), seq, effective_at);
  pen.PayDebt(seq, effective_at);
  const bool is_past = purse->expires_at && *purse->expires_at <= effective_at;
  if (is_past && purse->in(Account::kAvailable) > 0) pen.Expire(seq, effective_at);
  return std::nullopt;
}

// What was spent comes back, last drawn first.
MaybeRefusal ReturnSpent(Pen& pen, const std::vector<Line>& spent, const Rules& rules,
                         int64_t effective_at) {
  Wide total = Owned(pen.book());
  for (const Line& line : spent) total += line.points;
  if (total > kMost) return Refusal{"BALANCE_OVERFLOW", {}};
  for (auto line = spent.rbegin(); line != spent.rend(); ++line) {
    if (line->from == Account::kDebt) {
      // Lifts the debt it made; what has been repaid since was paid in points, and comes back as
      // points.
      const int64_t lifted = std::min(pen.book().debt, line->points);
      if (lifted > 0)
        pen.Move(LineKind::kReturnSpent, Account::kRedeemed, Account::kDebt, lifted, 0,
                 effective_at, 0, line->seq);
      if (line->points > lifted) {
        pen.MakeLot(LineKind::kReturnSpent, Account::kRedeemed, Account::kAvailable,
                    line->points - lifted, effective_at, std::nullopt,
                    ExpiryAt(rules, effective_at), line->seq);
      }
      continue;
    }
    const std::optional<int64_t> expires_at = pen.FindPurse(line->lot)->expires_at;
    const bool is_past = expires_at && *expires_at <= pen.now();
    std::optional<int64_t> anew;
    if (is_past && rules.has_grace) anew = Later(pen.now(), rules.grace);
    pen.Move(LineKind::kReturnSpent, Account::kRedeemed, Account::kAvailable, line->points,
             line->lot, effective_at, 0, line->seq, anew);
    if (is_past && !rules.has_grace) {
      pen.Move(LineKind::kExpire, Account::kAvailable, Account::kExpired, line->points, line->lot,
               std::max(effective_at, *expires_at));
    }
  }
  return std::nullopt;
}

// What was earned is taken back: pending, then what is left of the lot, then the debt it had
// repaid, then other available points, and beyond that as the programme says.
MaybeRefusal TakeBack(Pen& pen, const Line& earned, const Request& request, const Rules& rules,
                      int64_t effective_at, int64_t& deduct) {
  const Purse lot = *pen.FindPurse(earned.seq);
  struct Take {
    Account from;
    int64_t points;
    int64_t lot;
  };
  std::vector<Take> takes{{Account::kPending, lot.in(Account::kPending), lot.seq}};
  if (rules.take_back != 'p') {
    takes.push_back({Account::kAvailable, lot.in(Account::kAvailable), lot.seq});
    takes.push_back({Account::kDebt, lot.in(Account::kDebt), lot.seq});
    // What is in neither pocket was spent, is held, or was taken for another earning; what expired
    // is gone by itself.
    int64_t missing =
        lot.in(Account::kRedeemed) + lot.in(Account::kHeld) + lot.in(Account::kClawedBack);
    for (const Purse* other : Spendable(pen.book(), pen.now())) {
      if (other->seq == lot.seq) continue;
      const int64_t part = std::min(missing, other->in(Account::kAvailable));
      takes.push_back({Account::kAvailable, part, other->seq});
      missing -= part;
    }
    if (rules.take_back == 'u') takes.push_back({Account::kDebt, missing, 0});
    if (rules.take_back == 'd' && !request.currency.empty()) {
      const Wide worth = Wide(missing) * rules.deduct_minor_units / rules.deduct_per_points;
      deduct = worth > request.minor_units ? request.minor_units : static_cast<int64_t>(worth);
    }
  }
  Wide debt = pen.book().debt;
  int64_t moved = 0;
  for (const Take& take : takes) {
    if (take.from == Account::kDebt) debt += take.points;
    if (take.points > 0) ++moved;
  }
  if (debt > kMost) return Refusal{"BALANCE_OVERFLOW", {}};
  if (moved == 0 && deduct == 0) return Refusal{"NOTHING_TO_TAKE_BACK", {}};
  for (const Take& take : takes) {
    if (take.points > 0)
      pen.Move(LineKind::kTakeBack, take.from, Account::kClawedBack, take.points, take.lot,
               effective_at, 0, earned.seq);
  }
  return std::nullopt;
}

MaybeRefusal Reverse(Pen& pen, const std::vector<Line>& target, const Request& request,
                     const std::string& member_id, const Rules& rules, int64_t effective_at,
                     int64_t& deduct) {
  if (target.empty())
    return Refusal{"ENTRY_NOT_FOUND",
                   {{"entryId", absl::StrCat(member_id, ".", request.target_seq)}}};
  const auto undone = pen.book().undone_by.find(target.front().transaction);
  if (undone != pen.book().undone_by.end()) {
    if (undone->second == 0) return Refusal{"ALREADY_REVERSED", {}};
    return Refusal{"ALREADY_REVERSED",
                   {{"byTransactionId", absl::StrCat(member_id, ".", undone->second)}}};
  }
  if (!request.currency.empty() && request.currency != rules.CurrencyCode()) {
    return Refusal{"CURRENCY_MISMATCH", {{"expectedCurrency", rules.CurrencyCode()}}};
  }
  std::vector<Line> spent;
  const Line* earned = nullptr;
  for (const Line& line : target) {
    if (line.kind == LineKind::kRedeem || line.kind == LineKind::kCapture) spent.push_back(line);
    if (line.kind == LineKind::kEarn) earned = &line;
  }
  if (!spent.empty()) return ReturnSpent(pen, spent, rules, effective_at);
  if (earned == nullptr)
    return Refusal{"NOT_REVERSIBLE", {{"kind", std::string(Name(target.front().kind))}}};
  return TakeBack(pen, *earned, request, rules, effective_at, deduct);
}

}  // namespace

Outcome Decide(const Book& book, const std::string& member_id, const Request& request,
               const Rules& rules, int64_t now) {
  const int64_t effective_at = std::min(request.effective_at.value_or(now), now);
  Pen pen(book, now);
  pen.LetTimePass();
  const size_t lines_before = pen.lines().size();
  pen.BeginTransaction(false);
  const int64_t first = pen.transaction();
  MaybeRefusal refusal;
  int64_t deduct = 0;
  switch (request.kind) {
    case Kind::kEarnPoints:
      refusal = Earn(pen, request, rules, effective_at);
      break;
    case Kind::kRedeemPoints:
      refusal = Redeem(pen, request, rules, effective_at);
      break;
    case Kind::kHoldPoints:
      refusal = Hold(pen, request, rules, effective_at);
      break;
    case Kind::kCaptureHold:
      refusal = Capture(pen, request, member_id, rules, effective_at);
      break;
    case Kind::kReleaseHold:
      refusal = ReleaseHold(pen, request, member_id, effective_at);
      break;
    case Kind::kReleasePending:
      refusal = ReleasePending(pen, request, member_id, effective_at);
      break;
    case Kind::kReverseEntry:
      refusal = Reverse(pen, book.TransactionOf(request.target_seq), request, member_id, rules,
                        effective_at, deduct);
      break;
    default:
      break;  // settle: time has passed already
  }
  if (refusal) {
    Outcome refused;
    refused.refusal = std::move(refusal);
    refused.book = book;
    return refused;
  }
  const auto count = static_cast<int64_t>(pen.lines().size() - lines_before);
  // What was dated back may be due already.
  pen.LetTimePass();
  if (request.kind == Kind::kReverseEntry) {
    const int64_t transaction = book.TransactionOf(request.target_seq).front().transaction;
    pen.book().undone_by[transaction] = count > 0 ? first : 0;
  }
  Outcome outcome = std::move(pen).Finish();
  outcome.first = count > 0 ? first : outcome.book.last_seq + 1;
  outcome.count = count;
  outcome.deduct_minor_units = deduct;
  return outcome;
}

}  // namespace fairpoint::simulation
