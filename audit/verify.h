// The verifier: recomputes everything from append-only rows and says where what is stored differs.
//
// Every entry, member event, receipt, reversal, programme version and journal row is hashed again;
// chains are followed link by link; balances, lots, holds, debt and states are folded from history
// by the one function that also writes them (ledger::Apply); sums balance; receipts and the rows
// they name agree; the journal's lanes have no gaps, each of its leaves has its row and each row
// its leaf; identities belong to members; prices are computed again, and exceed no cap.
// docs/verify.md says what this proves and what it cannot.
#ifndef FAIRPOINT_AUDIT_VERIFY_H_
#define FAIRPOINT_AUDIT_VERIFY_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audit/report.h"
#include "base/keyring.h"
#include "checkout/program.h"
#include "engine/store.h"

namespace fairpoint::audit {

struct Progress {
  std::string_view pass;  // "programmes", "members", "identities", "receipts", "journal" ...
  int64_t members = 0;
  int64_t entries = 0;
  int64_t receipts = 0;
  int64_t journal_rows = 0;
  absl::Duration elapsed;
  double entries_per_second = 0;  // since the pass over members began
};

struct VerifyOptions {
  size_t page_rows = 2'000;       // rows held in memory of each table
  size_t journal_page_rows = 64;  // of the journal, whose rows are a whole transaction's each
  // Members read from one snapshot, and about so many of their entries, but one member at least.
  size_t snapshot_members_max = 1'000;
  int64_t snapshot_entries_max = 50'000;
  // Of 48 bytes each: how finely the journal is compared (audit/coverage.h).
  size_t sums_max = 16'384;
  // Opens identities, for comparing them with their members; null: only whether these are there.
  const base::Keyring* keyring = nullptr;
  // Reads programmes, for pricing quotes and baskets again; empty: they are not.
  checkout::ProgramParser programs;
  size_t findings_per_pass_max = 20;  // described; all are counted
  size_t findings_per_member_max = 8;
  absl::Duration progress_every = absl::Seconds(1);
  std::function<void(const Progress&)> on_progress;  // called from this thread; may be empty
  const std::atomic<bool>* cancelled = nullptr;      // looked at between pages; may be null
};

// Reads through one session of its own, in short snapshots, and may run while servers write. Memory
// does not grow with history, except for the lots, holds and reversals of the one member that is
// being folded. Faults found are in the report; an error means that the verification itself could
// not be done: UNAVAILABLE, CANCELLED and what else the port says.
absl::StatusOr<Report> Verify(engine::Store& store, const VerifyOptions& options);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_VERIFY_H_
