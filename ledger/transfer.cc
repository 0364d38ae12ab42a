#include "ledger/transfer.h"

#include <algorithm>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "ledger/credit.h"
#include "ledger/errors.h"
#include "ledger/operations.h"
#include "ledger/settle.h"

namespace fairpoint::ledger {
namespace {

using base::Points;

absl::Status CheckMembers(const Member& giver, const Member& taker, const Posting& posting) {
  if (giver.member_id == taker.member_id)
    return TransferRefused("self", std::nullopt, "a member cannot give points to itself");
  if (giver.state != MemberState::kActive) return MemberNotActive(giver.state);
  if (taker.state != MemberState::kActive) return MemberNotActive(taker.state);
  if (posting.by_phone || giver.phone_only) return PhoneMayNotSpend();
  if (posting.expected_seq && *posting.expected_seq != giver.entry_seq)
    return LedgerMoved(*posting.expected_seq, giver.entry_seq);
  return absl::OkStatus();
}

absl::Status CheckRules(const TransferPolicy& policy, Points points, Points given_today) {
  if (policy.forbidden) {
    return TransferRefused("forbidden", std::nullopt,
                           "the programme's points cannot be given to others");
  }
  if (points < policy.points_min) {
    return TransferRefused("points_min", policy.points_min,
                           absl::StrCat("at least ", policy.points_min.value, " at a time"));
  }
  if (policy.points_max.value > 0 && points > policy.points_max) {
    return TransferRefused("points_max", policy.points_max,
                           absl::StrCat("at most ", policy.points_max.value, " at a time"));
  }
  const std::optional<Points> today = base::CheckedAdd(given_today, points);
  const Points most = policy.points_max_per_day;
  if (most.value > 0 && (!today || *today > most)) {
    return TransferRefused(
        "points_max_per_day", most,
        absl::StrCat("at most ", most.value, " a day, ", given_today.value, " were given today"));
  }
  return absl::OkStatus();
}

// Nothing when it does not fit.
std::optional<Points> FeeOf(const TransferPolicy& policy, Points points) {
  const absl::int128 hundreds = (absl::int128(points.value) + 99) / 100;
  const absl::int128 fee = hundreds * policy.fee_points_per_hundred;
  if (fee > base::kPointsMax.value) return std::nullopt;
  return Points{static_cast<int64_t>(fee)};
}

// The entries of both sides in step, so that each can name the other.
void Give(Draft& giver, Draft& taker, Points points) {
  const base::Instant now = giver.now();
  std::vector<int64_t> made;
  for (const HoldSlice& slice : TakeFirst(DrawableLots(giver, now), points)) {
    const Lot lot = giver.LotOf(slice.lot_seq);
    const int64_t in_seq = taker.next_seq();
    const int64_t out_seq = giver.Book({.kind = EntryKind::kTransferOut,
                                        .from = Account::kAvailable,
                                        .to = Account::kTransferred,
                                        .points = slice.points,
                                        .effective_at = now,
                                        .lot_seq = slice.lot_seq,
                                        .peer_id = taker.member().member_id,
                                        .peer_seq = in_seq});
    made.push_back(taker.Book({.kind = EntryKind::kTransferIn,
                               .from = Account::kTransferred,
                               .to = Account::kAvailable,
                               .points = slice.points,
                               .effective_at = now,
                               .lot_seq = Draft::kNewLot,
                               .expires_at = lot.expires_at,
                               .peer_id = giver.member().member_id,
                               .peer_seq = out_seq,
                               .earned_at = lot.effective_at}));
  }
  for (const int64_t lot_seq : made) RepayDebt(taker, lot_seq, now);
}

void TakeFee(Draft& giver, Points fee) {
  for (const HoldSlice& slice : TakeFirst(DrawableLots(giver, giver.now()), fee)) {
    giver.Book({.kind = EntryKind::kTransferFee,
                .from = Account::kAvailable,
                .to = Account::kRedeemed,
                .points = slice.points,
                .effective_at = giver.now(),
                .lot_seq = slice.lot_seq});
  }
}

}  // namespace

absl::StatusOr<TransferChanges> PlanTransfer(const Ledger& giver, const Ledger& taker,
                                             const TransferPoints& transfer, const Posting& posting,
                                             const Program& program, base::Points given_today,
                                             base::Instant now) {
  if (const absl::Status ok = CheckMembers(giver.member, taker.member, posting); !ok.ok())
    return ok;
  if (const absl::Status ok = CheckPosting(posting, program, now); !ok.ok()) return ok;
  const TransferPolicy& policy = program.transfers;
  if (const absl::Status ok = CheckRules(policy, transfer.points, given_today); !ok.ok()) return ok;

  Draft from(giver, posting, program, now);
  Draft to(taker, posting, program, now);
  SettleDue(from);
  SettleDue(to);
  // Before any refusal: on broken rows it would say nothing.
  if (!from.status().ok()) return from.status();
  if (!to.status().ok()) return to.status();
  const Points available = SumOf(DrawableLots(from, now));
  const std::optional<Points> fee = FeeOf(policy, transfer.points);
  const std::optional<Points> drawn = fee ? base::CheckedAdd(transfer.points, *fee) : std::nullopt;
  if (!drawn || *drawn > available)
    return InsufficientPoints(available, drawn.value_or(base::kPointsMax));
  if (!Fits(to.member(), transfer.points)) return BalanceOverflow();

  from.BeginOperation();
  to.BeginOperation();
  Give(from, to, transfer.points);
  TakeFee(from, *fee);
  absl::StatusOr<Changes> giver_changes = std::move(from).Finish();
  if (!giver_changes.ok()) return giver_changes.status();
  absl::StatusOr<Changes> taker_changes = std::move(to).Finish();
  if (!taker_changes.ok()) return taker_changes.status();
  return TransferChanges{.giver = *std::move(giver_changes), .taker = *std::move(taker_changes)};
}

base::Instant DayBegin(base::Instant now, const Program& program) {
  const absl::CivilDay day(program.zone.At(base::ToAbsl(now)).cs);
  // Where a clock change skips midnight, the day begins at the first instant after it.
  const absl::TimeZone::TimeInfo midnight = program.zone.At(absl::CivilSecond(day));
  return base::FromAbsl(midnight.kind == absl::TimeZone::TimeInfo::SKIPPED ? midnight.trans
                                                                           : midnight.pre);
}

}  // namespace fairpoint::ledger
