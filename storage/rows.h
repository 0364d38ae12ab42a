// Rows into parameters and columns into rows, through the column visitors.
#ifndef FAIRPOINT_STORAGE_ROWS_H_
#define FAIRPOINT_STORAGE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "base/points.h"
#include "base/sha256.h"
#include "base/time.h"
#include "ledger/hold.h"
#include "storage/driver.h"
#include "storage/schema.h"

namespace fairpoint::storage {

// Binds values to consecutive parameters. Lives until the statement was executed: it keeps what had
// to be encoded.
class Binder {
 public:
  explicit Binder(Statement& statement) : statement_(statement) {}

  void Bytes(std::string_view bytes) { statement_.BindBytes(next_++, bytes); }
  void Number(int64_t number) { statement_.BindNumber(next_++, number); }

  template <class Row>
  void BindRow(const Row& row) {
    Table<Row>::Columns(*this, row);
  }

  template <class Tag>
  void operator()(std::string_view, const base::Id<Tag>& value) {
    Bytes(value.value());
  }
  void operator()(std::string_view, const std::string& value) { Bytes(value); }
  void operator()(std::string_view, const std::vector<ledger::HoldSlice>& value) {
    Bytes(encoded_.emplace_back(ledger::EncodeSlices(value)));
  }
  template <class Item>
  void operator()(std::string_view, const std::vector<Item>& value) {
    Bytes(encoded_.emplace_back(Encode(value)));
  }
  template <StoredWhole Value>
  void operator()(std::string_view, const Value& value) {
    Bytes(encoded_.emplace_back(Encode(value)));
  }
  void operator()(std::string_view, const base::Hash& value) { Bytes(base::AsBytes(value)); }
  void operator()(std::string_view, const int64_t& value) { Number(value); }
  void operator()(std::string_view, const base::Points& value) { Number(value.value); }
  void operator()(std::string_view, const base::Instant& value) { Number(value.micros); }
  void operator()(std::string_view, const std::optional<int64_t>& value) {
    value ? Number(*value) : Null();
  }
  void operator()(std::string_view, const std::optional<base::Instant>& value) {
    value ? Number(value->micros) : Null();
  }
  void operator()(std::string_view, const bool& value) { Number(value ? 1 : 0); }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void operator()(std::string_view, const Enum& value) {
    Number(static_cast<int64_t>(value));
  }

 private:
  void Null() { statement_.BindNull(next_++); }

  Statement& statement_;
  size_t next_ = 0;
  std::deque<std::string> encoded_;
};

// Reads one row. What cannot be held by its field (a hash of another length, an enumeration past a
// byte, a truth value past 1, malformed slices) is DATA_LOSS and named; a number that an
// enumeration does not know is passed on, for the verifier to judge.
class RowReader {
 public:
  explicit RowReader(Statement& statement) : statement_(statement) {}

  template <class Row>
  absl::Status Read(Row& row) {
    Table<Row>::Columns(*this, row);
    return bad_column_.empty() ? absl::OkStatus() : DataLoss(InfoOf<Row>());
  }

  template <class Tag>
  void operator()(std::string_view, base::Id<Tag>& value) {
    value = base::Id<Tag>(statement_.Bytes(next_++));
  }
  void operator()(std::string_view, std::string& value) { value.assign(statement_.Bytes(next_++)); }
  void operator()(std::string_view name, std::vector<ledger::HoldSlice>& value) {
    if (!ledger::DecodeSlices(statement_.Bytes(next_++), value)) Bad(name);
  }
  template <class Item>
  void operator()(std::string_view name, std::vector<Item>& value) {
    if (!Decode(statement_.Bytes(next_++), value)) Bad(name);
  }
  template <StoredWhole Value>
  void operator()(std::string_view name, Value& value) {
    if (!Decode(statement_.Bytes(next_++), value)) Bad(name);
  }
  void operator()(std::string_view name, base::Hash& value) {
    const std::string_view bytes = statement_.Bytes(next_++);
    if (bytes.size() != value.size()) return Bad(name);
    value = base::HashFromBytes(bytes);
  }
  void operator()(std::string_view, int64_t& value) { value = statement_.Number(next_++); }
  void operator()(std::string_view, base::Points& value) {
    value.value = statement_.Number(next_++);
  }
  void operator()(std::string_view, base::Instant& value) {
    value.micros = statement_.Number(next_++);
  }
  void operator()(std::string_view, std::optional<int64_t>& value) {
    value = Present() ? std::optional<int64_t>(statement_.Number(next_)) : std::nullopt;
    ++next_;
  }
  void operator()(std::string_view, std::optional<base::Instant>& value) {
    value = Present() ? std::optional<base::Instant>(base::Instant{statement_.Number(next_)})
                      : std::nullopt;
    ++next_;
  }
  void operator()(std::string_view name, bool& value) {
    const uint8_t number = Small(name);
    if (number > 1) Bad(name);
    value = number != 0;
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void operator()(std::string_view name, Enum& value) {
    value = static_cast<Enum>(Small(name));
  }

 private:
  bool Present() { return !statement_.IsNull(next_); }
  uint8_t Small(std::string_view name) {
    const int64_t number = statement_.Number(next_++);
    if (number < 0 || number > UINT8_MAX) Bad(name);
    return static_cast<uint8_t>(number);
  }
  void Bad(std::string_view name) {
    if (bad_column_.empty()) bad_column_ = name;
  }
  // The row's key is in the message, so that somebody can look at it.
  absl::Status DataLoss(const TableInfo& table);

  Statement& statement_;
  size_t next_ = 0;
  std::string_view bad_column_;
};

// Runs a bound query and appends its rows.
template <class Row>
absl::Status ReadRows(Statement& statement, std::vector<Row>& found) {
  if (absl::Status status = statement.Query(); !status.ok()) return status;
  while (true) {
    bool has_row = false;
    if (absl::Status status = statement.Next(has_row); !status.ok()) return status;
    if (!has_row) return absl::OkStatus();
    if (absl::Status status = RowReader(statement).Read(found.emplace_back()); !status.ok()) {
      statement.Finish();
      return status;
    }
  }
}

// Likewise; a row that cannot be read is found as far as it can be, and told to `tell`.
template <class Row, class Tell>
absl::Status ReadRows(Statement& statement, std::vector<Row>& found, const Tell& tell) {
  if (absl::Status status = statement.Query(); !status.ok()) return status;
  while (true) {
    bool has_row = false;
    if (absl::Status status = statement.Next(has_row); !status.ok()) return status;
    if (!has_row) return absl::OkStatus();
    const absl::Status read = RowReader(statement).Read(found.emplace_back());
    if (!read.ok()) tell(found.back(), std::string(read.message()));
  }
}

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_ROWS_H_
