// The rules of reversals: what was spent comes back, what was earned is taken back.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/simulation/calendar.h"
#include "tests/simulation/decide.h"

namespace fairpoint::simulation {
namespace {

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

}  // namespace

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

}  // namespace fairpoint::simulation
