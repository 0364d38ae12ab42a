#include "server/imports/read_orders.h"

#include "server/imports/row_reader.h"

namespace fairpoint::server::imports {

absl::Status ReadOrders(const Mapping& mapping, const ByteSource& source, ReadFileResult& result) {
  RowReader rows(mapping, result.book);
  const absl::StatusOr<bool> read = ReadCsv(mapping.encoding, mapping.delimiter, source,
                                            [&rows](const CsvRow& row) { return rows.Read(row); });
  if (!read.ok()) return read.status();
  result.ends_in_newline = *read;
  Group(result.book);
  return absl::OkStatus();
}

}  // namespace fairpoint::server::imports
