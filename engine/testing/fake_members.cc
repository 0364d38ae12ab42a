// The fake store's reads of who was merged, of tags and of what limits count, of both sessions.
#include "engine/testing/fake_reads.h"
#include "engine/testing/fake_sessions.h"

namespace fairpoint::engine {
namespace {

void MergedInto(const FakeTable<MemberName, ledger::Member>& table, const MemberName& member,
                TxnId txn, int64_t as_of, std::vector<ledger::Member>& found) {
  if (member.member_id.empty()) return;
  table.ScanAll(txn, as_of, [&](const MemberName& name, const ledger::Member& row) {
    if (name.program_id == member.program_id && row.merged_into == member.member_id)
      found.push_back(row);
    return true;
  });
}

}  // namespace

absl::Status FakeWriteSession::FindMergedInto(const MemberName& member,
                                              std::vector<ledger::Member>& found) {
  found.clear();
  return Read([&] { MergedInto(store_.members_, member, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LoadMemberTags(std::span<const MemberName> members,
                                              std::vector<ledger::MemberTags>& found) {
  found.clear();
  return Read([&] { fake_reads::ByKey(store_.tags_, members, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::SumTransferred(const MemberName& member, base::Instant since,
                                              base::Points& sum) {
  sum = base::kNoPoints;
  return Read([&] {
    store_.entries_.Scan(
        {member, 0}, txn_, kLatestCommit, [&](const MemberSeq& key, const ledger::Entry& row) {
          if (key.member != member) return false;
          if (row.kind == ledger::EntryKind::kTransferOut && row.recorded_at >= since)
            sum = base::CheckedAdd(sum, row.points).value_or(base::Points{INT64_MAX});
          return true;
        });
  });
}

absl::Status FakeWriteSession::CountReturnsWithoutReceipt(const MemberName& member,
                                                          base::Instant since, int64_t& count) {
  count = 0;
  return Read([&] {
    store_.order_returns_.ScanAll(
        txn_, kLatestCommit, [&](const OrderName&, const checkout::OrderReturn& row) {
          const bool counts = row.without_receipt && row.effective_at >= since;
          if (counts && MemberName{row.program_id, row.member_id} == member) ++count;
          return true;
        });
  });
}

absl::Status FakeReadSession::FindMergedInto(const MemberName& member,
                                             std::vector<ledger::Member>& found) {
  found.clear();
  return Read([&](int64_t as_of) { MergedInto(store_.members_, member, 0, as_of, found); });
}

absl::Status FakeReadSession::LoadMemberTags(std::span<const MemberName> members,
                                             std::vector<ledger::MemberTags>& found) {
  found.clear();
  return Read([&](int64_t as_of) { fake_reads::ByKey(store_.tags_, members, 0, as_of, found); });
}

}  // namespace fairpoint::engine
