#include "storage/loads.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "storage/keyed_load.h"
#include "storage/rows.h"
#include "storage/sql.h"
#include "storage/tables.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

template <class Row>
absl::Status LoadMemberRows(Connection& connection, std::string_view seq_column,
                            std::span<const engine::MemberSeq> names, std::vector<Row>& found) {
  const std::string compound = Text("member_id = ? AND ", seq_column, " = ?");
  const std::string order = Text("member_id, ", seq_column);
  return LoadByKeys(connection, {.compound = compound, .order = order}, names, found);
}

}  // namespace

absl::Status LoadMembers(Connection& connection, std::span<const engine::MemberName> names,
                         RowLock lock, std::vector<ledger::Member>& found) {
  return LoadByKeys(connection,
                    {.key = "member_id", .order = "member_id", .mysql_lock = LockClause(lock)},
                    names, found);
}

absl::Status FindMergedInto(Connection& connection, const engine::MemberName& member,
                            std::vector<ledger::Member>& found) {
  found.clear();
  const TableInfo& table = InfoOf<ledger::Member>();
  // The last condition is what SQLite's index is about: without it the index is not used.
  auto statement =
      connection.Prepare(Text("SELECT ", ColumnNames(table), " FROM ", table.name,
                              ForceIndex(connection.dialect(), "member_merged"),
                              " WHERE program_id = ? AND merged_into = ? AND merged_into <> x''"
                              " ORDER BY member_id"));
  if (!statement.ok()) return statement.status();
  Binder binder(**statement);
  binder.Bytes(member.program_id.value());
  binder.Bytes(member.member_id.value());
  return ReadRows(**statement, found);
}

absl::Status LoadIdentities(Connection& connection, std::span<const engine::IdentityName> names,
                            std::vector<ledger::Identity>& found) {
  return LoadByKeys(connection, {.key = "lookup_hash"}, names, found);
}

absl::Status LoadIdentitiesOf(Connection& connection, std::span<const engine::MemberName> members,
                              std::vector<ledger::Identity>& found) {
  return LoadByKeys(
      connection,
      {.key = "member_id", .order = "member_id, lookup_hash", .mysql_index = "identity_member"},
      members, found);
}

absl::Status LoadMemberKeys(Connection& connection, std::span<const engine::MemberName> members,
                            std::vector<ledger::MemberKey>& found) {
  return LoadByKeys(connection, {.key = "member_id"}, members, found);
}

absl::Status LoadMemberTags(Connection& connection, std::span<const engine::MemberName> members,
                            std::vector<ledger::MemberTags>& found) {
  return LoadByKeys(connection, {.key = "member_id"}, members, found);
}

absl::Status LoadReceipts(Connection& connection, std::span<const engine::RequestName> names,
                          std::vector<engine::Receipt>& found) {
  return LoadByKeys(connection, {.key = "request_id"}, names, found);
}

absl::Status LoadOpenLots(Connection& connection, std::span<const engine::MemberName> members,
                          std::vector<ledger::Lot>& found) {
  return LoadByKeys(connection,
                    {.key = "member_id",
                     .also = "is_open = 1",
                     .order = "member_id, lot_seq",
                     .mysql_index = "lot_open"},
                    members, found);
}

absl::Status LoadOpenHolds(Connection& connection, std::span<const engine::MemberName> members,
                           std::vector<ledger::Hold>& found) {
  static_assert(static_cast<int>(ledger::HoldState::kOpen) == 1);
  return LoadByKeys(connection,
                    {.key = "member_id",
                     .also = "state = 1",
                     .order = "member_id, hold_seq",
                     .mysql_index = "hold_state"},
                    members, found);
}

absl::Status LoadLots(Connection& connection, std::span<const engine::MemberSeq> names,
                      std::vector<ledger::Lot>& found) {
  return LoadMemberRows(connection, "lot_seq", names, found);
}

absl::Status LoadHolds(Connection& connection, std::span<const engine::MemberSeq> names,
                       std::vector<ledger::Hold>& found) {
  return LoadMemberRows(connection, "hold_seq", names, found);
}

absl::Status LoadReversals(Connection& connection, std::span<const engine::MemberSeq> transactions,
                           std::vector<engine::Reversal>& found) {
  return LoadMemberRows(connection, "txn_seq", transactions, found);
}

absl::Status LoadEntries(Connection& connection, std::span<const engine::EntrySpan> spans,
                         std::vector<ledger::Entry>& found) {
  return LoadByKeys(
      connection,
      {.compound = "member_id = ? AND seq >= ? AND seq <= ?", .order = "member_id, seq"}, spans,
      found);
}

absl::Status LoadTransaction(Connection& connection, const engine::MemberSeq& entry,
                             std::vector<ledger::Entry>& found) {
  found.clear();
  const engine::EntrySpan asked{entry.member, entry.seq, 1};
  std::vector<ledger::Entry> page;
  if (absl::Status status = LoadEntries(connection, std::span(&asked, 1), page); !status.ok())
    return status;
  if (page.empty()) return absl::OkStatus();

  // A transaction's entries stand together, from its first one on.
  constexpr int64_t kPage = 64;
  const int64_t txn_seq = page.front().txn_seq;
  for (int64_t seq = txn_seq;; seq += kPage) {
    const engine::EntrySpan span{entry.member, seq, kPage};
    if (absl::Status status = LoadEntries(connection, std::span(&span, 1), page); !status.ok())
      return status;
    for (ledger::Entry& each : page) {
      if (each.txn_seq != txn_seq) return absl::OkStatus();
      found.push_back(std::move(each));
    }
    if (page.size() < static_cast<size_t>(kPage)) return absl::OkStatus();
  }
}

absl::Status SumTransferred(Connection& connection, const engine::MemberName& member,
                            base::Instant since, base::Points& sum) {
  sum = base::kNoPoints;
  // From the last entry back: within a member times never fall.
  constexpr int64_t kPage = 128;
  auto statement = connection.Prepare(
      Text("SELECT seq, kind, points, recorded_at FROM entry",
           ForceIndex(connection.dialect(), "PRIMARY"),
           " WHERE program_id = ? AND member_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?"));
  if (!statement.ok()) return statement.status();
  Statement& rows = **statement;
  for (int64_t before = INT64_MAX;;) {
    Binder binder(rows);
    binder.Bytes(member.program_id.value());
    binder.Bytes(member.member_id.value());
    binder.Number(before);
    binder.Number(kPage);
    if (absl::Status status = rows.Query(); !status.ok()) return status;
    for (int64_t count = 0;; ++count) {
      bool has_row = false;
      if (absl::Status status = rows.Next(has_row); !status.ok()) return status;
      if (!has_row && count < kPage) return absl::OkStatus();
      if (!has_row) break;
      if (base::Instant{rows.Number(3)} < since) {
        rows.Finish();
        return absl::OkStatus();
      }
      before = rows.Number(0);
      if (rows.Number(1) != static_cast<int64_t>(ledger::EntryKind::kTransferOut)) continue;
      sum = base::CheckedAdd(sum, base::Points{rows.Number(2)}).value_or(base::Points{INT64_MAX});
    }
  }
}

absl::Status LoadProgramHeads(Connection& connection, std::vector<ledger::ProgramHead>& found,
                              std::map<base::ProgramId, std::string>& unreadable) {
  found.clear();
  unreadable.clear();
  const TableInfo& table = InfoOf<ledger::ProgramHead>();
  auto statement = connection.Prepare(
      Text("SELECT ", ColumnNames(table), " FROM ", table.name, " ORDER BY program_id"));
  if (!statement.ok()) return statement.status();
  return ReadRows(**statement, found, [&](const ledger::ProgramHead& row, std::string why) {
    unreadable.emplace(row.program_id, std::move(why));
  });
}

absl::Status LockProgramHeads(Connection& connection, std::span<const base::ProgramId> ascending,
                              RowLock lock, std::vector<ledger::ProgramHead>& found) {
  found.clear();
  const TableInfo& table = InfoOf<ledger::ProgramHead>();
  std::string sql =
      Text("SELECT ", ColumnNames(table), " FROM ", table.name, " WHERE program_id = ?");
  if (connection.dialect() == Dialect::kMysql) sql.append(Text(" ", LockClause(lock)));
  for (const base::ProgramId& program_id : ascending) {
    auto statement = connection.Prepare(sql);
    if (!statement.ok()) return statement.status();
    Binder(**statement).Bytes(program_id.value());
    if (absl::Status status = ReadRows(**statement, found); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status LoadProgramVersions(Connection& connection, const base::ProgramId& program_id,
                                 int64_t after_version,
                                 std::vector<ledger::ProgramVersion>& found) {
  found.clear();
  const TableInfo& table = InfoOf<ledger::ProgramVersion>();
  auto statement =
      connection.Prepare(Text("SELECT ", ColumnNames(table), " FROM ", table.name,
                              " WHERE program_id = ? AND version > ? ORDER BY version"));
  if (!statement.ok()) return statement.status();
  Binder binder(**statement);
  binder.Bytes(program_id.value());
  binder.Number(after_version);
  return ReadRows(**statement, found);
}

}  // namespace fairpoint::storage
