// What a refusal carries beside its code and message, so that a program can act on it and a person
// can read it. Rooms make errors with one factory each; the door turns them into google.rpc details
// in one file.
#ifndef FAIRPOINT_BASE_ERROR_H_
#define FAIRPOINT_BASE_ERROR_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace fairpoint::base {

struct FieldViolation {
  std::string field;  // path as in the proto: "operations[3].points"
  std::string description;
  friend bool operator==(const FieldViolation&, const FieldViolation&) = default;
};

struct ErrorDetail {
  std::string reason;                           // UPPER_SNAKE_CASE, a contract
  std::map<std::string, std::string> metadata;  // lowerCamelCase keys
  std::vector<FieldViolation> violations;       // all of them, not the first
  std::optional<int64_t> retry_after_ms;        // set when the same request may succeed later
  std::string message_zh;  // for the person at the counter; the status message is the English one
  friend bool operator==(const ErrorDetail&, const ErrorDetail&) = default;
};

absl::Status MakeError(absl::StatusCode code, const std::string& message,
                       const ErrorDetail& detail);

// What MakeError attached, if it made this status.
std::optional<ErrorDetail> DetailOf(const absl::Status& status);

// The reason alone, or the code's name for a status that MakeError did not make.
std::string ReasonOf(const absl::Status& status);

// INVALID_ARGUMENT with reason INVALID_FIELDS, naming every violation. Requires at least one.
absl::Status InvalidFields(std::vector<FieldViolation> violations);

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_ERROR_H_
