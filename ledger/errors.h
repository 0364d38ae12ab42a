// Every refusal of the ledger, one factory each. Reasons and metadata keys are a contract:
// docs/errors.md lists them.
#ifndef FAIRPOINT_LEDGER_ERRORS_H_
#define FAIRPOINT_LEDGER_ERRORS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "base/ids.h"
#include "base/points.h"
#include "base/time.h"
#include "ledger/hold.h"
#include "ledger/member.h"
#include "ledger/program.h"

namespace fairpoint::ledger {

absl::Status MemberNotFound();
absl::Status MemberNotActive(MemberState state);
absl::Status MemberNotFrozen(MemberState state);
absl::Status PhoneMayNotSpend();
absl::Status IdentityConflict(const std::string& why);
absl::Status TooManyIdentities(size_t identities_max);
absl::Status IdentityNotFound();
absl::Status LastIdentity();
// `why`: "self", "circle", "open_holds", "unionids", "identities".
absl::Status MergeRefused(const std::string& why);
absl::Status MemberHasOpenHolds();

absl::Status InsufficientPoints(base::Points available, base::Points requested);
absl::Status BalanceOverflow();
absl::Status NothingEarned();
absl::Status CurrencyMismatch(const std::string& expected, const std::string& found);
absl::Status StoreUnknown(const std::string& store_id);
absl::Status EffectiveTimeOutOfRange(base::Instant effective_at, const std::string& why);
absl::Status LotExpiryOutOfRange(base::Instant expires_at, base::Instant now);
absl::Status OpeningTooLate();
absl::Status AdjustmentAboveLimit(base::Points points_max, base::Points points);
// `rule`: "self", "forbidden" (without a bound), "points_min", "points_max", "points_max_per_day".
absl::Status TransferRefused(const std::string& rule, std::optional<base::Points> bound,
                             const std::string& why);
absl::Status LedgerMoved(int64_t expected_seq, int64_t current_seq);

absl::Status HoldNotFound(const base::EntryName& hold);
absl::Status HoldNotOpen(HoldState state);
absl::Status CaptureExceedsHold(base::Points held, base::Points requested);
absl::Status HoldExpiryOutOfRange(const std::string& why);

absl::Status EntryNotFound(const base::EntryName& entry);
absl::Status AlreadyReversed(const base::EntryName& by_transaction);
absl::Status AlreadyReversed();  // by a reversal that moved no points
absl::Status NotReversible(const std::string& kind);
absl::Status NothingToTakeBack();
absl::Status NothingPending();

absl::Status ProgramNotFound(const base::ProgramId& program_id);
// The programme is there, but none of its versions had begun.
absl::Status ProgramNotBegun(const base::ProgramId& program_id, base::Instant begins_at);
absl::Status ProgramVersionNotFound(const base::ProgramId& program_id, int64_t version,
                                    int64_t newest_version);
absl::Status ProgramNotEffective(base::Instant at);
absl::Status ProgramChangeRefused(const std::string& why);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_ERRORS_H_
