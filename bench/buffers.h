// Requests and answers as bytes.
#ifndef FAIRPOINT_BENCH_BUFFERS_H_
#define FAIRPOINT_BENCH_BUFFERS_H_

#include <grpc/slice.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace fairpoint::bench {

// A buffer of `size` bytes for `fill` to write.
template <class Fill>
grpc::ByteBuffer MakeBuffer(size_t size, Fill fill) {
  grpc_slice raw = grpc_slice_malloc(size);
  fill(reinterpret_cast<char*>(GRPC_SLICE_START_PTR(raw)));
  const grpc::Slice slice(raw, grpc::Slice::STEAL_REF);
  return grpc::ByteBuffer(&slice, 1);
}

inline grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// The bytes of an answer, whole. `kept` owns them.
inline std::string_view BytesOf(const grpc::ByteBuffer& answer, grpc::Slice& kept) {
  if (!answer.TrySingleSlice(&kept).ok() && !answer.DumpToSingleSlice(&kept).ok()) return {};
  return {reinterpret_cast<const char*>(kept.begin()), kept.size()};
}

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_BUFFERS_H_
