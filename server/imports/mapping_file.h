// What mapping files have in common.
#ifndef FAIRPOINT_SERVER_IMPORTS_MAPPING_FILE_H_
#define FAIRPOINT_SERVER_IMPORTS_MAPPING_FILE_H_

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "fairpoint/v1/import_mapping.pb.h"
#include "server/files.h"

namespace fairpoint::server::imports {

// Protobuf text format. INVALID_ARGUMENT with a line "LINE:COLUMN: what" for every fault.
absl::Status ParseMapping(std::string_view text, google::protobuf::Message& mapping);

// Each fills in or looks at what it is named for, or adds a fault.
void CheckTimeZone(const std::string& name, absl::TimeZone& zone, std::vector<std::string>& faults);
void CheckDelimiter(const std::string& written, v1::OrderMapping::Encoding encoding,
                    char& delimiter, std::vector<std::string>& faults);

inline constexpr int kMinorDigitsMax = 4;
void CheckMinorDigits(int digits, std::vector<std::string>& faults);

// UTF-8 where nothing is said.
v1::OrderMapping::Encoding EncodingOf(v1::OrderMapping::Encoding written);

// Three capital letters.
bool IsCurrency(std::string_view text);
// 1-64 printable ASCII characters without spaces.
bool IsId(std::string_view text);
// 1-64 bytes without control characters.
bool IsName(std::string_view text);
// 1-32 of [a-z0-9_].
bool IsIdentityKind(std::string_view text);

// A file by its `read`; errors name it.
template <class Mapping>
absl::StatusOr<Mapping> ReadMappingFile(const std::string& path,
                                        absl::StatusOr<Mapping> (*read)(std::string_view)) {
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<Mapping> mapping = read(*text);
  if (mapping.ok()) return mapping;
  return absl::InvalidArgumentError(
      absl::StrCat("the mapping ", path, ":\n", mapping.status().message()));
}

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_MAPPING_FILE_H_
