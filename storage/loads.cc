#include "storage/loads.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "storage/rows.h"
#include "storage/sql.h"
#include "storage/tables.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

const base::ProgramId& ProgramOf(const engine::MemberName& name) { return name.program_id; }
const base::ProgramId& ProgramOf(const engine::IdentityName& name) { return name.program_id; }
const base::ProgramId& ProgramOf(const engine::RequestName& name) { return name.program_id; }
const base::ProgramId& ProgramOf(const engine::MemberSeq& name) { return name.member.program_id; }
const base::ProgramId& ProgramOf(const engine::EntrySpan& span) { return span.member.program_id; }

void BindKey(Binder& binder, const engine::MemberName& name) {
  binder.Bytes(name.member_id.value());
}
void BindKey(Binder& binder, const engine::IdentityName& name) { binder.Bytes(name.lookup_hash); }
void BindKey(Binder& binder, const engine::RequestName& name) {
  binder.Bytes(name.request_id.value());
}
void BindKey(Binder& binder, const engine::MemberSeq& name) {
  binder.Bytes(name.member.member_id.value());
  binder.Number(name.seq);
}
void BindKey(Binder& binder, const engine::EntrySpan& span) {
  binder.Bytes(span.member.member_id.value());
  binder.Number(span.first_seq);
  // The last is summed here: an expression of parameters would be no range to every optimizer.
  int64_t last = 0;
  if (__builtin_add_overflow(span.first_seq, span.count - 1, &last)) last = INT64_MAX;
  binder.Number(last);
}

size_t WidthFor(size_t keys, size_t most) {
  for (const size_t width : kKeyWidths) {
    if (width >= keys || width == most) return width;
  }
  return most;
}

// One statement per programme and chunk; programmes ascend, keys keep the order given.
template <class Row, class Key>
absl::Status LoadByKeys(Connection& connection, const KeyedSelect& select,
                        std::span<const Key> keys, std::vector<Row>& found) {
  found.clear();
  std::vector<const Key*> ordered;
  ordered.reserve(keys.size());
  for (const Key& key : keys) ordered.push_back(&key);
  std::ranges::stable_sort(
      ordered, {}, [](const Key* key) -> const base::ProgramId& { return ProgramOf(*key); });

  const size_t most = select.key.empty() ? kCompoundKeysMax : kKeyWidths.back();
  for (size_t begin = 0; begin < ordered.size();) {
    const base::ProgramId& program_id = ProgramOf(*ordered[begin]);
    size_t end = begin + 1;
    while (end < ordered.size() && end - begin < most && ProgramOf(*ordered[end]) == program_id)
      ++end;

    const size_t width = WidthFor(end - begin, most);
    auto statement =
        connection.Prepare(KeyedSelectSql(connection.dialect(), InfoOf<Row>(), select, width));
    if (!statement.ok()) return statement.status();
    Binder binder(**statement);
    binder.Bytes(program_id.value());
    for (size_t i = 0; i < width; ++i) BindKey(binder, *ordered[std::min(begin + i, end - 1)]);
    if (absl::Status status = ReadRows(**statement, found); !status.ok()) return status;
    begin = end;
  }
  return absl::OkStatus();
}

std::string_view LockClause(RowLock lock) {
  switch (lock) {
    case RowLock::kNone:
      return "";
    // Also understood by MySQL 8 and TiDB, as their FOR SHARE is not by MariaDB.
    case RowLock::kShared:
      return "LOCK IN SHARE MODE";
    case RowLock::kExclusive:
      return "FOR UPDATE";
  }
  return "";
}

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
