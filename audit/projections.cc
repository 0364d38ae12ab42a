#include "audit/projections.h"

#include <map>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"

namespace fairpoint::audit {
namespace {

using ledger::Hold;
using ledger::Lot;
using ledger::Member;

std::string ShownState(ledger::MemberState state) {
  return absl::StrCat(std::string(Name(state)), " (", static_cast<int>(state), ")");
}
std::string ShownState(ledger::HoldState state) {
  return absl::StrCat(std::string(Name(state)), " (", static_cast<int>(state), ")");
}

std::string ShownSlices(const std::vector<ledger::HoldSlice>& slices) {
  std::string out;
  for (const ledger::HoldSlice& slice : slices) {
    absl::StrAppend(&out, out.empty() ? "" : ", ", slice.points.value, " of lot ", slice.lot_seq);
  }
  return out.empty() ? "none" : out;
}

void CompareRow(const Lot& expected, const Lot& found, MemberFindings& findings) {
  if (expected == found) [[likely]]
    return;
  const int64_t seq = expected.lot_seq;
  findings.Expect(kLotRecord, seq, "points", expected.points, found.points);
  findings.Expect(kLotRecord, seq, "pending", expected.pending, found.pending);
  findings.Expect(kLotRecord, seq, "available", expected.available, found.available);
  findings.Expect(kLotRecord, seq, "held", expected.held, found.held);
  findings.Expect(kLotRecord, seq, "expired", expected.expired, found.expired);
  findings.Expect(kLotRecord, seq, "repaid", expected.repaid, found.repaid);
  findings.Expect(kLotRecord, seq, "taken_back", expected.taken_back, found.taken_back);
  findings.Expect(kLotRecord, seq, "effective_at", expected.effective_at, found.effective_at);
  findings.Expect(kLotRecord, seq, "available_at", expected.available_at, found.available_at);
  findings.Expect(kLotRecord, seq, "expires_at", expected.expires_at, found.expires_at);
  findings.Expect(kLotRecord, seq, "is_open", expected.is_open, found.is_open);
}

void CompareRow(const Hold& expected, const Hold& found, MemberFindings& findings) {
  if (expected == found) [[likely]]
    return;
  const int64_t seq = expected.hold_seq;
  if (expected.state != found.state)
    findings.Add(kHoldRecord, seq, "state", ShownState(expected.state), ShownState(found.state));
  findings.Expect(kHoldRecord, seq, "points", expected.points, found.points);
  findings.Expect(kHoldRecord, seq, "captured", expected.captured, found.captured);
  findings.Expect(kHoldRecord, seq, "expires_at", expected.expires_at, found.expires_at);
  if (expected.slices != found.slices) {
    findings.Add(kHoldRecord, seq, "slices", ShownSlices(expected.slices),
                 ShownSlices(found.slices));
  }
}

int64_t SeqOf(const Lot& lot) { return lot.lot_seq; }
int64_t SeqOf(const Hold& hold) { return hold.hold_seq; }

// Both sides ascend by number: walk them side by side.
template <class Row>
void CompareRows(PagedScan<Row>& scan, const std::map<int64_t, Row>& folded, bool broken,
                 const char* record, MemberFindings& findings, int64_t& count) {
  const engine::MemberName& member = findings.member();
  auto expected = folded.begin();
  const auto missing_until = [&](int64_t seq) {
    for (; expected != folded.end() && expected->first < seq; ++expected) {
      findings.Add(record, expected->first, "row",
                   absl::StrCat("one of ", expected->second.points.value, " points"), "none");
    }
  };
  while (const Row* row = scan.Peek()) {
    if (row->member_id != member.member_id || row->program_id != member.program_id) break;
    ++count;
    const int64_t seq = SeqOf(*row);
    if (!broken) {
      missing_until(seq);
      if (expected != folded.end() && expected->first == seq) {
        CompareRow(expected->second, *row, findings);
        ++expected;
      } else {
        findings.Add(record, seq, "row", "none, since no entry makes it",
                     absl::StrCat("one of ", row->points.value, " points"));
      }
    }
    scan.Pop();
  }
  if (!broken && scan.status().ok()) missing_until(INT64_MAX);
}

// A member's points are those of its lots and holds.
void CompareSums(const EntryChain& entries, MemberFindings& findings) {
  const ledger::Ledger& folded = entries.folded();
  absl::int128 available = 0, pending = 0, held = 0, in_holds = 0;
  for (const auto& [seq, lot] : folded.lots) {
    available += lot.available.value;
    pending += lot.pending.value;
    held += lot.held.value;
  }
  for (const auto& [seq, hold] : folded.holds) {
    if (hold.state == ledger::HoldState::kOpen) in_holds += hold.points.value;
  }
  const auto expect = [&findings](const char* what, base::Points expected, absl::int128 found) {
    if (absl::int128(expected.value) == found) return;
    findings.Add(kMemberRecord, 0, what, Shown(expected), Shown(found));
  };
  expect("available, as the sum of its lots", folded.member.available, available);
  expect("pending, as the sum of its lots", folded.member.pending, pending);
  expect("held, as the sum of its lots", folded.member.held, held);
  expect("held, as the sum of its open holds", folded.member.held, in_holds);
}

void CompareNextDue(const Member& row, const EntryChain& entries, MemberFindings& findings) {
  const std::optional<base::Instant> due = NextDueAt(entries.folded());
  if (due && (!row.next_due_at || *row.next_due_at > *due)) {
    findings.Add(kMemberRecord, 0, "next_due_at", absl::StrCat("at or before ", Shown(*due)),
                 Shown(row.next_due_at));
  }
}

}  // namespace

void CompareMember(const Member& row, const EventChain& event_chain, const EntryChain& entry_chain,
                   MemberFindings& findings) {
  const Member& events = event_chain.folded();
  const Member& entries = entry_chain.folded().member;
  const char* const record = kMemberRecord;
  if (row.state != events.state)
    findings.Add(record, 0, "state", ShownState(events.state), ShownState(row.state));
  findings.Expect(record, 0, "phone_only", events.phone_only, row.phone_only);
  findings.Expect(record, 0, "event_seq", events.event_seq, row.event_seq);
  findings.Expect(record, 0, "event_head_hash", events.event_head_hash, row.event_head_hash);
  findings.Expect(record, 0, "entry_seq", entries.entry_seq, row.entry_seq);
  findings.Expect(record, 0, "head_hash", entries.head_hash, row.head_hash);
  findings.Expect(record, 0, "available", entries.available, row.available);
  findings.Expect(record, 0, "pending", entries.pending, row.pending);
  findings.Expect(record, 0, "held", entries.held, row.held);
  findings.Expect(record, 0, "debt", entries.debt, row.debt);
  findings.Expect(record, 0, "created_at", events.created_at, row.created_at);
  findings.Expect(record, 0, "last_recorded_at",
                  std::max(events.last_recorded_at, entries.last_recorded_at),
                  row.last_recorded_at);
  if (events.event_seq == 0)
    findings.Add(kEventRecord, 1, "row", "an event, since the member is there", "none");
  if (entry_chain.broken()) return;
  findings.Expect(record, 0, "lifetime_earned", entries.lifetime_earned, row.lifetime_earned);
  CompareNextDue(row, entry_chain, findings);
  CompareSums(entry_chain, findings);
}

void CompareLots(PagedScan<Lot>& scan, const EntryChain& entries, MemberFindings& findings,
                 Report& report) {
  CompareRows(scan, entries.folded().lots, entries.broken(), kLotRecord, findings, report.lots);
}

void CompareHolds(PagedScan<Hold>& scan, const EntryChain& entries, MemberFindings& findings,
                  Report& report) {
  CompareRows(scan, entries.folded().holds, entries.broken(), kHoldRecord, findings, report.holds);
}

}  // namespace fairpoint::audit
