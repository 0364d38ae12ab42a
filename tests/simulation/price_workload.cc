#include "tests/simulation/price_workload.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "pricing/basket.h"
#include "pricing/market.h"
#include "pricing/saleable.h"

namespace fairpoint::simulation {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kAmountMin = 50;
constexpr int64_t kAmountMax = 150;

}  // namespace

PriceWorkload::PriceWorkload(Random& random) : random_(random) {
  const int64_t count = random_.Between(1, 4);
  for (int64_t i = 0; i < count; ++i) skus_.push_back(absl::StrCat("sku-", i));
}

PriceRequest PriceWorkload::Publication(int64_t now) {
  PriceRequest request;
  request.kind = PriceRequest::Kind::kPublish;
  request.request_id = absl::StrFormat("publish-%012d", ++requests_);
  request.tolerance_micros = random_.Percent(30) ? 0 : random_.Between(0, 15 * kMinute);
  if (random_.Percent(50)) request.effective_from = now + random_.Below(kHour);
  return request;
}

pricing::Window PriceWorkload::SomeWindow(int64_t now) {
  const int64_t reach = random_.Percent(50) ? kMinute : 4 * kHour;
  pricing::Window window{.from = {now + random_.Between(-reach, reach)}, .until = std::nullopt};
  if (random_.Percent(30))
    window.until = base::Instant{window.from.micros + 1 + random_.Below(reach)};
  return window;
}

pricing::PriceFact PriceWorkload::NewFact(int64_t now) {
  pricing::PriceFact fact;
  fact.program_id = base::ProgramId(kPriceProgram);
  fact.sku = random_.Pick(skus_);
  fact.channel_id = random_.Percent(50) ? "a" : "b";
  fact.listing_id = "listing";
  // Numbers may come in any order.
  numbers_ += 10;
  fact.source_seq = std::max<int64_t>(1, numbers_ - random_.Below(random_.Percent(70) ? 10 : 200));
  fact.source = "feed";
  fact.window = SomeWindow(now);
  if (random_.Percent(12)) {
    fact.kind = pricing::FactKind::kWithdrawal;
    fact.window.until.reset();
    return fact;
  }
  fact.currency = "CNY";
  fact.amount = random_.Between(kAmountMin, kAmountMax);
  return fact;
}

pricing::FeedReport PriceWorkload::CompleteAsOf(const std::string& channel_id, int64_t now) {
  pricing::FeedReport report;
  report.program_id = base::ProgramId(kPriceProgram);
  report.channel_id = channel_id;
  report.complete_as_of = base::Instant{now};
  report.source = "feed";
  report.actor = "till-1";
  return report;
}

PriceRequest PriceWorkload::FirstFacts(const std::string& channel_id, int64_t now) {
  PriceRequest request;
  for (const std::string& sku : skus_) {
    pricing::PriceFact fact = NewFact(now);
    fact.kind = pricing::FactKind::kPrice;
    fact.sku = sku;
    fact.channel_id = channel_id;
    fact.currency = "CNY";
    fact.amount = random_.Between(kAmountMin, kAmountMax);
    fact.window = {.from = {now - kHour}, .until = std::nullopt};
    facts_.push_back(fact);
    request.facts.push_back(std::move(fact));
  }
  request.feed = CompleteAsOf(channel_id, now);
  return request;
}

PriceRequest PriceWorkload::Facts(int64_t now) {
  PriceRequest request;
  const int64_t count = random_.Between(1, 4);
  for (int64_t i = 0; i < count; ++i) {
    if (random_.Percent(30)) {
      request.facts.push_back(random_.Pick(facts_));
      // The same number, saying something else.
      if (random_.Percent(20)) ++request.facts.back().amount;
    } else {
      facts_.push_back(NewFact(now));
      request.facts.push_back(facts_.back());
    }
  }
  if (random_.Percent(10)) request.feed = CompleteAsOf(random_.Percent(50) ? "a" : "b", now);
  return request;
}

pricing::Offer PriceWorkload::NewOffer(const std::string& sku, const std::string& offer_id,
                                       int64_t amount, int64_t now) {
  pricing::Offer offer;
  offer.program_id = base::ProgramId(kPriceProgram);
  offer.sku = sku;
  offer.channel_id = "mini";
  offer.offer_id = offer_id;
  offer.revision = ++numbers_;
  offer.amount = amount;
  offer.asked_amount = amount;
  offer.window = {.from = {now - kHour}, .until = std::nullopt};
  offer.currency = "CNY";
  offer.actor = "till-1";
  offer.source_key = pricing::SourceKey(offer);
  return offer;
}

PriceRequest PriceWorkload::FirstOffers(int64_t now) {
  PriceRequest request;
  request.kind = PriceRequest::Kind::kOffers;
  request.on_above_cap = pricing::OnAboveCap::kClamp;
  for (const std::string& sku : skus_)
    request.offers.push_back(NewOffer(sku, "list", kAmountMax, now));
  return request;
}

PriceRequest PriceWorkload::Offers(int64_t now) {
  PriceRequest request;
  request.kind = PriceRequest::Kind::kOffers;
  if (random_.Percent(60)) request.on_above_cap = pricing::OnAboveCap::kClamp;
  const bool is_flash = random_.Percent(50);
  pricing::Offer offer =
      NewOffer(random_.Pick(skus_), is_flash ? "flash" : "list",
               random_.Between(kAmountMin, is_flash ? kAmountMax / 2 : kAmountMax), now);
  if (is_flash) {
    offer.kind = pricing::OfferKind::kFlash;
    offer.stock = random_.Between(1, 20);
    offer.window = SomeWindow(now);
  }
  request.offers.push_back(std::move(offer));
  return request;
}

std::optional<PriceRequest> PriceWorkload::Quote(const engine::ProgramCache& programs,
                                                 const engine::PriceCatalog& catalog, int64_t now) {
  const base::ProgramId program_id(kPriceProgram);
  const engine::ProgramCache::Version program = programs.InForce(program_id, {now});
  if (program == nullptr) return std::nullopt;
  const engine::PriceCatalog::ChannelBooksPtr channels = catalog.Channels(program_id);
  const pricing::Market market =
      pricing::MakeMarket(program->prices, "mini", {now},
                          [&](std::string_view channel_id) { return channels->Find(channel_id); });
  pricing::Shopper shopper;
  shopper.channel_id = "mini";
  std::vector<engine::PriceCatalog::SkuBookPtr> books;
  std::vector<pricing::BasketLine> lines;
  for (const std::string& sku : skus_) {
    if (random_.Percent(50)) continue;
    books.push_back(catalog.Find(program_id, sku));
    lines.push_back({.sku = sku, .quantity = random_.Between(1, 4), .book = books.back().get()});
  }
  if (lines.empty()) return std::nullopt;
  const pricing::BasketPrice price = pricing::PriceBasket(market, shopper, lines, 0);
  if (!pricing::CheckSaleable(market, lines, price).ok()) return std::nullopt;
  PriceRequest request;
  request.kind = PriceRequest::Kind::kQuote;
  pricing::Evidence& quote = request.quote;
  quote.program_id = program_id;
  quote.evidence_id = absl::StrFormat("%015d", ++requests_);
  quote.program_version = program->version;
  quote.priced_at = {now};
  quote.expires_at = {now + program->prices.quote_for_micros};
  quote.total = price.total;
  quote.body = pricing::BodyOf(market, shopper, 0, lines, price);
  quote.actor = "app";
  quotes_.push_back(quote.evidence_id);
  return request;
}

std::optional<PriceRequest> PriceWorkload::Commit() {
  if (quotes_.empty()) return std::nullopt;
  PriceRequest request;
  request.kind = PriceRequest::Kind::kCommit;
  const auto count = static_cast<int64_t>(quotes_.size());
  const int64_t back =
      random_.Percent(80) ? random_.Below(std::min<int64_t>(count, 6)) : random_.Below(count);
  request.quote_id = quotes_[static_cast<size_t>(count - 1 - back)];
  request.request_id = absl::StrFormat("commit-%013d", ++requests_);
  // Now and then an order of that name is there.
  request.order_id = absl::StrCat("O", random_.Percent(5) ? requests_ / 2 : requests_);
  return request;
}

}  // namespace fairpoint::simulation
