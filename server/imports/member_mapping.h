// Which column of a members' file is what: the names of docs/imports.md, or those of a mapping
// file.
#ifndef FAIRPOINT_SERVER_IMPORTS_MEMBER_MAPPING_H_
#define FAIRPOINT_SERVER_IMPORTS_MEMBER_MAPPING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "fairpoint/v1/import_mapping.pb.h"

namespace fairpoint::server::imports {

// A mapping with its defaults filled in; without a file all of them.
struct MemberMapping {
  v1::MembersMapping::Columns columns;
  absl::TimeZone zone = absl::UTCTimeZone();
  v1::OrderMapping::Encoding encoding = v1::OrderMapping::UTF_8;
  char delimiter = ',';
  char tag_separator = ';';
};

// INVALID_ARGUMENT with a line for every fault, each as "LINE:COLUMN: what" where it has a place.
absl::StatusOr<MemberMapping> ReadMemberMapping(std::string_view text);

struct IdentityColumn {
  size_t column = 0;
  std::string kind;
};

// Which field of a row is what, from 0.
struct MemberColumns {
  std::vector<IdentityColumn> identities;  // as the file has them, at least one
  std::optional<size_t> tags;
  std::optional<size_t> points;
  std::optional<size_t> earned_at;
  std::optional<size_t> expires_at;
};

// INVALID_ARGUMENT lists all columns that are missing, twice there or unknown, what the unknown may
// be meant to be, and those that there are.
absl::StatusOr<MemberColumns> FindMemberColumns(const v1::MembersMapping::Columns& columns,
                                                const std::vector<std::string>& header);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_MEMBER_MAPPING_H_
