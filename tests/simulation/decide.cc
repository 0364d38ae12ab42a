// The rules of each operation on points but reversals.
#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "tests/simulation/calendar.h"
#include "tests/simulation/decide.h"

namespace fairpoint::simulation {

Wide Owned(const Book& book) {
  return Wide(book.Total(Account::kAvailable)) + book.Total(Account::kPending) +
         book.Total(Account::kHeld);
}

std::optional<int64_t> ExpiryAt(const Rules& rules, int64_t from) {
  if (rules.expiry == 'n') return std::nullopt;
  const int64_t end = Later(from, rules.expires_after);
  return rules.expiry == 'x' ? end : EndOf(rules.expiry, end);
}

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

namespace {

constexpr int64_t kFiveMinutes = int64_t{300} * 1'000'000;
constexpr int64_t kNinetyDays = int64_t{90} * 86'400 * 1'000'000;

std::string Text(int64_t number) { return absl::StrCat(number); }

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
  // Only a spend that arrives more than five minutes late may go into debt, within policy.
  const bool may_owe = effective_at < pen.now() - kFiveMinutes &&
                       Wide(pen.book().debt) + missing <= rules.late_debt_max;
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
