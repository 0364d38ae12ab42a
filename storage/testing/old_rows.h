// Rows as a store of an older version has them.
#ifndef FAIRPOINT_STORAGE_TESTING_OLD_ROWS_H_
#define FAIRPOINT_STORAGE_TESTING_OLD_ROWS_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "engine/store.h"
#include "storage/rows.h"
#include "storage/tables.h"
#include "storage/testing/sample_rows.h"
#include "storage/testing/status_checks.h"
#include "storage/text.h"

namespace fairpoint::storage::testing {

// Binds the first columns alone.
class FirstColumnsBinder {
 public:
  FirstColumnsBinder(Statement& statement, size_t columns) : binder_(statement), left_(columns) {}
  template <class Field>
  void operator()(std::string_view name, const Field& field) {
    if (left_ == 0) return;
    --left_;
    binder_(name, field);
  }

 private:
  Binder binder_;
  size_t left_;
};

// Writes the row into a table that has only its first columns yet, to `last`.
template <class Row>
absl::Status WriteOldRow(Connection& connection, const Row& row, std::string_view last) {
  const TableInfo& table = InfoOf<Row>();
  std::string names, values;
  size_t count = 0;
  for (const ColumnInfo& column : table.columns) {
    names.append(Text(count == 0 ? "" : ", ", column.name));
    values.append(count == 0 ? "?" : ", ?");
    ++count;
    if (column.name == last) break;
  }
  auto statement =
      connection.Prepare(Text("INSERT INTO ", table.name, " (", names, ") VALUES (", values, ")"));
  if (!statement.ok()) return statement.status();
  FirstColumnsBinder binder(**statement, count);
  Table<Row>::Columns(binder, row);
  return (*statement)->Execute();
}

// What a store of migration 1 may hold: a member, its event and its entry, hashed.
struct OldRows {
  OldRows() {
    member.merged_into = base::MemberId();
    member.merged_count = 0;
    member.order_seq = 0;
    event.detail.clear();
    event.hash = HashOf(event);
    entry.peer_id = base::MemberId();
    entry.peer_seq = 0;
    entry.earned_at.reset();
    entry.hash = HashOf(entry);
  }

  absl::Status Write(Connection& connection) const {
    absl::Status status = connection.BeginWrite();
    if (status.ok()) status = WriteOldRow(connection, member, "created_at");
    if (status.ok()) status = WriteOldRow(connection, event, "lane_seq");
    if (status.ok()) status = WriteOldRow(connection, entry, "lane_seq");
    if (status.ok()) status = connection.Commit();
    return status;
  }
  // They read the same after later migrations, and hash to what they did.
  void ExpectIn(engine::ReadSession& reader) const {
    std::vector<ledger::Member> members;
    EXPECT_OK(reader.ScanMembers({}, 10, members));
    EXPECT_EQ(members, std::vector<ledger::Member>{member});
    std::vector<ledger::MemberEvent> events;
    EXPECT_OK(reader.ScanEvents({}, std::nullopt, 10, events));
    ASSERT_EQ(events, std::vector<ledger::MemberEvent>{event});
    EXPECT_EQ(HashOf(events[0]), event.hash);
    std::vector<ledger::Entry> entries;
    EXPECT_OK(reader.ScanEntries({}, std::nullopt, 10, entries));
    ASSERT_EQ(entries, std::vector<ledger::Entry>{entry});
    EXPECT_EQ(HashOf(entries[0]), entry.hash);
  }

  ledger::Member member = RowOf<ledger::Member>("sample", "A");
  ledger::MemberEvent event = RowOf<ledger::MemberEvent>("sample", "A");
  ledger::Entry entry = RowOf<ledger::Entry>("sample", "A");
};

}  // namespace fairpoint::storage::testing

#endif  // FAIRPOINT_STORAGE_TESTING_OLD_ROWS_H_
