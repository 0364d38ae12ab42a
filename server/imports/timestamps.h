// Instants as protos.
#ifndef FAIRPOINT_SERVER_IMPORTS_TIMESTAMPS_H_
#define FAIRPOINT_SERVER_IMPORTS_TIMESTAMPS_H_

#include <google/protobuf/timestamp.pb.h>

#include "base/time.h"

namespace fairpoint::server::imports {

// Of an instant from 1970 on.
inline google::protobuf::Timestamp ToProto(base::Instant instant) {
  constexpr int64_t kNanosPerMicro = 1'000;
  google::protobuf::Timestamp out;
  out.set_seconds(instant.micros / base::kMicrosPerSecond);
  out.set_nanos(static_cast<int32_t>(instant.micros % base::kMicrosPerSecond * kNanosPerMicro));
  return out;
}

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_TIMESTAMPS_H_
