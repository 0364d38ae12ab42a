// What an import of members did, for a person and for a program; and whether it may begin.
#ifndef FAIRPOINT_SERVER_IMPORTS_MEMBER_SUMMARY_H_
#define FAIRPOINT_SERVER_IMPORTS_MEMBER_SUMMARY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "server/imports/member_book.h"
#include "server/imports/send_members.h"

namespace fairpoint::server::imports {

// What the old system says.
struct ExpectedTotals {
  std::optional<int64_t> members;
  std::optional<int64_t> points;
  std::optional<int64_t> lots;
};

// INVALID_ARGUMENT where a number that is required is not given, FAILED_PRECONDITION where one is
// another than the file's.
absl::Status CheckTotals(const Totals& totals, const ExpectedTotals& expected, bool required);

struct MemberSummary {
  int64_t rows = 0;
  int64_t rows_rejected = 0;
  Totals totals;  // of the file's good rows
  int64_t tags = 0;
  // Absent: the server was not asked.
  std::optional<MemberOutcome> outcome;
  int64_t milliseconds = 0;
};

// An object of the keys of docs/imports.md; null where only a server could say.
std::string ToJson(const MemberSummary& summary);
// Lines for a person.
std::string ToText(const MemberSummary& summary);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_MEMBER_SUMMARY_H_
