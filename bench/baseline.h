// What Fairpoint is compared with, on the same tables of the same database.
#ifndef FAIRPOINT_BENCH_BASELINE_H_
#define FAIRPOINT_BENCH_BASELINE_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/measured.h"
#include "bench/sql_session.h"

namespace fairpoint::bench {

struct BaselineOptions {
  SqlServer server;
  std::vector<std::string> members;  // ids
  int connections = 16;
  int rows = 200;  // of bare inserts: postings a transaction
  // Of bare inserts: also the members' rows, which every posting changes, by INSERT ... ON
  // DUPLICATE KEY UPDATE. Without, only what is appended.
  bool with_members = true;
  // Of bare inserts: they read nothing, so they must be told where the members' entries have got
  // to.
  int64_t first_seq = 1;
  uint64_t skus = 100'000;  // of baskets: of the catalogue
  std::chrono::duration<double> warmup{1};
  std::chrono::duration<double> measure{5};
  uint64_t salt = 0;
};

// Puts the members there, with nothing on them. Leaves alone those that are there.
void SeedMembers(const BaselineOptions& options);

// (a) What a competent engineer writes by hand, one transaction a posting: find the receipt, lock
// the member, insert entry, lot and receipt, update the member, commit. Prepared statements, a
// connection a thread. No journal, and the time is the program's own.
Measured RunPostings(const BaselineOptions& options);

// (b) The limit: the same rows, inserted many a statement, nothing read or decided. A member is
// only ever touched by one connection.
Measured RunInserts(const BaselineOptions& options);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_BASELINE_H_
