#include "storage/testing/schema_reader.h"

#include <cstdlib>

#include "storage/tables.h"
#include "storage/text.h"

namespace fairpoint::storage::testing {
namespace {

// table, column, type, nullable, position in the primary key
constexpr std::string_view kSqliteColumns =
    "SELECT t.name, c.name, c.type, c.\"notnull\" = 0, c.pk FROM sqlite_schema t, "
    "pragma_table_info(t.name) c "
    "WHERE t.type = 'table' ORDER BY t.name, c.cid";
constexpr std::string_view kMysqlColumns =
    "SELECT c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES', "
    "COALESCE(k.ordinal_position, 0) "
    "FROM information_schema.columns c LEFT JOIN information_schema.key_column_usage k "
    "ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = "
    "c.column_name "
    "AND k.constraint_name = 'PRIMARY' WHERE c.table_schema = DATABASE() ORDER BY c.table_name, "
    "c.ordinal_position";

std::string TypeOf(std::string_view type) {
  for (const char* number : {"INTEGER", "bigint", "tinyint"}) {
    if (type == number) return "number";
  }
  for (const char* bytes : {"BLOB", "varbinary", "binary", "mediumblob"}) {
    if (type == bytes) return "bytes";
  }
  return std::string(type);
}

}  // namespace

ActualSchema ReadSchema(Connection& connection) {
  auto statement =
      connection.Prepare(connection.dialect() == Dialect::kSqlite ? kSqliteColumns : kMysqlColumns);
  if (!statement.ok() || !(*statement)->Query().ok()) std::abort();
  ActualSchema schema;
  for (bool has_row = true; has_row;) {
    if (!(*statement)->Next(has_row).ok()) std::abort();
    if (!has_row) break;
    const std::string table((*statement)->Bytes(0));
    ActualColumn column;
    column.name = (*statement)->Bytes(1);
    column.type = TypeOf((*statement)->Bytes(2));
    column.nullable = (*statement)->Number(3) != 0;
    column.key_position = static_cast<size_t>((*statement)->Number(4));
    schema[table].push_back(column);
  }
  connection.Rollback();
  return schema;
}

ActualSchema DescribedSchema() {
  ActualSchema schema;
  for (const TableInfo* table : AllTables()) {
    size_t position = 0;
    for (const ColumnInfo& column : table->columns) {
      const bool is_number =
          column.type == ColumnType::kNumber || column.type == ColumnType::kSmall;
      ++position;
      schema[std::string(table->name)].push_back({std::string(column.name),
                                                  is_number ? "number" : "bytes", column.nullable,
                                                  position <= table->key_columns ? position : 0});
    }
  }
  return schema;
}

}  // namespace fairpoint::storage::testing
