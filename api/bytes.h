// Messages to and from the bytes that gRPC carries.
#ifndef FAIRPOINT_API_BYTES_H_
#define FAIRPOINT_API_BYTES_H_

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

namespace fairpoint::api {

// False if they are none. Takes the bytes.
bool Parse(grpc::ByteBuffer& bytes, google::protobuf::Message& message);
grpc::ByteBuffer Serialized(const google::protobuf::Message& message);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_BYTES_H_
