// Work by hand on many connections at once, each with a thread, measured.
#ifndef FAIRPOINT_BENCH_CONNECTIONS_H_
#define FAIRPOINT_BENCH_CONNECTIONS_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "bench/baseline.h"
#include "bench/measured.h"

namespace fairpoint::bench {

// What one connection's thread does: `Transact(n)` does what has the numbers from n on, in
// one transaction, and returns how many units that were. Errors are sql::SQLException.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual int64_t Transact(uint64_t n) = 0;
  virtual void Rollback() = 0;
};

// Runs every connection on a thread of its own, from the same instant on. `units`: of a
// transaction.
Measured RunConnections(const BaselineOptions& options, int units,
                        const std::function<std::unique_ptr<Connection>(int number)>& connect);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_CONNECTIONS_H_
