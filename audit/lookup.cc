#include "audit/lookup.h"

#include <utility>
#include <vector>

#include "audit/price_lookup.h"
#include "audit/row_hashes.h"

namespace fairpoint::audit {
namespace {

using engine::JournalLeaf;
using engine::JournalTable;
using engine::MemberSeq;
using engine::ReadSession;
using engine::RequestName;

template <class Row>
using ScanCall = absl::Status (ReadSession::*)(const engine::MemberRange&,
                                               const std::optional<MemberSeq>&, size_t,
                                               std::vector<Row>&);

// The row of the key, by a scan that begins right before it.
template <class Row>
absl::StatusOr<std::optional<Row>> FindByScan(ReadSession& session, ScanCall<Row> scan,
                                              const MemberSeq& key) {
  if (key.seq < 1) return std::optional<Row>();
  std::vector<Row> found;
  const engine::MemberRange range{.after = {}, .until = key.member};
  const absl::Status read = (session.*scan)(range, MemberSeq{key.member, key.seq - 1}, 1, found);
  if (!read.ok()) return read;
  if (found.empty() || KeyOf(found.front()) != key) return std::optional<Row>();
  return std::optional<Row>(std::move(found.front()));
}

template <class Row>
absl::StatusOr<std::optional<FoundRow>> Found(const absl::StatusOr<std::optional<Row>>& row) {
  if (!row.ok()) return row.status();
  if (!*row) return std::optional<FoundRow>();
  return std::optional<FoundRow>(FoundRow{HashOf(**row), (*row)->lane, (*row)->lane_seq});
}

template <class Row>
absl::StatusOr<std::optional<Row>> FindOne(
    ReadSession& session,
    absl::Status (ReadSession::*load)(std::span<const engine::OrderName>, std::vector<Row>&),
    const engine::OrderName& name) {
  std::vector<Row> found;
  const absl::Status read = (session.*load)({&name, 1}, found);
  if (!read.ok()) return read;
  if (found.empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(found.front()));
}

absl::StatusOr<std::optional<checkout::OrderClaim>> FindClaim(ReadSession& session,
                                                              const engine::OrderName& name) {
  std::vector<checkout::OrderClaim> found;
  const absl::Status read = session.ScanOrderClaims(JustThis(name), found);
  if (!read.ok()) return read;
  if (found.empty()) return std::optional<checkout::OrderClaim>();
  return std::optional(std::move(found.back()));
}

absl::StatusOr<std::optional<ledger::ProgramVersion>> FindVersion(ReadSession& session,
                                                                  const base::ProgramId& program_id,
                                                                  int64_t version) {
  if (version < 1) return std::optional<ledger::ProgramVersion>();
  std::vector<ledger::ProgramVersion> versions;
  const absl::Status read = session.LoadProgramVersions(program_id, version - 1, versions);
  if (!read.ok()) return read;
  if (versions.empty() || versions.front().version != version)
    return std::optional<ledger::ProgramVersion>();
  return std::optional(std::move(versions.front()));
}

}  // namespace

engine::OrderRange JustThis(const engine::OrderName& name) {
  engine::OrderRange range{.after = name, .until = name};
  std::string& before = range.after->order_id;
  if (before.empty()) return range;
  // The greatest number below it: they are of printable ASCII, 64 at most.
  --before.back();
  before.append(64, '\x7f');
  return range;
}

absl::StatusOr<std::optional<ledger::Entry>> FindEntry(ReadSession& session,
                                                       const MemberSeq& name) {
  return FindByScan<ledger::Entry>(session, &ReadSession::ScanEntries, name);
}

absl::StatusOr<std::optional<ledger::MemberEvent>> FindEvent(ReadSession& session,
                                                             const MemberSeq& name) {
  return FindByScan<ledger::MemberEvent>(session, &ReadSession::ScanEvents, name);
}

absl::StatusOr<std::optional<engine::Receipt>> FindReceipt(ReadSession& session,
                                                           const RequestName& name) {
  std::vector<engine::Receipt> found;
  const absl::Status read = session.LoadReceipts({&name, 1}, found);
  if (!read.ok()) return read;
  if (found.empty()) return std::optional<engine::Receipt>();
  return std::optional(std::move(found.front()));
}

absl::StatusOr<std::optional<ledger::MemberEvent>> FindMergeOf(ReadSession& session,
                                                               const engine::MemberName& name) {
  std::optional<ledger::MemberEvent> merge;
  std::vector<ledger::Member> rows;
  const absl::Status read = session.FindMembers({&name, 1}, rows);
  if (absl::IsDataLoss(read)) return merge;
  if (!read.ok()) return read;
  if (rows.empty() || rows.front().state != ledger::MemberState::kMerged) return merge;
  // Nothing happens to a member afterwards.
  auto last = FindEvent(session, {name, rows.front().event_seq});
  if (!last.ok()) return last.status();
  if (*last && (*last)->kind == ledger::MemberEventKind::kMerged) merge = **std::move(last);
  return merge;
}

absl::StatusOr<std::optional<FoundRow>> FindRow(ReadSession& session, const JournalLeaf& leaf) {
  const base::ProgramId program_id(leaf.program_id);
  const MemberSeq of_member{{program_id, base::MemberId(leaf.key)}, leaf.seq};
  switch (leaf.table) {
    case JournalTable::kEntry:
      return Found(FindEntry(session, of_member));
    case JournalTable::kMemberEvent:
      return Found(FindEvent(session, of_member));
    case JournalTable::kReversal:
      return Found(FindByScan<engine::Reversal>(session, &ReadSession::ScanReversals, of_member));
    case JournalTable::kReceipt:
      return Found(FindReceipt(session, {program_id, base::RequestId(leaf.key)}));
    case JournalTable::kProgramVersion:
      return Found(FindVersion(session, program_id, leaf.seq));
    case JournalTable::kPlacement:
      return Found(FindOne<checkout::Placement>(session, &ReadSession::LoadPlacements,
                                                {program_id, leaf.key}));
    case JournalTable::kOrderReturn:
      return Found(FindOne<checkout::OrderReturn>(session, &ReadSession::LoadOrderReturns,
                                                  {program_id, leaf.key}));
    case JournalTable::kOrderClaim:
      return Found(FindClaim(session, {program_id, leaf.key}));
    case JournalTable::kPriceFact:
    case JournalTable::kOffer:
    case JournalTable::kChannelPromotion:
    case JournalTable::kFeedReport:
    case JournalTable::kPriceEvidence:
    case JournalTable::kPriceCredit:
    case JournalTable::kCreditSettlement:
      return FindPriceRow(session, leaf);
  }
  return std::optional<FoundRow>();
}

absl::StatusOr<std::optional<base::RequestId>> FindRequest(ReadSession& session,
                                                           const JournalLeaf& leaf) {
  const auto request_of = [](const auto& row) -> absl::StatusOr<std::optional<base::RequestId>> {
    if (!row.ok()) return row.status();
    return *row ? std::optional((*row)->request_id) : std::nullopt;
  };
  if (leaf.table == JournalTable::kPriceEvidence || leaf.table == JournalTable::kCreditSettlement)
    return FindPriceRequest(session, leaf);
  const engine::OrderName name{base::ProgramId(leaf.program_id), leaf.key};
  if (leaf.table == JournalTable::kPlacement)
    return request_of(FindOne<checkout::Placement>(session, &ReadSession::LoadPlacements, name));
  if (leaf.table == JournalTable::kOrderReturn)
    return request_of(
        FindOne<checkout::OrderReturn>(session, &ReadSession::LoadOrderReturns, name));
  return request_of(FindClaim(session, name));
}

absl::StatusOr<std::optional<base::Hash>> JournalHashOf(ReadSession& session, const LeafRef& row) {
  if (row.lane_seq < 1) return std::optional<base::Hash>();
  std::vector<engine::JournalRow> rows;
  const absl::Status read = session.ScanJournal(row.lane, row.lane_seq - 1, 1, rows);
  if (!read.ok()) return read;
  std::vector<JournalLeaf> leaves;
  if (rows.empty() || rows.front().lane_seq != row.lane_seq ||
      !DecodeLeaves(rows.front().body, leaves))
    return std::optional<base::Hash>();
  for (const JournalLeaf& leaf : leaves) {
    if (leaf.table == row.table && leaf.seq == row.seq && leaf.key == row.key &&
        leaf.program_id == row.program_id) {
      return std::optional<base::Hash>(leaf.hash);
    }
  }
  return std::optional<base::Hash>();
}

}  // namespace fairpoint::audit
