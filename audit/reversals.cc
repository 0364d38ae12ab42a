#include "audit/reversals.h"

#include "absl/strings/str_cat.h"

namespace fairpoint::audit {

void Reversals::Begin() {
  undone_.clear();
  undone_by_.clear();
  last_seq_ = 0;
}

void Reversals::Add(const engine::Reversal& reversal) {
  undone_.emplace(reversal.txn_seq, Undone{.by_txn_seq = reversal.by_txn_seq});
  undone_by_.emplace(reversal.by_txn_seq, reversal.txn_seq);
  if (reversal.by_txn_seq <= reversal.txn_seq) {
    findings_.Add(kReversalRecord, reversal.txn_seq, "by_txn_seq",
                  absl::StrCat("more than ", reversal.txn_seq), Shown(reversal.by_txn_seq));
  }
}

void Reversals::Compare(const ledger::Entry& entry) {
  if (const auto undone = undone_.find(entry.txn_seq); undone != undone_.end())
    undone->second.last_seq = entry.seq;
  const auto [first, end] = undone_by_.equal_range(entry.txn_seq);
  bool undoes_it = false;
  for (auto undoes = first; undoes != end; ++undoes) {
    Undone& undone = undone_.at(undoes->second);
    undone.by_seen = true;
    undoes_it = undoes_it ||
                (entry.reverses_seq >= undoes->second && entry.reverses_seq <= undone.last_seq);
  }
  if (entry.reverses_seq == 0 || undoes_it) return;
  if (first == end) {
    findings_.Add(kEntryRecord, entry.seq, "reversal row",
                  absl::StrCat("one by transaction ", entry.txn_seq), "none");
  } else {
    findings_.Add(kEntryRecord, entry.seq, "reverses_seq",
                  absl::StrCat("an entry of transaction ", first->second),
                  Shown(entry.reverses_seq));
  }
}

void Reversals::End() {
  for (const auto& [txn_seq, undone] : undone_) {
    if (undone.last_seq == 0)
      findings_.Add(kReversalRecord, txn_seq, "txn_seq", "a transaction", "none");
    if (!undone.by_seen && undone.by_txn_seq != last_seq_ + 1) {
      findings_.Add(kReversalRecord, txn_seq, "by_txn_seq", "a transaction, or the next one",
                    Shown(undone.by_txn_seq));
    }
  }
}

}  // namespace fairpoint::audit
