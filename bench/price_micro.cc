// What one price costs in memory.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "bench/catalogue.h"
#include "bench/spread.h"
#include "pricing/basket.h"
#include "pricing/channel_book.h"
#include "pricing/market.h"
#include "pricing/page.h"
#include "pricing/sku_book.h"

namespace fairpoint::bench {
namespace {

constexpr base::Instant kNow{1'790'000'000 * base::kMicrosPerSecond};
constexpr int64_t kHourMicros = 3'600 * base::kMicrosPerSecond;

pricing::Rules BenchRules() {
  pricing::Rules rules;
  rules.version = 1;
  rules.currency = "CNY";
  pricing::Channel own;
  own.channel_id = kOwnChannel;
  own.role = pricing::ChannelRole::kPrivate;
  rules.channels.push_back(own);
  for (const std::string_view channel_id : kReferences)
    rules.channels.emplace_back().channel_id = channel_id;
  return rules;
}

pricing::PriceFact FactOf(uint64_t sku, size_t channel, bool is_scheduled) {
  pricing::PriceFact fact;
  fact.channel_id = kReferences[channel];
  fact.listing_id = "L" + std::to_string(sku);
  fact.source_seq = is_scheduled ? 2 : 1;
  fact.amount = is_scheduled ? SaleAmount(sku, channel) : ShelfAmount(sku, channel);
  fact.window.from.micros = kNow.micros + (is_scheduled ? 24 : -2) * kHourMicros;
  if (is_scheduled) fact.window.until = base::Instant{kNow.micros + 48 * kHourMicros};
  fact.recorded_at.micros = kNow.micros - kHourMicros;
  return fact;
}

pricing::Offer OfferOf(uint64_t sku, bool is_list) {
  pricing::Offer offer;
  offer.channel_id = kOwnChannel;
  offer.offer_id = is_list ? "list" : "member";
  offer.revision = 1;
  offer.kind = is_list ? pricing::OfferKind::kList : pricing::OfferKind::kMember;
  if (!is_list) offer.audience.kind = pricing::OfferAudienceKind::kMembers;
  offer.amount = offer.asked_amount = is_list ? ListAmount(sku) : MemberAmount(sku);
  offer.window.from.micros = kNow.micros - 2 * kHourMicros;
  offer.recorded_at.micros = kNow.micros - kHourMicros;
  return offer;
}

pricing::SkuBook BookOf(uint64_t sku) {
  std::vector<pricing::PriceFact> facts;
  for (size_t channel = 0; channel < kReferences.size(); ++channel) {
    facts.push_back(FactOf(sku, channel, false));
    facts.push_back(FactOf(sku, channel, true));
  }
  std::vector<pricing::Offer> offers = {OfferOf(sku, true), OfferOf(sku, false)};
  int64_t head_seq = 0;
  for (pricing::PriceFact& fact : facts) fact.head_seq = ++head_seq;
  for (pricing::Offer& offer : offers) offer.head_seq = ++head_seq;
  return pricing::SkuBook().With(facts, offers);
}

// Four, over all SKUs, as the catalogue's.
std::vector<pricing::ChannelPromotion> FourPromotions() {
  std::vector<pricing::ChannelPromotion> promotions(4);
  for (size_t i = 0; i < promotions.size(); ++i) {
    pricing::ChannelPromotion& promotion = promotions[i];
    promotion.promotion_id = "p" + std::to_string(i);
    promotion.source_seq = 1;
    promotion.order = static_cast<int64_t>(i);
    promotion.window.from.micros = kNow.micros - 2 * kHourMicros;
    promotion.recorded_at = kNow;
    promotion.head_seq = static_cast<int64_t>(i + 1);
  }
  promotions[0].terms.steps = {{30'000, 2'000}, {100'000, 8'000}, {300'000, 30'000}};
  promotions[1].terms.kind = pricing::PromotionKind::kPercent;
  promotions[1].terms.off_bp = 300;
  promotions[1].terms.reduction_max = 5'000;
  promotions[2].terms.kind = pricing::PromotionKind::kNthItem;
  promotions[2].terms.nth = 3;
  promotions[2].terms.off_bp = 2'000;
  promotions[2].terms.mixed = true;
  promotions[3].terms.kind = pricing::PromotionKind::kIdenticalGift;
  promotions[3].terms.buy = 5;
  promotions[3].terms.get = 1;
  return promotions;
}

// Fed and fresh.
pricing::ChannelBook FreshBook(const std::vector<pricing::ChannelPromotion>& promotions) {
  pricing::FeedReport report;
  report.head_seq = static_cast<int64_t>(promotions.size()) + 1;
  report.complete_as_of = kNow;
  report.recorded_at = kNow;
  const std::vector<pricing::FeedReport> reports = {report};
  return pricing::ChannelBook().With({.promotions = promotions, .reports = reports, .offers = {}});
}

std::vector<std::shared_ptr<const pricing::SkuBook>> MakeBooks(size_t count) {
  std::vector<std::shared_ptr<const pricing::SkuBook>> books(count);
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937_64(7));
  for (const size_t i : order) books[i] = std::make_shared<const pricing::SkuBook>(BookOf(i));
  return books;
}

pricing::Shopper Member() {
  pricing::Shopper shopper;
  shopper.channel_id = kOwnChannel;
  shopper.is_member = true;
  shopper.level = 1;
  return shopper;
}

pricing::Market MarketOf(const pricing::Rules& rules, const pricing::ChannelBook& book) {
  return pricing::MakeMarket(rules, kOwnChannel, kNow, [&](std::string_view channel_id) {
    return channel_id == kOwnChannel ? nullptr : &book;
  });
}

// A page of 100 SKUs at random, read as the catalogue does it. Many books are spread over memory as
// a catalogue's are; few stay in the processor's cache, and show what the computing alone costs.
void BM_PriceForPage(benchmark::State& state) {
  constexpr size_t kPage = 100;
  const auto count = static_cast<size_t>(state.range(0));
  const std::vector<std::shared_ptr<const pricing::SkuBook>> books = MakeBooks(count);
  const pricing::Rules rules = BenchRules();
  const pricing::ChannelBook fresh = FreshBook({});
  const pricing::Shopper shopper = Member();
  const pricing::Market market = MarketOf(rules, fresh);
  uint64_t n = 0;
  int64_t sold = 0;
  std::array<const pricing::SkuBook*, kPage> shown{};
  while (state.KeepRunningBatch(kPage)) {
    for (const pricing::SkuBook*& book : shown) {
      book = books[Pick(1, n++, count)].get();
      book->Prefetch();
    }
    for (const pricing::SkuBook* const book : shown) book->PrefetchOffers();
    const pricing::Page page(market, shopper);
    for (const pricing::SkuBook* const book : shown) {
      const pricing::PagePrice price = page.Price("sku-00000000", book);
      sold += price.obstacle == pricing::Obstacle::kNone ? 1 : 0;
      benchmark::DoNotOptimize(price);
    }
  }
  if (sold != state.iterations()) state.SkipWithError("some SKUs are not sold");
  size_t bytes = 0;
  size_t facts = 0;
  for (const auto& book : books) {
    bytes += book->BytesUsed();
    facts += book->facts().size();
  }
  state.counters["bytes_a_fact"] = static_cast<double>(bytes) / static_cast<double>(facts);
}
BENCHMARK(BM_PriceForPage)->Arg(100)->Arg(10'000);

// A basket of ten lines of two units, with four promotions in each of six channels.
void BM_PriceBasket(benchmark::State& state) {
  constexpr size_t kBooks = 10'000;
  constexpr size_t kLines = 10;
  const std::vector<std::shared_ptr<const pricing::SkuBook>> books = MakeBooks(kBooks);
  const pricing::Rules rules = BenchRules();
  const pricing::ChannelBook promoted = FreshBook(FourPromotions());
  const pricing::Shopper shopper = Member();
  const pricing::Market market = MarketOf(rules, promoted);
  std::vector<std::string> skus;
  for (size_t i = 0; i < kBooks; ++i) skus.push_back(SkuOf(i));
  uint64_t n = 0;
  for (auto _ : state) {
    std::vector<pricing::BasketLine> lines;
    for (size_t i = 0; i < kLines; ++i) {
      const size_t sku = Pick(1, n++, kBooks);
      lines.push_back({.sku = skus[sku], .quantity = 2, .book = books[sku].get()});
    }
    const pricing::BasketPrice price = pricing::PriceBasket(market, shopper, lines, 0);
    if (price.total == pricing::kAbsent) return state.SkipWithError("a basket is not sold");
    benchmark::DoNotOptimize(price);
  }
}
BENCHMARK(BM_PriceBasket)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fairpoint::bench
