// The rows that one earning leaves: what the baselines write, with the columns and about the bytes
// of what Fairpoint writes for the same call.
#ifndef FAIRPOINT_BENCH_POSTING_ROWS_H_
#define FAIRPOINT_BENCH_POSTING_ROWS_H_

#include <cstdint>
#include <string>

#include "base/time.h"
#include "engine/receipt.h"
#include "ledger/entry.h"
#include "ledger/lot.h"
#include "ledger/member.h"

namespace fairpoint::bench {

struct PostingRows {
  ledger::Entry entry;
  ledger::Lot lot;
  engine::Receipt receipt;
};

// A member of programme "bench" who has nothing yet.
ledger::Member NewMember(const std::string& member_id, base::Instant now);

// Posting `n` of a run with `salt`: 120 points to `member`, which is changed as its row must be.
// `hashed`: the entry's hash covers its columns and continues the member's chain; otherwise it is
// filled with bytes that mean nothing (the bare inserts decide nothing).
PostingRows Post(uint64_t salt, uint64_t n, base::Instant now, bool hashed, ledger::Member& member);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_POSTING_ROWS_H_
