// One statement that reads a page of one table.
#ifndef FAIRPOINT_STORAGE_SCAN_H_
#define FAIRPOINT_STORAGE_SCAN_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/driver.h"
#include "storage/rows.h"
#include "storage/sql.h"
#include "storage/text.h"

namespace fairpoint::storage {

// What a condition compares with.
using Value = std::variant<std::string_view, int64_t>;

inline int64_t ToLimit(size_t limit) {
  return static_cast<int64_t>(std::min<size_t>(limit, std::numeric_limits<int64_t>::max()));
}

// A query of one table, in key order unless another is asked for, its conditions gathered one by
// one with what they bind.
class Scan {
 public:
  Scan(Connection& connection, const TableInfo& table)
      : Scan(connection, table, ColumnNames(table)) {}
  Scan(Connection& connection, const TableInfo& table, std::string_view columns,
       std::string_view mysql_index = "PRIMARY")
      : connection_(connection),
        table_(table),
        sql_(Text("SELECT ", columns, " FROM ", table.name,
                  ForceIndex(connection.dialect(), mysql_index))) {}

  // The first key columns compare so with the values.
  void Key(std::string_view comparison, const std::vector<Value>& values) {
    sql_.append(Text(conjunction_, "(",
                     KeyComparison(connection_.dialect(), table_, values.size(), comparison), ")"));
    conjunction_ = " AND ";
    for (size_t i = 0; i < values.size(); ++i) {
      const bool twice = connection_.dialect() == Dialect::kMysql && i + 1 < values.size();
      for (int times = twice ? 2 : 1; times > 0; --times) values_.push_back(values[i]);
    }
  }

  void Where(std::string_view condition, Value value) { Where(condition, {value, {}}, 1); }
  // "a > ? OR b > ?"
  void WhereEither(std::string_view condition, Value one, Value other) {
    Where(Text("(", condition, ")"), {one, other}, 2);
  }
  // "a, b"
  void OrderBy(std::string_view columns) { order_ = columns; }

  template <class Row>
  absl::Status Read(size_t limit, bool descending, std::vector<Row>& found) {
    found.clear();
    auto statement = Bound(limit, descending);
    if (!statement.ok()) return statement.status();
    return ReadRows(**statement, found);
  }

  // With all but the query itself done.
  absl::StatusOr<Statement*> Bound(size_t limit, bool descending) {
    sql_.append(Text(" ORDER BY ", order_.empty() ? KeyOrder(descending) : order_, " LIMIT ?"));
    auto statement = connection_.Prepare(sql_);
    if (!statement.ok()) return statement;
    Binder binder(**statement);
    for (const Value& value : values_) {
      if (const auto* number = std::get_if<int64_t>(&value)) {
        binder.Number(*number);
      } else {
        binder.Bytes(std::get<std::string_view>(value));
      }
    }
    binder.Number(ToLimit(limit));
    return statement;
  }

 private:
  void Where(std::string_view condition, const std::array<Value, 2>& values, size_t count) {
    sql_.append(Text(conjunction_, condition));
    conjunction_ = " AND ";
    values_.insert(values_.end(), values.begin(), values.begin() + count);
  }
  std::string KeyOrder(bool descending) const {
    std::string order;
    for (size_t i = 0; i < table_.key_columns; ++i)
      order.append(Text(i == 0 ? "" : ", ", table_.columns[i].name, descending ? " DESC" : ""));
    return order;
  }

  Connection& connection_;
  const TableInfo& table_;
  std::string sql_, order_;
  std::string_view conjunction_ = " WHERE ";
  std::vector<Value> values_;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SCAN_H_
