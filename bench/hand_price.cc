#include "bench/hand_price.h"

#include <algorithm>
#include <tuple>

#include "absl/numeric/int128.h"
#include "pricing/fact.h"

namespace fairpoint::bench {
namespace {

// What the lines cost in one channel: -1 where it does not list them.
using Listed = std::vector<int64_t>;

// The fact that counts in each listing.
std::vector<const FactRead*> Counting(const PricesRead& read) {
  std::map<std::tuple<std::string, std::string, std::string>, const FactRead*> latest;
  for (const FactRead& fact : read.facts) {
    const FactRead*& known = latest[{fact.sku, fact.channel_id, fact.listing_id}];
    if (known == nullptr || known->source_seq < fact.source_seq) known = &fact;
  }
  std::vector<const FactRead*> counting;
  counting.reserve(latest.size());
  for (const auto& [listing, fact] : latest) counting.push_back(fact);
  return counting;
}

void TakeOffers(const PricesRead& read, HandLine& line) {
  line.offered = INT64_MAX;
  for (const OfferRead& offer : read.offers) {
    if (offer.sku != line.sku) continue;
    const int64_t amount = line.quantity * offer.amount / offer.per_units;
    if (offer.kind == pricing::OfferKind::kList) line.list_amount = amount;
    if (amount >= line.offered) continue;
    line.offered = amount;
    line.offer_seq = offer.head_seq;
  }
  line.amount = line.offered;
}

// Lowers the lines to their caps; what each costs by channel.
std::map<std::string, Listed> CapLines(const PricesRead& read, HandBasket& basket) {
  std::map<std::string, Listed> listed;
  for (const FactRead* const fact : Counting(read)) {
    for (size_t i = 0; i < basket.lines.size(); ++i) {
      HandLine& line = basket.lines[i];
      if (fact->sku != line.sku) continue;
      const int64_t paid =
          pricing::PaidOf(fact->amount, fact->tax_ppm, fact->platform_subsidy, false);
      const int64_t cap = pricing::CapOf(paid, fact->pack, line.quantity);
      Listed& there = listed.try_emplace(fact->channel_id, basket.lines.size(), -1).first->second;
      if (there[i] < 0 || cap < there[i]) there[i] = cap;
      if (!line.cap_channel.empty() && cap >= line.cap) continue;
      line.cap = cap;
      line.cap_channel = fact->channel_id;
      line.cap_fact_seq = fact->head_seq;
    }
  }
  for (HandLine& line : basket.lines)
    if (!line.cap_channel.empty()) line.amount = std::min(line.amount, line.cap);
  return listed;
}

int64_t ReductionOf(const pricing::PromotionTerms& terms, int64_t goods) {
  int64_t reduction = 0;
  if (terms.kind == pricing::PromotionKind::kThreshold) {
    for (const pricing::Step& step : terms.steps)
      if (goods >= step.threshold) reduction = step.reduction;
  }
  if (terms.kind == pricing::PromotionKind::kPercent) {
    reduction = (goods * terms.off_bp + pricing::kBasisPoints - 1) / pricing::kBasisPoints;
    if (terms.reduction_max > 0) reduction = std::min(reduction, terms.reduction_max);
  }
  return reduction;
}

// Takes `excess` off the lines that are listed, in proportion to what they have.
void TakeOff(const Listed& listed, int64_t excess, int64_t sum, HandBasket& basket) {
  int64_t left = excess;
  for (size_t i = 0; i < basket.lines.size(); ++i) {
    if (listed[i] < 0) continue;
    const int64_t share = static_cast<int64_t>(absl::int128(basket.lines[i].amount) * excess / sum);
    basket.lines[i].amount -= share;
    left -= share;
  }
  for (size_t i = 0; i < basket.lines.size() && left > 0; ++i) {
    if (listed[i] < 0) continue;
    const int64_t more = std::min(left, basket.lines[i].amount);
    basket.lines[i].amount -= more;
    left -= more;
  }
}

}  // namespace

void PriceByHand(const PricesRead& read, HandBasket& basket) {
  for (HandLine& line : basket.lines) TakeOffers(read, line);
  const std::map<std::string, Listed> listed = CapLines(read, basket);
  for (const auto& [channel_id, amounts] : listed) {
    HandChannel& channel = basket.channels[channel_id];
    for (size_t i = 0; i < amounts.size(); ++i) {
      if (amounts[i] < 0) continue;
      channel.goods += amounts[i];
      channel.ours += basket.lines[i].amount;
    }
    for (const PromotionRead& promotion : read.promotions) {
      if (promotion.channel_id != channel_id) continue;
      const int64_t reduction = ReductionOf(promotion.terms, channel.goods);
      if (reduction == 0) continue;
      channel.goods -= reduction;
      channel.promotion_seqs.push_back(promotion.head_seq);
    }
    if (channel.ours > channel.goods)
      TakeOff(amounts, channel.ours - channel.goods, channel.ours, basket);
    channel.ours = std::min(channel.ours, channel.goods);
  }
  for (const HandLine& line : basket.lines) basket.total += line.amount;
}

}  // namespace fairpoint::bench
