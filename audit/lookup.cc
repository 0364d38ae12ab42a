#include "audit/lookup.h"

#include <utility>
#include <vector>

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
  }
  return std::optional<FoundRow>();
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
