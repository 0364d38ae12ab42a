// Messages of text, and what was found wrong with one.
#ifndef FAIRPOINT_API_TESTING_MESSAGES_H_
#define FAIRPOINT_API_TESTING_MESSAGES_H_

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/error.h"

namespace fairpoint::api {

template <class Message>
Message FromText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// The paths of its violations; of an error without any, the error.
inline std::vector<std::string> WrongFields(const absl::Status& status) {
  std::vector<std::string> fields;
  if (status.ok()) return fields;
  const auto detail = base::DetailOf(status);
  if (!detail) return {status.ToString()};
  for (const base::FieldViolation& violation : detail->violations)
    fields.push_back(violation.field);
  return fields;
}

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_TESTING_MESSAGES_H_
