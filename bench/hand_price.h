// The price of a basket as somebody writes it who has one day for it: each line at our least offer,
// lowered to the least of all channels, and the whole to what the same lines cost in each channel
// with its thresholds and percentages. It tries no subsets of promotions, no other kinds of them,
// and looks at one instant.
#ifndef FAIRPOINT_BENCH_HAND_PRICE_H_
#define FAIRPOINT_BENCH_HAND_PRICE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "pricing/offer.h"
#include "pricing/promotion.h"

namespace fairpoint::bench {

// What is read of the rows.
struct FactRead {
  std::string sku, channel_id, listing_id;
  int64_t head_seq = 0, source_seq = 0;
  int64_t amount = 0, platform_subsidy = 0, tax_ppm = 0, pack = 1;
};
struct OfferRead {
  std::string sku;
  int64_t head_seq = 0;
  pricing::OfferKind kind{};
  int64_t amount = 0, per_units = 1;
};
struct PromotionRead {
  std::string channel_id;
  int64_t head_seq = 0;
  pricing::PromotionTerms terms;
};
// Of what holds now.
struct PricesRead {
  std::vector<FactRead> facts;
  std::vector<OfferRead> offers;
  std::vector<PromotionRead> promotions;
};

struct HandLine {
  std::string sku;
  int64_t quantity = 1;
  int64_t list_amount = 0, offered = 0, amount = 0;
  int64_t offer_seq = 0;
  int64_t cap = 0;
  std::string cap_channel;
  int64_t cap_fact_seq = 0;
};
struct HandChannel {
  int64_t goods = 0;  // promotions taken off
  int64_t ours = 0;
  std::vector<int64_t> promotion_seqs;
};
struct HandBasket {
  std::vector<HandLine> lines;  // sku and quantity given; the rest is filled
  std::map<std::string, HandChannel> channels;
  int64_t total = 0;
};

void PriceByHand(const PricesRead& read, HandBasket& basket);

}  // namespace fairpoint::bench

#endif  // FAIRPOINT_BENCH_HAND_PRICE_H_
