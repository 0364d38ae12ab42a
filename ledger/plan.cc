#include "ledger/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/overloaded.h"
#include "ledger/draft.h"
#include "ledger/errors.h"
#include "ledger/operations.h"
#include "ledger/settle.h"

namespace fairpoint::ledger {
namespace {

bool Spends(const Operation& operation) {
  return std::holds_alternative<RedeemPoints>(operation) ||
         std::holds_alternative<HoldPoints>(operation);
}

// Resolving what was promised before (holds, reversals, releases) is open to frozen members; new
// business is not.
bool IsNewBusiness(const Operation& operation) {
  return std::holds_alternative<EarnPoints>(operation) ||
         std::holds_alternative<ImportMember>(operation) || Spends(operation);
}

absl::Status CheckMember(const Member& member, const Operation& operation, const Posting& posting) {
  const bool resolvable = member.state == MemberState::kActive ||
                          (member.state == MemberState::kFrozen && !IsNewBusiness(operation));
  if (!resolvable && !std::holds_alternative<Settle>(operation))
    return MemberNotActive(member.state);
  if (Spends(operation) && (posting.by_phone || member.phone_only)) return PhoneMayNotSpend();
  if (posting.expected_seq && *posting.expected_seq != member.entry_seq)
    return LedgerMoved(*posting.expected_seq, member.entry_seq);
  return absl::OkStatus();
}

}  // namespace

base::Instant BusinessTime(const Posting& posting, base::Instant now) {
  return std::min(posting.effective_at.value_or(now), now);
}

absl::Status CheckPosting(const Posting& posting, const Program& program, base::Instant now) {
  if (posting.effective_at && *posting.effective_at > now + base::kClockTolerance) {
    return EffectiveTimeOutOfRange(
        *posting.effective_at, absl::StrCat("is in the future (it is ", base::ToString(now), ")"));
  }
  if (!posting.store_id.empty() && !program.stores.contains(posting.store_id))
    return StoreUnknown(posting.store_id);
  return absl::OkStatus();
}

Needs NeedsOf(const Operation& operation, const Member& member, const Program& program,
              base::Instant now) {
  Needs needs;
  needs.open = member.next_due_at && *member.next_due_at <= now;
  const bool extends = program.expiry.extended_by_activity;
  std::visit(base::Overloaded{[&](const EarnPoints&) { needs.open = needs.open || extends; },
                              [&](const CaptureHold& capture) {
                                needs.open = true;
                                needs.hold_seq = capture.hold_seq;
                              },
                              [&](const ReleaseHold& release) {
                                needs.open = true;
                                needs.hold_seq = release.hold_seq;
                              },
                              [&](const ReverseEntry& reverse) {
                                needs.open = true;
                                needs.target_seq = reverse.entry_seq;
                              },
                              [&](const auto&) { needs.open = true; }},
             operation);
  return needs;
}

absl::StatusOr<Changes> Plan(const Ledger& ledger, const Operation& operation,
                             const Posting& posting, const Program& program,
                             const TargetTransaction* target, base::Instant now) {
  if (const absl::Status ok = CheckMember(ledger.member, operation, posting); !ok.ok()) return ok;
  if (const absl::Status ok = CheckPosting(posting, program, now); !ok.ok()) return ok;
  const base::Instant effective_at = BusinessTime(posting, now);

  Draft draft(ledger, posting, program, now);
  SettleDue(draft);
  if (!draft.status().ok()) return draft.status();
  ReverseOutcome reversed;
  TakeBackOutcome taken_back;
  if (!std::holds_alternative<Settle>(operation)) {
    draft.BeginOperation();
    const absl::Status planned = std::visit(
        base::Overloaded{
            [&](const EarnPoints& earn) { return PlanEarn(draft, earn, effective_at); },
            [&](const RedeemPoints& redeem) { return PlanRedeem(draft, redeem, effective_at); },
            [&](const HoldPoints& hold) { return PlanHold(draft, hold, effective_at); },
            [&](const CaptureHold& capture) { return PlanCapture(draft, capture, effective_at); },
            [&](const ReleaseHold& release) {
              return PlanReleaseHold(draft, release, effective_at);
            },
            [&](const ReleasePending& release) {
              return PlanReleasePending(draft, release, effective_at);
            },
            [&](const AdjustPoints& adjust) { return PlanAdjust(draft, adjust, effective_at); },
            [&](const ImportMember& import) { return PlanOpen(draft, import.lots); },
            [&](const ReverseEntry& reverse) {
              absl::StatusOr<ReverseOutcome> outcome =
                  PlanReverse(draft, reverse, *target, effective_at);
              if (outcome.ok()) reversed = *outcome;
              return outcome.status();
            },
            [&](const TakeBackParts& parts) {
              absl::StatusOr<TakeBackOutcome> outcome =
                  PlanTakeBackParts(draft, parts, effective_at);
              if (outcome.ok()) taken_back = *std::move(outcome);
              return outcome.status();
            },
            [](const auto&) {
              return absl::InternalError("not an operation on a member's points");
            }},
        operation);
    // Before the planner's word: on broken rows a refusal says nothing.
    if (!draft.status().ok()) return draft.status();
    if (!planned.ok()) return planned;
    // What was booked with a business time in the past may be due already.
    SettleDue(draft);
  }
  absl::StatusOr<Changes> changes = std::move(draft).Finish();
  if (!changes.ok()) return changes.status();
  if (reversed.txn_seq != 0) changes->reversed_txn_seq = reversed.txn_seq;
  changes->deduct_minor_units = reversed.deduct_minor_units + taken_back.deduct_minor_units;
  changes->taken_back = std::move(taken_back.parts);
  return changes;
}

void Take(const Changes& changes, Ledger& ledger) {
  ledger.member = changes.member;
  for (const Lot& lot : changes.new_lots) ledger.lots.insert_or_assign(lot.lot_seq, lot);
  for (const Lot& lot : changes.lots) ledger.lots.insert_or_assign(lot.lot_seq, lot);
  for (const Hold& hold : changes.new_holds) ledger.holds.insert_or_assign(hold.hold_seq, hold);
  for (const Hold& hold : changes.holds) ledger.holds.insert_or_assign(hold.hold_seq, hold);
}

absl::StatusOr<Ledger> SettledView(const Ledger& ledger, const Program& program,
                                   base::Instant now) {
  const Posting nobody;
  Draft draft(ledger, nobody, program, std::max(now, ledger.member.last_recorded_at));
  SettleDue(draft);
  const absl::StatusOr<Changes> changes = std::move(draft).Finish();
  if (!changes.ok()) return changes.status();
  Ledger view = ledger;
  Take(*changes, view);
  return view;
}

std::vector<Expiry> ComingExpiries(const Ledger& ledger) {
  std::map<base::Instant, base::Points> by_instant;
  for (const auto& [seq, lot] : ledger.lots) {
    if (lot.available.value > 0) by_instant[ExpiryOrNever(lot)] += lot.available;
  }
  std::vector<Expiry> expiries;
  expiries.reserve(by_instant.size());
  for (const auto& [instant, points] : by_instant) {
    expiries.push_back({instant == kNever ? std::nullopt : std::optional(instant), points});
  }
  return expiries;
}

}  // namespace fairpoint::ledger
