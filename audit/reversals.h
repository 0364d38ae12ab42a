// Whether one member's reversal rows and its entries agree on what was undone by what.
#ifndef FAIRPOINT_AUDIT_REVERSALS_H_
#define FAIRPOINT_AUDIT_REVERSALS_H_

#include <cstdint>
#include <map>

#include "audit/member_findings.h"
#include "engine/store.h"
#include "ledger/entry.h"

namespace fairpoint::audit {

class Reversals {
 public:
  explicit Reversals(MemberFindings& findings) : findings_(findings) {}

  void Begin();
  // All rows first, then all entries, ascending.
  void Add(const engine::Reversal& reversal);
  void Add(const ledger::Entry& entry) {
    if (entry.reverses_seq != 0 || !undone_.empty()) Compare(entry);
  }
  void End();

 private:
  struct Undone {
    int64_t by_txn_seq = 0;
    int64_t last_seq = 0;  // of the transaction's entries; 0: none seen
    bool by_seen = false;  // there is a transaction at by_txn_seq
  };

  void Compare(const ledger::Entry& entry);

  MemberFindings& findings_;
  std::map<int64_t, Undone> undone_;      // by the transaction undone
  std::map<int64_t, int64_t> undone_by_;  // the transaction that undid -> the one undone
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_REVERSALS_H_
