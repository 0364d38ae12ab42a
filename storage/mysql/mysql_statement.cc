#include "storage/mysql/mysql_statement.h"

#include <cppconn/datatype.h>

#include <utility>

#include "storage/mysql/mysql_guard.h"

namespace fairpoint::storage {
namespace {
constexpr size_t kBytesRememberedMax = 64;
}  // namespace

template <class Body>
void MysqlStatement::Try(Body&& body) {
  if (!status_.ok()) return;
  status_ = Guarded(std::forward<Body>(body), [this](int number, std::string_view message) {
    return connection_.Failed(number, message);
  });
}

absl::Status MysqlStatement::TakeStatus() { return std::exchange(status_, absl::OkStatus()); }

MysqlStatement::Bound& MysqlStatement::BoundAt(size_t parameter) {
  if (parameter >= bound_.size()) bound_.resize(parameter + 1);
  return bound_[parameter];
}

void MysqlStatement::BindBytes(size_t parameter, std::string_view bytes) {
  Bound& bound = BoundAt(parameter);
  if (bound.kind == Bound::Kind::kBytes && bound.bytes == bytes) return;
  bound.kind = Bound::Kind::kUnknown;
  Try([&] {
    bytes_->assign(bytes);
    statement_->setString(static_cast<unsigned>(parameter) + 1, bytes_);
    // Long values seldom repeat.
    if (bytes.size() > kBytesRememberedMax) return;
    bound.bytes.assign(bytes);
    bound.kind = Bound::Kind::kBytes;
  });
}

void MysqlStatement::BindNumber(size_t parameter, int64_t number) {
  Bound& bound = BoundAt(parameter);
  if (bound.kind == Bound::Kind::kNumber && bound.number == number) return;
  bound.kind = Bound::Kind::kUnknown;
  Try([&] {
    statement_->setInt64(static_cast<unsigned>(parameter) + 1, number);
    bound.number = number;
    bound.kind = Bound::Kind::kNumber;
  });
}

void MysqlStatement::BindNull(size_t parameter) {
  Bound& bound = BoundAt(parameter);
  if (bound.kind == Bound::Kind::kNull) return;
  bound.kind = Bound::Kind::kUnknown;
  Try([&] {
    statement_->setNull(static_cast<unsigned>(parameter) + 1, sql::DataType::BIGINT);
    bound.kind = Bound::Kind::kNull;
  });
}

absl::Status MysqlStatement::Execute() {
  Try([&] { statement_->executeUpdate(); });
  return TakeStatus();
}

absl::Status MysqlStatement::Query() {
  Try([&] { rows_.reset(statement_->executeQuery()); });
  return TakeStatus();
}

absl::Status MysqlStatement::Next(bool& has_row) {
  has_row = false;
  Try([&] { has_row = rows_ != nullptr && rows_->next(); });
  if (!has_row) Finish();
  return TakeStatus();
}

void MysqlStatement::Finish() {
  // The result was stored by the client when the query ran: nothing is left on the wire.
  Try([&] { rows_ = nullptr; });
}

bool MysqlStatement::IsNull(size_t column) {
  bool is_null = true;
  Try([&] { is_null = rows_->isNull(static_cast<uint32_t>(column) + 1); });
  return is_null;
}

int64_t MysqlStatement::Number(size_t column) {
  int64_t number = 0;
  Try([&] { number = rows_->getInt64(static_cast<uint32_t>(column) + 1); });
  return number;
}

std::string_view MysqlStatement::Bytes(size_t column) {
  bytes_->clear();
  Try([&] { bytes_ = rows_->getString(static_cast<uint32_t>(column) + 1); });
  return bytes_.asStdString();
}

}  // namespace fairpoint::storage
