// Follows one member's entries: the chain of hashes, the numbering, the transactions, and the
// ledger that they fold to.
#ifndef FAIRPOINT_AUDIT_ENTRY_CHAIN_H_
#define FAIRPOINT_AUDIT_ENTRY_CHAIN_H_

#include <cstdint>
#include <map>
#include <optional>

#include "absl/status/status.h"
#include "audit/context.h"
#include "audit/member_findings.h"
#include "audit/reversals.h"
#include "ledger/state.h"

namespace fairpoint::audit {

class EntryChain {
 public:
  EntryChain(Context& context, MemberFindings& findings)
      : context_(context), findings_(findings), reversals_(findings) {}

  void Begin(Sums& sums);
  // All reversals first, then all entries; each in ascending order, with the hash recomputed.
  void Add(const engine::Reversal& reversal, const base::Hash& hash);
  // Errors are those of reading what a broken link needs to be judged.
  absl::Status Add(const ledger::Entry& entry, const base::Hash& hash);
  void End();

  // The ledger after the last entry.
  const ledger::Ledger& folded() const { return folded_; }
  // An entry did not follow from what was before it: lots and holds are not what the folded ledger
  // says.
  bool broken() const { return broken_; }

 private:
  // What the last entry leaves for the next one to be compared with.
  struct Last {
    int64_t seq = 0;
    int64_t lane = 0;
    int64_t lane_seq = 0;
    base::Hash hash{};  // as stored
    base::Hash recomputed{};
    base::Instant recorded_at;
  };
  struct Transaction {
    int64_t seq = 0;  // 0: none yet
    int64_t count = 0;
    int64_t lane = 0;
    int64_t lane_seq = 0;
    bool comes_in = false;  // it is the other side of another member's
    base::Instant recorded_at;
    base::RequestId request_id;
    std::string actor;
  };

  absl::Status CheckLink(const ledger::Entry& entry);
  void CheckTransaction(const ledger::Entry& entry);
  absl::Status CheckProgram(const ledger::Entry& entry);
  void Fold(const ledger::Entry& entry);
  void CloseTransaction();

  Context& context_;
  MemberFindings& findings_;
  Reversals reversals_;
  Sums* sums_ = nullptr;
  ledger::Ledger folded_;
  bool broken_ = false;
  Last last_;
  Transaction transaction_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_ENTRY_CHAIN_H_
