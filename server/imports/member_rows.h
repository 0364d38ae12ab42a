// A whole file to a book of members.
#ifndef FAIRPOINT_SERVER_IMPORTS_MEMBER_ROWS_H_
#define FAIRPOINT_SERVER_IMPORTS_MEMBER_ROWS_H_

#include "absl/status/statusor.h"
#include "base/sha256.h"
#include "base/time.h"
#include "server/imports/csv_file.h"
#include "server/imports/member_book.h"
#include "server/imports/member_mapping.h"

namespace fairpoint::server::imports {

struct MemberRowRules {
  base::Instant now;  // lots are earned until then
  // Lots expire after `now`; not asked of a file that is imported again.
  bool expire_later = true;
  std::optional<base::Instant> begins_at =
      std::nullopt;  // the programme; lots are earned from then
};

// Says whether the last row ends in a newline. An error (INVALID_ARGUMENT, or what `source` said)
// means that the file is no readable CSV, or its columns are not right: nothing of it may be used.
absl::StatusOr<bool> ReadMembers(const MemberMapping& mapping, const MemberRowRules& rules,
                                 const ByteSource& source, MemberBook& book);

// Hands `source` on; `hash` is of all bytes once it is at its end.
ByteSource Hashing(const ByteSource& source, base::Hash& hash);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_MEMBER_ROWS_H_
