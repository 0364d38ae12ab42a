// Checks all members of one range of keys, with every row of that range: what belongs to members
// who do not exist is met too.
#ifndef FAIRPOINT_AUDIT_RANGE_CHECK_H_
#define FAIRPOINT_AUDIT_RANGE_CHECK_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "audit/context.h"
#include "audit/entry_chain.h"
#include "audit/event_chain.h"
#include "audit/member_findings.h"
#include "audit/paged_scan.h"
#include "audit/persona_check.h"

namespace fairpoint::audit {

// Made once and used for range after range.
class RangeCheck {
 public:
  explicit RangeCheck(Context& context);
  RangeCheck(const RangeCheck&) = delete;
  RangeCheck& operator=(const RangeCheck&) = delete;

  // Requires a snapshot of the context's session, and that `members` are all that the range holds
  // in it, ascending, but for the one `unreadable`, if there is one: its other rows are checked all
  // the same. DATA_LOSS: a row cannot be read as what it should be; the finding is made, and the
  // rest of the range was not checked.
  absl::Status Run(const engine::MemberRange& range, const std::vector<ledger::Member>& members,
                   const std::optional<engine::MemberName>& unreadable);

 private:
  template <class Row>
  using ScanCall = absl::Status (engine::ReadSession::*)(const engine::MemberRange&,
                                                         const std::optional<engine::MemberSeq>&,
                                                         size_t, std::vector<Row>&);
  template <class Row>
  PagedScan<Row> Scan(ScanCall<Row> call);

  std::optional<engine::MemberName> NextName(const ledger::Member* member);
  absl::Status Check(const engine::MemberName& name, const ledger::Member* row);
  Sums& SumsOf(const base::ProgramId& program_id);
  void CountMember(const ledger::Member& row, Sums& sums);
  // Of any scan.
  absl::Status FirstFailure() const;
  void ReportUnreadable();

  Context& context_;
  engine::MemberRange range_;
  std::optional<engine::MemberName> unreadable_;
  PagedScan<ledger::Entry> entries_;
  PagedScan<ledger::MemberEvent> events_;
  PagedScan<engine::Reversal> reversals_;
  PagedScan<ledger::Lot> lots_;
  PagedScan<ledger::Hold> holds_;
  MemberFindings findings_;
  EventChain event_chain_;
  EntryChain entry_chain_;
  PersonaCheck persona_check_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_RANGE_CHECK_H_
