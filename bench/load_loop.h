// Drives a workload over gRPC and measures it.
#ifndef FAIRPOINT_BENCH_LOAD_LOOP_H_
#define FAIRPOINT_BENCH_LOAD_LOOP_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "bench/measured.h"
#include "bench/workload.h"

namespace fairpoint::bench {

struct LoadOptions {
  std::string server;   // host:port, without TLS
  std::string api_key;  // sent with every call; empty: none
  // A thread has its own connection and completion queue.
  int threads = 1;
  // Closed loop: calls under way, all threads together; each answer is followed by the next call.
  // Open loop: the most that may be under way.
  int in_flight = 64;
  // Open loop: calls a second, at random instants (Poisson) that do not wait for answers. A latency
  // counts from the instant at which its call was due, so that a server that stalls pays for every
  // call it kept from being sent (no coordinated omission). 0: closed.
  double rate = 0;
  std::chrono::duration<double> warmup{1};
  std::chrono::duration<double> measure{5};
  uint64_t calls_max = UINT64_MAX;  // ends earlier when so many were made
  std::chrono::seconds call_deadline{10};
  uint64_t salt = 0;  // of the random instants
};

// Returns when every call is answered; in bounded time, since each has a deadline. Errors are
// counted, not returned.
Measured RunLoad(const LoadOptions& options, Workload& workload);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_LOAD_LOOP_H_
