#include "audit/range_check.h"

#include <tuple>

#include "absl/strings/str_cat.h"
#include "audit/projections.h"

namespace fairpoint::audit {
namespace {

using engine::MemberName;
using engine::MemberSeq;
using engine::ReadSession;
using ledger::Member;

template <class Row>
bool IsOf(const MemberName& name, const Row& row) {
  return row.member_id == name.member_id && row.program_id == name.program_id;
}

// Takes the member's rows off the scan, with their hashes.
template <class Row, class Visit>
void ForEachOf(const MemberName& name, PagedScan<Row>& scan, Visit visit) {
  for (const Row* row = scan.Peek(); row != nullptr && IsOf(name, *row); row = scan.Peek()) {
    visit(*row, scan.hash());
    scan.Pop();
  }
}

}  // namespace

RangeCheck::RangeCheck(Context& context)
    : context_(context),
      entries_(Scan(&ReadSession::ScanEntries)),
      events_(Scan(&ReadSession::ScanEvents)),
      reversals_(Scan(&ReadSession::ScanReversals)),
      lots_(Scan(&ReadSession::ScanLots)),
      holds_(Scan(&ReadSession::ScanHolds)),
      findings_(context.findings, context.options.findings_per_member_max),
      event_chain_(context, findings_),
      entry_chain_(context, findings_),
      persona_check_(context, findings_) {}

template <class Row>
PagedScan<Row> RangeCheck::Scan(ScanCall<Row> call) {
  const auto fetch = [this, call](const std::optional<MemberSeq>& after, size_t limit,
                                  std::vector<Row>& found) {
    if (const absl::Status ticked = context_.Tick(); !ticked.ok()) return ticked;
    return (context_.session.*call)(range_, after, limit, found);
  };
  return PagedScan<Row>(fetch, context_.options.page_rows);
}

absl::Status RangeCheck::Run(const engine::MemberRange& range, const std::vector<Member>& members,
                             const std::optional<MemberName>& unreadable) {
  range_ = range;
  unreadable_ = unreadable;
  entries_.Restart();
  events_.Restart();
  reversals_.Restart();
  lots_.Restart();
  holds_.Restart();
  absl::Status checked = persona_check_.Load(members);
  size_t next = 0;
  while (checked.ok()) {
    const Member* row = next < members.size() ? &members[next] : nullptr;
    const std::optional<MemberName> name = NextName(row);
    checked = FirstFailure();
    if (!checked.ok() || !name) break;
    if (row != nullptr && IsOf(*name, *row)) {
      ++next;
    } else {
      row = nullptr;
    }
    checked = Check(*name, row);
  }
  if (absl::IsDataLoss(checked)) ReportUnreadable();
  return checked;
}

// The smallest member that has a row anywhere.
std::optional<MemberName> RangeCheck::NextName(const Member* member) {
  std::optional<MemberName> least;
  const auto consider = [&least](const auto* row) {
    if (row == nullptr) return;
    if (least &&
        std::tie(least->program_id, least->member_id) <= std::tie(row->program_id, row->member_id))
      return;
    least = MemberOf(*row);
  };
  consider(member);
  consider(events_.Peek());
  consider(reversals_.Peek());
  consider(entries_.Peek());
  consider(lots_.Peek());
  consider(holds_.Peek());
  return least;
}

absl::Status RangeCheck::Check(const MemberName& name, const Member* row) {
  findings_.Begin(name);
  Sums& sums = SumsOf(name.program_id);
  if (row != nullptr) {
    CountMember(*row, sums);
  } else if (unreadable_ != name) {
    findings_.Add(kMemberRecord, 0, "row", "a member, since there are rows of it", "none");
  }
  event_chain_.Begin();
  entry_chain_.Begin(sums);
  ForEachOf(name, events_, [this](const ledger::MemberEvent& event, const base::Hash& hash) {
    event_chain_.Add(event, hash);
  });
  event_chain_.End();
  ForEachOf(name, reversals_, [this](const engine::Reversal& reversal, const base::Hash& hash) {
    entry_chain_.Add(reversal, hash);
  });
  absl::Status followed;
  ForEachOf(name, entries_, [&](const ledger::Entry& entry, const base::Hash& hash) {
    const absl::Status added = entry_chain_.Add(entry, hash);
    if (!added.ok()) followed = added;
  });
  if (!followed.ok()) return followed;
  // Rows that cannot be read would be told as rows that are missing.
  if (absl::Status failure = FirstFailure(); !failure.ok()) return failure;
  entry_chain_.End();
  if (row != nullptr) {
    CompareMember(*row, event_chain_, entry_chain_, findings_);
    const absl::Status checked = persona_check_.Check(*row, event_chain_);
    if (!checked.ok()) return checked;
  }
  CompareLots(lots_, entry_chain_, findings_, context_.report);
  CompareHolds(holds_, entry_chain_, findings_, context_.report);
  return FirstFailure();
}

Sums& RangeCheck::SumsOf(const base::ProgramId& program_id) {
  const auto [sums, is_new] = context_.sums.try_emplace(program_id);
  if (is_new) {
    context_.findings.Add(
        {"programme", program_id.value(), "", "row", "a programme, since it has members", "none"});
  }
  return sums->second;
}

void RangeCheck::CountMember(const Member& row, Sums& sums) {
  ++context_.report.members;
  ++sums.members;
  sums.available += row.available.value;
  sums.pending += row.pending.value;
  sums.held += row.held.value;
  sums.debt += row.debt.value;
  sums.lifetime_stored += row.lifetime_earned.value;
}

absl::Status RangeCheck::FirstFailure() const {
  for (const absl::Status* status : {&events_.status(), &reversals_.status(), &entries_.status(),
                                     &lots_.status(), &holds_.status()}) {
    if (!status->ok()) return *status;
  }
  return absl::OkStatus();
}

void RangeCheck::ReportUnreadable() {
  const auto look = [this](const auto& scan, const char* record) {
    if (!absl::IsDataLoss(scan.status())) return;
    const std::optional<MemberSeq>& last = scan.last_read();
    const std::string where =
        last ? absl::StrCat("after ", ToString(base::EntryName{last->member.member_id, last->seq}))
             : absl::StrCat("first after member ", range_.after.member_id.empty()
                                                       ? "none"
                                                       : range_.after.member_id.value());
    context_.findings.Add(
        {record, last ? last->member.program_id.value() : range_.after.program_id.value(), where,
         "row", "one that can be read", std::string(scan.status().message())});
  };
  look(events_, kEventRecord);
  look(reversals_, kReversalRecord);
  look(entries_, kEntryRecord);
  look(lots_, kLotRecord);
  look(holds_, kHoldRecord);
}

}  // namespace fairpoint::audit
