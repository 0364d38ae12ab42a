#include "storage/sql.h"

#include "storage/text.h"

namespace fairpoint::storage {
namespace {

// "item, item, item"
std::string Repeated(std::string_view item, std::string_view separator, size_t times) {
  std::string out;
  out.reserve((item.size() + separator.size()) * times);
  for (size_t i = 0; i < times; ++i) {
    if (i > 0) out.append(separator);
    out.append(item);
  }
  return out;
}

}  // namespace

std::string ColumnNames(const TableInfo& table) {
  std::string out;
  for (const ColumnInfo& column : table.columns) {
    if (!out.empty()) out.append(", ");
    out.append(column.name);
  }
  return out;
}

std::string InsertSql(const TableInfo& table, size_t rows) {
  const std::string row = Text("(", Repeated("?", ",", table.columns.size()), ")");
  return Text("INSERT INTO ", table.name, " (", ColumnNames(table), ") VALUES ",
              Repeated(row, ",", rows));
}

std::string UpsertSql(Dialect dialect, const TableInfo& table, size_t rows) {
  std::string out = InsertSql(table, rows);
  if (dialect == Dialect::kSqlite) {
    out.append(" ON CONFLICT (");
    for (size_t i = 0; i < table.key_columns; ++i) {
      if (i > 0) out.append(", ");
      out.append(table.columns[i].name);
    }
    out.append(") DO UPDATE SET ");
  } else {
    out.append(" ON DUPLICATE KEY UPDATE ");
  }
  for (size_t i = table.key_columns; i < table.columns.size(); ++i) {
    if (i > table.key_columns) out.append(", ");
    const std::string_view name = table.columns[i].name;
    out.append(dialect == Dialect::kSqlite ? Text(name, " = excluded.", name)
                                           : Text(name, " = VALUES(", name, ")"));
  }
  return out;
}

std::string ForceIndex(Dialect dialect, std::string_view index) {
  return dialect == Dialect::kMysql ? Text(" FORCE INDEX (", index, ")") : "";
}

std::string KeyedSelectSql(Dialect dialect, const TableInfo& table, const KeyedSelect& select,
                           size_t keys) {
  const bool is_sqlite = dialect == Dialect::kSqlite;
  std::string out = Text("SELECT ", ColumnNames(table), " FROM ", table.name);
  if (!is_sqlite) out.append(ForceIndex(dialect, select.mysql_index));
  if (is_sqlite && !select.sqlite_index.empty())
    out.append(Text(" INDEXED BY ", select.sqlite_index));
  out.append(" WHERE ");
  if (select.key.empty() && is_sqlite) {
    // The programme in each: standing before them it is all that SQLite looks up, and it reads the
    // whole programme.
    const std::string each = Text("(program_id = ?1 AND ", select.compound, ")");
    out.append(Repeated(each, " OR ", keys));
  } else if (select.key.empty()) {
    out.append("program_id = ? AND (");
    out.append(Text(Repeated(Text("(", select.compound, ")"), " OR ", keys), ")"));
  } else {
    out.append("program_id = ?");
    if (!select.also.empty()) out.append(Text(" AND ", select.also));
    out.append(Text(" AND ", select.key, " IN (", Repeated("?", ",", keys), ")"));
  }
  if (!select.order.empty()) out.append(Text(" ORDER BY ", select.order));
  if (dialect == Dialect::kMysql && !select.mysql_lock.empty())
    out.append(Text(" ", select.mysql_lock));
  return out;
}

std::string KeyComparison(Dialect dialect, const TableInfo& table, size_t columns,
                          std::string_view comparison) {
  if (dialect == Dialect::kSqlite) {
    std::string names;
    for (size_t i = 0; i < columns; ++i)
      names.append(Text(i > 0 ? ", " : "", table.columns[i].name));
    return Text("(", names, ") ", comparison, " (", Repeated("?", ", ", columns), ")");
  }
  // From the last column outwards.
  const std::string_view strict = comparison.substr(0, 1);
  std::string out = Text(table.columns[columns - 1].name, " ", comparison, " ?");
  for (size_t i = columns - 1; i-- > 0;) {
    const std::string_view name = table.columns[i].name;
    out = Text("(", name, " ", strict, " ? OR (", name, " = ? AND ", out, "))");
  }
  return out;
}

}  // namespace fairpoint::storage
