#include "audit/reversals.h"

#include "absl/strings/str_cat.h"

namespace fairpoint::audit {

void Reversals::Begin() {
  undone_.clear();
  undone_by_.clear();
}

void Reversals::Add(const engine::Reversal& reversal) {
  undone_.emplace(reversal.txn_seq, Undone{.by_txn_seq = reversal.by_txn_seq});
  if (reversal.by_txn_seq == 0) return;  // it moved no points
  if (!undone_by_.emplace(reversal.by_txn_seq, reversal.txn_seq).second) {
    findings_.Add(kReversalRecord, reversal.txn_seq, "by_txn_seq",
                  "a transaction that undid nothing else", Shown(reversal.by_txn_seq));
  }
  if (reversal.by_txn_seq <= reversal.txn_seq) {
    findings_.Add(kReversalRecord, reversal.txn_seq, "by_txn_seq",
                  absl::StrCat("0, or more than ", reversal.txn_seq), Shown(reversal.by_txn_seq));
  }
}

void Reversals::Compare(const ledger::Entry& entry) {
  if (const auto undone = undone_.find(entry.txn_seq); undone != undone_.end())
    undone->second.last_seq = entry.seq;
  const auto undoes = undone_by_.find(entry.txn_seq);
  if (undoes == undone_by_.end()) {
    // Of returns an earning may have many; the pass over orders looks at them.
    if (entry.reverses_seq == 0 || entry.kind == ledger::EntryKind::kTakeBackPart) return;
    findings_.Add(kEntryRecord, entry.seq, "reversal row",
                  absl::StrCat("one by transaction ", entry.txn_seq), "none");
    return;
  }
  Undone& undone = undone_.at(undoes->second);
  undone.by_seen = true;
  if (entry.reverses_seq == 0) return;
  if (entry.reverses_seq >= undoes->second && entry.reverses_seq <= undone.last_seq) return;
  findings_.Add(kEntryRecord, entry.seq, "reverses_seq",
                absl::StrCat("an entry of transaction ", undoes->second),
                Shown(entry.reverses_seq));
}

void Reversals::End() {
  for (const auto& [txn_seq, undone] : undone_) {
    if (undone.last_seq == 0)
      findings_.Add(kReversalRecord, txn_seq, "txn_seq", "a transaction", "none");
    if (!undone.by_seen && undone.by_txn_seq != 0) {
      findings_.Add(kReversalRecord, txn_seq, "by_txn_seq", "0, or a transaction",
                    Shown(undone.by_txn_seq));
    }
  }
}

}  // namespace fairpoint::audit
