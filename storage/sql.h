// SQL made from table descriptors.
#ifndef FAIRPOINT_STORAGE_SQL_H_
#define FAIRPOINT_STORAGE_SQL_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "storage/driver.h"
#include "storage/schema.h"

namespace fairpoint::storage {

// Rows are written by statements of so many: at most two for up to a hundred, while the distinct
// ones that a connection prepares stay few.
inline constexpr size_t kWriteWidthMax = 100;
constexpr size_t WriteWidth(size_t rows) {
  if (rows <= 32) return rows;
  return rows < kWriteWidthMax ? rows / 8 * 8 : kWriteWidthMax;
}

// Keys are asked for in chunks; a chunk is filled up to one of these widths by repeating its last
// key, which finds nothing more. At most 500: with 1,000 or more MariaDB no longer locks in key
// order.
inline constexpr std::array<size_t, 6> kKeyWidths = {1, 4, 16, 64, 200, 500};
// Where a key takes several conditions.
inline constexpr size_t kCompoundKeysMax = 64;

// "a, b, c"
std::string ColumnNames(const TableInfo& table);

// INSERT of `rows` rows; a taken key is an error.
std::string InsertSql(const TableInfo& table, size_t rows);
// INSERT of `rows` rows that replaces the columns of those that exist.
std::string UpsertSql(Dialect dialect, const TableInfo& table, size_t rows);

// How keys of one programme find rows: "WHERE program_id = ? AND <also> AND <key> IN (?, ...)", or
// one `compound` condition a key, joined by OR. The programme is the first parameter, the keys
// follow.
struct KeyedSelect {
  std::string_view key = {};       // a column: "member_id"
  std::string_view compound = {};  // or a condition: "member_id = ? AND lot_seq = ?"
  std::string_view also = {};      // beside `key`: "is_open = 1"
  std::string_view order = {};     // after program_id: "member_id, lot_seq"
  // SQLite only: the index to use, where its optimizer, which keeps no statistics, chooses another.
  std::string_view sqlite_index = {};
  // MySQL only. An index is always forced: with statistics of a table just filled, the optimizer
  // may otherwise scan it, locking all.
  std::string_view mysql_index = "PRIMARY";
  std::string_view mysql_lock = {};  // "FOR UPDATE"
};
std::string KeyedSelectSql(Dialect dialect, const TableInfo& table, const KeyedSelect& select,
                           size_t keys);

// " FORCE INDEX (x)" on MySQL, nothing on SQLite.
std::string ForceIndex(Dialect dialect, std::string_view index);

// "a > ? OR (a = ? AND b > ?)" on MySQL, whose optimizer makes no range of row values; "(a, b) >
// (?, ?)" on SQLite, whose optimizer makes none of the former. `comparison` is >, >=, < or <=; on
// MySQL every column but the last takes its value twice.
std::string KeyComparison(Dialect dialect, const TableInfo& table, size_t columns,
                          std::string_view comparison);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SQL_H_
