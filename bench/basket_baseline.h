// (d) A basket committed by hand.
#ifndef FAIRPOINT_BENCH_BASKET_BASELINE_H_
#define FAIRPOINT_BENCH_BASKET_BASELINE_H_

#include "bench/baseline.h"
#include "bench/measured.h"

namespace fairpoint::bench {

// One transaction a basket of three lines, 16 connections: find the receipt, read the SKUs' facts,
// our offers and the channels' promotions that hold, price the basket (hand_price.h), insert
// placement, order, lines, evidence, receipt and journal row, commit. The database has the same
// catalogue. What it reads it does not lock: a price may change before it commits.
Measured RunBaskets(const BaselineOptions& options);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_BASKET_BASELINE_H_
