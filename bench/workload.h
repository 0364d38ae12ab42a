// What a load run sends: calls of one kind, made from messages that are encoded once and patched,
// so that the generator takes as little of the machine as it can (it shares two cores with the
// server and its database).
#ifndef FAIRPOINT_BENCH_WORKLOAD_H_
#define FAIRPOINT_BENCH_WORKLOAD_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fairpoint::bench {

// Thread-safe.
class Workload {
 public:
  virtual ~Workload() = default;
  // "/fairpoint.v1.PointsService/EarnPoints"
  virtual const std::string& method() const = 0;
  // What one call does: 1, or how many postings a batch has.
  virtual int64_t units_per_call() const { return 1; }
  // Of call number `call`, which is made once.
  virtual grpc::ByteBuffer Request(uint64_t call) = 0;
  // Looks at an answer that came with OK; returns how many of its units succeeded.
  virtual int64_t Succeeded(uint64_t call, grpc::ByteBuffer& answer) = 0;
};

struct WorkloadOptions {
  std::string program_id = "bench";
  std::string store_id = "S0001";
  std::vector<std::string> members;  // ids; each posting is for any of them
  int batch = 100;
  bool omit_entries = true;  // in the answers of batches
  uint64_t salt = 0;         // two runs on one store must not share it
};

// The empty message to the standard health service: what gRPC costs by itself.
std::unique_ptr<Workload> MakeEmptyCalls();
std::unique_ptr<Workload> MakeEarns(const WorkloadOptions& options);
// Of three lines, which earn what an EarnPoints of MakeEarns does.
std::unique_ptr<Workload> MakePurchases(const WorkloadOptions& options);
std::unique_ptr<Workload> MakeBatches(const WorkloadOptions& options);
std::unique_ptr<Workload> MakeBalanceReads(const WorkloadOptions& options);

// Enrols members 0 to count - 1, each by the identity {"card", "bench-<number>"}; doing it again
// finds the same members.
class Enrolment : public Workload {
 public:
  // The members so far; an empty id where the call failed. Requires that no call is under way.
  virtual const std::vector<std::string>& members() const = 0;
  // Call n is for the n-th of these from now on.
  virtual void Only(std::vector<uint64_t> numbers) = 0;
};
std::unique_ptr<Enrolment> MakeEnrolment(const WorkloadOptions& options, uint64_t count);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_WORKLOAD_H_
