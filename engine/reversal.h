// An operation that was undone, once at most: the row whose key makes "once" hold.
#ifndef FAIRPOINT_ENGINE_REVERSAL_H_
#define FAIRPOINT_ENGINE_REVERSAL_H_

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "base/sha256.h"

namespace fairpoint::engine {

// Append-only.
struct Reversal {
  base::ProgramId program_id;
  base::MemberId member_id;
  int64_t txn_seq = 0;     // the transaction undone
  int64_t by_txn_seq = 0;  // the transaction that undid it; 0: no points moved, only money
  int64_t lane = 0;        // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const Reversal&, const Reversal&) = default;
};

std::string Canonical(const Reversal& reversal);
base::Hash HashOf(const Reversal& reversal);

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_REVERSAL_H_
