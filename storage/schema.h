// What a table is, said once: its name, whether its rows may change, how many leading columns are
// its key, and a visitor that names every column beside the field that it holds. Insert, upsert,
// select, scan and the comparison with migrations/ all come from this.
//
// clang-format off
//   template <> struct Table<ledger::Lot> {
//     static constexpr std::string_view kName = "lot";
//     static constexpr TableKind kKind = TableKind::kProjection;
//     static constexpr size_t kKeyColumns = 3;
//     template <class V, class Row>
//     static void Columns(V& v, Row& row) {
//       v("program_id", row.program_id);
//       ...
//     }
//   };
// clang-format on
//
// The tables themselves are in tables.h.
#ifndef FAIRPOINT_STORAGE_SCHEMA_H_
#define FAIRPOINT_STORAGE_SCHEMA_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/ids.h"
#include "base/points.h"
#include "base/sha256.h"
#include "base/time.h"
#include "ledger/hold.h"

namespace fairpoint::storage {

// Append-only tables refuse UPDATE and DELETE; a projection's rows can be rebuilt from them.
enum class TableKind : uint8_t { kAppendOnly, kProjection };

enum class ColumnType : uint8_t {
  kBytes,   // VARBINARY, MEDIUMBLOB / BLOB
  kNumber,  // BIGINT / INTEGER: int64
  kSmall,   // TINYINT UNSIGNED / INTEGER: enumerations and booleans
  kHash,    // BINARY(32) / BLOB
};

struct ColumnInfo {
  std::string_view name;
  ColumnType type{};
  bool nullable = false;
  friend bool operator==(const ColumnInfo&, const ColumnInfo&) = default;
};

struct TableInfo {
  std::string_view name;
  TableKind kind{};
  size_t key_columns = 0;  // the first ones
  std::vector<ColumnInfo> columns;
};

// A value that is stored whole: Encode and Decode stand beside its type.
template <class Value>
concept StoredWhole = requires(const Value& value, std::string_view bytes, Value& decoded) {
  { Encode(value) } -> std::same_as<std::string>;
  { Decode(bytes, decoded) } -> std::same_as<bool>;
};

template <class Row>
struct Table;

// Lists the columns; every type that a field may have is here.
class ColumnLister {
 public:
  explicit ColumnLister(std::vector<ColumnInfo>& columns) : columns_(columns) {}

  template <class Tag>
  void operator()(std::string_view name, const base::Id<Tag>&) {
    Add(name, ColumnType::kBytes);
  }
  void operator()(std::string_view name, const std::string&) { Add(name, ColumnType::kBytes); }
  template <class Item>
  void operator()(std::string_view name, const std::vector<Item>&) {
    Add(name, ColumnType::kBytes);
  }
  template <StoredWhole Value>
  void operator()(std::string_view name, const Value&) {
    Add(name, ColumnType::kBytes);
  }
  void operator()(std::string_view name, const base::Hash&) { Add(name, ColumnType::kHash); }
  void operator()(std::string_view name, const int64_t&) { Add(name, ColumnType::kNumber); }
  void operator()(std::string_view name, const base::Points&) { Add(name, ColumnType::kNumber); }
  void operator()(std::string_view name, const base::Instant&) { Add(name, ColumnType::kNumber); }
  void operator()(std::string_view name, const std::optional<int64_t>&) {
    Add(name, ColumnType::kNumber, true);
  }
  void operator()(std::string_view name, const std::optional<base::Instant>&) {
    Add(name, ColumnType::kNumber, true);
  }
  void operator()(std::string_view name, const bool&) { Add(name, ColumnType::kSmall); }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void operator()(std::string_view name, const Enum&) {
    static_assert(sizeof(Enum) == 1);
    Add(name, ColumnType::kSmall);
  }

 private:
  void Add(std::string_view name, ColumnType type, bool nullable = false) {
    columns_.push_back({name, type, nullable});
  }

  std::vector<ColumnInfo>& columns_;
};

// Built at the first use, lives for ever. Thread-safe.
template <class Row>
const TableInfo& InfoOf() {
  static const TableInfo* const info = [] {
    auto* made = new TableInfo{Table<Row>::kName, Table<Row>::kKind, Table<Row>::kKeyColumns, {}};
    const Row row{};
    ColumnLister lister(made->columns);
    Table<Row>::Columns(lister, row);
    return made;
  }();
  return *info;
}

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SCHEMA_H_
