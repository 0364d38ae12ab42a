#include <random>
#include <span>
#include <string>
#include <vector>

#include "storage/changes.h"
#include "storage/rows.h"
#include "storage/sql_store.h"
#include "storage/tables.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

// A row that no ledger holds: no programme has such a name, and lanes count from 1. Another one
// each time, as servers that start together would wait for one another's rows.
template <class Row>
Row ProbeRow() {
  std::random_device random;
  Row row{};
  if constexpr (requires { row.program_id; }) {
    row.program_id = base::ProgramId(Text("?", random(), random()));
  } else {
    row.lane = -1 - (static_cast<int64_t>(random()) << 16 | random() % 0x10000U);
  }
  return row;
}

// A number outside the key, which the probe tries to raise.
std::string_view NumberColumn(const TableInfo& table) {
  for (size_t i = table.key_columns; i < table.columns.size(); ++i) {
    if (table.columns[i].type == ColumnType::kNumber) return table.columns[i].name;
  }
  return {};
}

// Binds the key columns alone.
class KeyBinder {
 public:
  KeyBinder(Statement& statement, size_t columns) : binder_(statement), left_(columns) {}
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

template <class Row>
absl::Status Attempt(Connection& connection, std::string_view verb, std::string_view rest,
                     const Row& row, std::vector<engine::Finding>& findings) {
  const TableInfo& table = InfoOf<Row>();
  std::string sql = Text(verb == "UPDATE" ? "UPDATE " : "DELETE FROM ", table.name, rest);
  for (size_t i = 0; i < table.key_columns; ++i)
    sql.append(Text(i == 0 ? " WHERE " : " AND ", table.columns[i].name, " = ?"));
  auto statement = connection.Prepare(sql);
  absl::Status status = statement.status();
  if (status.ok()) {
    KeyBinder binder(**statement, table.key_columns);
    Table<Row>::Columns(binder, row);
    status = (*statement)->Execute();
  }
  // Refused, by a trigger or for want of the right: as it should be.
  if (absl::IsFailedPrecondition(status)) return absl::OkStatus();
  if (!status.ok()) return status;
  findings.push_back(
      {.fatal = true,
       .what = Text("table ", table.name, " is append-only, but ", verb, " is allowed"),
       .how_to_mend =
           "run `fairpoint migrate`, which makes a missing trigger again, or connect as a user "
           "without this right (docs/database.md)"});
  return absl::OkStatus();
}

template <class Row>
absl::Status ProbeTable(Connection& connection, std::vector<engine::Finding>& findings) {
  static_assert(Table<Row>::kKind == TableKind::kAppendOnly);
  const Row row = ProbeRow<Row>();
  const std::string_view column = NumberColumn(InfoOf<Row>());
  if (absl::Status status = connection.BeginWrite(); !status.ok()) return status;
  absl::Status status = WriteRows(connection, std::span<const Row>(&row, 1), WriteMode::kInsert);
  if (absl::IsFailedPrecondition(status)) {
    findings.push_back(
        {.fatal = true,
         .what = Text("table ", Table<Row>::kName,
                      " cannot be written: ", std::string(status.message())),
         .how_to_mend =
             "grant the user the rights of docs/database.md, on a database that is not read-only"});
    status = absl::OkStatus();
  } else if (status.ok()) {
    status =
        Attempt(connection, "UPDATE", Text(" SET ", column, " = ", column, " + 1"), row, findings);
    if (status.ok()) status = Attempt(connection, "DELETE", "", row, findings);
  }
  connection.Rollback();
  return status;
}

}  // namespace

absl::Status ProbeAppendOnly(Connection& connection, std::vector<engine::Finding>& findings) {
  absl::Status status = ProbeTable<ledger::ProgramVersion>(connection, findings);
  if (status.ok()) status = ProbeTable<ledger::MemberEvent>(connection, findings);
  if (status.ok()) status = ProbeTable<ledger::Entry>(connection, findings);
  if (status.ok()) status = ProbeTable<engine::Reversal>(connection, findings);
  if (status.ok()) status = ProbeTable<engine::Receipt>(connection, findings);
  if (status.ok()) status = ProbeTable<checkout::Placement>(connection, findings);
  if (status.ok()) status = ProbeTable<checkout::OrderReturn>(connection, findings);
  if (status.ok()) status = ProbeTable<checkout::OrderClaim>(connection, findings);
  if (status.ok()) status = ProbeTable<pricing::PriceFact>(connection, findings);
  if (status.ok()) status = ProbeTable<pricing::Offer>(connection, findings);
  if (status.ok()) status = ProbeTable<pricing::ChannelPromotion>(connection, findings);
  if (status.ok()) status = ProbeTable<pricing::FeedReport>(connection, findings);
  if (status.ok()) status = ProbeTable<pricing::Evidence>(connection, findings);
  if (status.ok()) status = ProbeTable<pricing::PriceCredit>(connection, findings);
  if (status.ok()) status = ProbeTable<pricing::CreditSettlement>(connection, findings);
  if (status.ok()) status = ProbeTable<engine::JournalRow>(connection, findings);
  return status;
}

}  // namespace fairpoint::storage
