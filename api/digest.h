// What makes two requests the same: a digest of every top-level field of the message, by protobuf
// reflection, so that a field added to the proto is never forgotten here. docs/hashing.md publishes
// the form.
#ifndef FAIRPOINT_API_DIGEST_H_
#define FAIRPOINT_API_DIGEST_H_

#include <string>
#include <string_view>

#include "engine/receipt.h"
#include "google/protobuf/message.h"

namespace fairpoint::api {

// Values that the door filled in for fields left empty (a batch's programme, a till's store): they
// are digested as if the caller had sent them, so that the same operation is the same request
// however it was posted. Empty: nothing was filled in.
struct FilledIn {
  std::string_view program_id;
  std::string_view store_id;
};

// Every field but `request_id`. Fields with an identity in the clear become personal fields. Fields
// unknown to this binary are ignored.
engine::RequestDigest DigestOf(const google::protobuf::Message& request, const FilledIn& filled);

// "differingFieldNumbers" as field names: "points,reason". Numbers that are no field are left out.
std::string FieldNames(const google::protobuf::Descriptor& request, std::string_view numbers);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_DIGEST_H_
