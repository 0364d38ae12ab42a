// Compares one member's stored projections - its row, lots and holds - with what its history folds
// to.
#ifndef FAIRPOINT_AUDIT_PROJECTIONS_H_
#define FAIRPOINT_AUDIT_PROJECTIONS_H_

#include "absl/status/status.h"
#include "audit/context.h"
#include "audit/entry_chain.h"
#include "audit/event_chain.h"
#include "audit/member_findings.h"
#include "audit/paged_scan.h"

namespace fairpoint::audit {

void CompareMember(const ledger::Member& row, const EventChain& events, const EntryChain& entries,
                   MemberFindings& findings);

// Take the current member's rows off the scan. Where the fold is broken they are only counted.
void CompareLots(PagedScan<ledger::Lot>& scan, const EntryChain& entries, MemberFindings& findings,
                 Report& report);
void CompareHolds(PagedScan<ledger::Hold>& scan, const EntryChain& entries,
                  MemberFindings& findings, Report& report);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PROJECTIONS_H_
