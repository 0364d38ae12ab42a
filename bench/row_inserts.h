// Rows of Fairpoint's tables, inserted by statements that are prepared once.
#ifndef FAIRPOINT_BENCH_ROW_INSERTS_H_
#define FAIRPOINT_BENCH_ROW_INSERTS_H_

#include <string>
#include <vector>

#include "bench/sql_session.h"
#include "storage/sql.h"
#include "storage/tables.h"

namespace fairpoint::bench {

template <class Row>
void Insert(SqlSession& session, const std::vector<Row>& rows) {
  SqlBinder binder(session.Prepared(storage::InsertSql(storage::InfoOf<Row>(), rows.size())));
  for (const Row& row : rows) storage::Table<Row>::Columns(binder, row);
  binder.statement().executeUpdate();
}

template <class Row>
void Insert(SqlSession& session, const std::string& sql, const Row& row) {
  SqlBinder binder(session.Prepared(sql));
  storage::Table<Row>::Columns(binder, row);
  binder.statement().executeUpdate();
}

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_ROW_INSERTS_H_
