// Reading the fields of a request: each getter gives the domain's value and notes what is wrong, so
// that a caller learns all of it at once. After a violation the value returned is not to be used.
#ifndef FAIRPOINT_API_FIELDS_H_
#define FAIRPOINT_API_FIELDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/money.h"
#include "base/points.h"
#include "base/time.h"
#include "fairpoint/v1/resources.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "ledger/command.h"

namespace fairpoint::api {

inline constexpr size_t kReasonBytesMax = 256;
inline constexpr size_t kIdentityValueBytesMax = 256;

// A code of ISO 4217 by its form; what to say of one that is not.
bool IsCurrency(std::string_view text);
inline constexpr char kNoCurrency[] = "must be three capital letters (ISO 4217)";
// What others name their goods; likewise.
bool IsLabel(std::string_view text);
inline constexpr char kNoLabel[] = "must be 1-64 bytes of UTF-8 without control characters";

// Paths are as in the proto ("member.identity.kind"). Not thread-safe.
class Fields {
 public:
  Fields() = default;
  // Of one operation of a batch: paths become "operations[index].name.path".
  Fields(int operation_index, std::string_view operation_name)
      : operation_index_(operation_index), operation_name_(operation_name) {}

  void Wrong(std::string_view path, std::string_view description);
  bool ok() const { return violations_.empty(); }
  size_t wrong_count() const { return violations_.size(); }
  // OK, or INVALID_FIELDS with all of them.
  absl::Status status() const;

  base::ProgramId ProgramId(std::string_view path, const std::string& value);
  base::RequestId RequestId(std::string_view path, const std::string& value);
  base::MemberId MemberId(std::string_view path, const std::string& value);
  // A hold's or an entry's id.
  base::EntryName EntryName(std::string_view path, const std::string& value);
  // Empty: none.
  std::string Reference(std::string_view path, const std::string& value);
  std::string RequiredReference(std::string_view path, const std::string& value);
  std::string Label(std::string_view path, const std::string& value);
  // Free text; `required` refuses empty.
  std::string Reason(std::string_view path, const std::string& value, bool required);
  // > 0.
  base::Points Points(std::string_view path, int64_t value);
  // >= 0.
  int64_t NotNegative(std::string_view path, int64_t value);
  // > 0 minor units.
  base::Money Money(std::string_view path, const v1::Money& value);
  base::Instant Instant(std::string_view path, const google::protobuf::Timestamp& value);
  ledger::PlainIdentity Identity(std::string_view path, const v1::Identity& value);
  void IdentityKind(std::string_view path, const std::string& value);
  // 0: `fallback`.
  int64_t PageSize(std::string_view path, int32_t value, int32_t most, int32_t fallback);

 private:
  int operation_index_ = -1;
  std::string_view operation_name_;
  std::vector<base::FieldViolation> violations_;
};

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_FIELDS_H_
