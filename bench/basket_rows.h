// The rows that a committed basket leaves: what the baseline writes, with the columns and about the
// bytes of what Fairpoint writes for the same basket.
#ifndef FAIRPOINT_BENCH_BASKET_ROWS_H_
#define FAIRPOINT_BENCH_BASKET_ROWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "bench/hand_price.h"
#include "checkout/order.h"
#include "engine/journal.h"
#include "engine/receipt.h"
#include "pricing/evidence.h"

namespace fairpoint::bench {

struct BasketRows {
  checkout::Placement placement;
  checkout::Order order;
  std::vector<checkout::OrderLine> lines;
  pricing::Evidence evidence;
  engine::Receipt receipt;
  engine::JournalRow journal;
};

// Basket `n` of a run with `salt`, nobody's, as priced; `lane` is where its journal row goes, and
// is moved on.
BasketRows CommitRows(uint64_t salt, uint64_t n, base::Instant now, const HandBasket& basket,
                      engine::JournalLane& lane);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_BASKET_ROWS_H_
