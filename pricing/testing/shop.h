// A programme with its channels, for tests that price: "app" is private; "jd", "tm" and "store" are
// references, of which "store" has member prices. All are fed and fresh at kNow unless a test says
// otherwise; rows are recorded a day before it.
#ifndef FAIRPOINT_PRICING_TESTING_SHOP_H_
#define FAIRPOINT_PRICING_TESTING_SHOP_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pricing/basket.h"
#include "pricing/channel_book.h"
#include "pricing/market.h"
#include "pricing/page.h"
#include "pricing/rules.h"
#include "pricing/sku_book.h"
#include "pricing/testing/rows.h"

namespace fairpoint::pricing::testing {

inline const base::Instant kNow = Day(30);
inline base::Instant Seconds(int64_t seconds) {
  return {kNow.micros + seconds * base::kMicrosPerSecond};
}

// Of one unit of a SKU, in force for long.
inline PriceFact Shelf(const std::string& channel_id, const std::string& sku, int64_t amount) {
  PriceFact fact = In(channel_id, Price(1, amount, Day(20)));
  fact.sku = sku;
  return fact;
}
inline PriceFact Numbered(int64_t source_seq, PriceFact fact) {
  fact.source_seq = source_seq;
  return fact;
}
inline PriceFact During(base::Instant from, std::optional<base::Instant> until, PriceFact fact) {
  fact.window = {from, until};
  return fact;
}
inline PriceFact Pack(int64_t pack, PriceFact fact) {
  fact.pack = pack;
  fact.listing_id = "L" + std::to_string(pack);
  return fact;
}
inline PriceFact Shipped(int64_t shipping, PriceFact fact) {
  fact.shipping = shipping;
  return fact;
}

inline Offer ListOf(const std::string& sku, int64_t amount) {
  Offer offer = OfferOf(1, amount, Day(20));
  offer.sku = sku;
  offer.offer_id = "list";
  return offer;
}
inline Offer For(OfferAudience audience, const std::string& offer_id, Offer offer) {
  offer.kind = audience.kind == OfferAudienceKind::kNewcomers ? OfferKind::kIntroductory
                                                              : OfferKind::kMember;
  offer.introductory = offer.kind == OfferKind::kIntroductory;
  offer.audience = std::move(audience);
  offer.offer_id = offer_id;
  return offer;
}
inline Offer ForLevel(int64_t level, Offer offer) {
  return For({OfferAudienceKind::kMembers, level, ""}, "level" + std::to_string(level),
             std::move(offer));
}
inline Offer ForPlan(const std::string& plan_id, Offer offer) {
  return For({OfferAudienceKind::kPlan, 0, plan_id}, plan_id, std::move(offer));
}
inline Offer ForNewcomers(Offer offer) {
  return For({OfferAudienceKind::kNewcomers, 0, ""}, "newcomers", std::move(offer));
}
// Of the same audience, but off the list price.
inline Offer Percent(int64_t off_bp, Offer offer) {
  offer.amount = offer.asked_amount = 0;
  offer.off_bp = off_bp;
  offer.offer_id += "-percent";
  return offer;
}

// So much off from a threshold on.
inline ChannelPromotion Off(const std::string& channel_id, int64_t reduction, int64_t threshold) {
  ChannelPromotion promotion = PromotionOf(1, Day(20));
  promotion.channel_id = channel_id;
  promotion.terms.steps = {{threshold, reduction}};
  return promotion;
}

inline Shopper Stranger() {
  Shopper shopper;
  shopper.channel_id = "app";
  return shopper;
}
inline Shopper Member(int64_t level, std::vector<std::string> plan_ids = {}) {
  Shopper shopper = Stranger();
  shopper.is_member = true;
  shopper.level = level;
  shopper.plan_ids = std::move(plan_ids);
  return shopper;
}

struct Asked {
  std::string sku;
  int64_t quantity = 1;
  int64_t quoted = kAbsent;
};

// Its markets and lines refer to it, and are good until it is changed.
class Shop {
 public:
  Shop() {
    rules.currency = "CNY";
    for (const char* id : {"app", "jd", "store", "tm"}) {
      Channel channel;
      channel.channel_id = id;
      channel.role =
          id == std::string_view("app") ? ChannelRole::kPrivate : ChannelRole::kReference;
      channel.member_prices = id == std::string_view("store");
      rules.channels.push_back(channel);
      complete[id] = Seconds(-3600);
    }
  }

  Shop& Add(PriceFact fact) {
    fact.head_seq = ++versions_[fact.sku];
    fact.recorded_at = recorded_at;
    facts_[fact.sku].push_back(std::move(fact));
    return *this;
  }
  Shop& Add(Offer offer) {
    offer.head_seq =
        offer.sku.empty() ? ++versions_["channel " + offer.channel_id] : ++versions_[offer.sku];
    offer.recorded_at = recorded_at;
    (offer.sku.empty() ? wide_[offer.channel_id] : offers_[offer.sku]).push_back(std::move(offer));
    return *this;
  }
  Shop& Add(ChannelPromotion promotion) {
    promotion.head_seq = ++versions_["channel " + promotion.channel_id];
    promotion.recorded_at = recorded_at;
    promotions_[promotion.channel_id].push_back(std::move(promotion));
    return *this;
  }

  Market MarketAt(const Shopper& shopper, base::Instant now = kNow) {
    for (const Channel& channel : rules.channels)
      channels_[channel.channel_id] = ChannelOf(channel.channel_id);
    return MakeMarket(rules, shopper.channel_id, now, [this](std::string_view id) {
      const auto found = channels_.find(id);
      return found == channels_.end() ? nullptr : &found->second;
    });
  }
  std::vector<BasketLine> Lines(const std::vector<Asked>& asked) {
    std::vector<BasketLine> lines;
    for (const Asked& each : asked) {
      const std::string& sku = *skus_.insert(each.sku).first;
      if (versions_.count(sku) > 0) books_[sku] = BookOf(sku);
      const auto book = books_.find(sku);
      lines.push_back(
          {sku, each.quantity, book == books_.end() ? nullptr : &book->second, each.quoted});
    }
    return lines;
  }

  BasketPrice Basket(const Shopper& shopper, const std::vector<Asked>& asked, int64_t shipping = 0,
                     base::Instant now = kNow) {
    const std::vector<BasketLine> lines = Lines(asked);
    return PriceBasket(MarketAt(shopper, now), shopper, lines, shipping);
  }
  PagePrice Page(const Shopper& shopper, const Asked& asked, base::Instant now = kNow) {
    const std::vector<Asked> one = {asked};
    const std::vector<BasketLine> lines = Lines(one);
    const Market market = MarketAt(shopper, now);
    return pricing::Page(market, shopper).Price(asked.sku, lines.front().book);
  }

  SkuBook BookOf(const std::string& sku) const {
    return SkuBook().With(RowsOf(facts_, sku), RowsOf(offers_, sku));
  }
  SkuBook HistoryOf(const std::string& sku) const {
    return SkuBook::OfHistory(RowsOf(facts_, sku), RowsOf(offers_, sku));
  }
  ChannelBook ChannelHistoryOf(const std::string& id) const {
    const std::vector<ChannelPromotion> promotions = RowsOf(promotions_, id);
    return ChannelBook::OfHistory({.promotions = promotions, .reports = {}, .offers = {}});
  }
  std::map<std::string, ChannelBook, std::less<>> ChannelHistories() const {
    std::map<std::string, ChannelBook, std::less<>> books;
    for (const Channel& channel : rules.channels)
      books[channel.channel_id] = ChannelHistoryOf(channel.channel_id);
    return books;
  }

  Rules rules;
  // Up to when the channels' feeds say to be complete; absent here: never fed.
  std::map<std::string, std::optional<base::Instant>> complete;
  base::Instant recorded_at = Day(29);  // of what is added

 private:
  template <class Row>
  static std::vector<Row> RowsOf(const std::map<std::string, std::vector<Row>>& rows,
                                 const std::string& name) {
    const auto found = rows.find(name);
    return found == rows.end() ? std::vector<Row>() : found->second;
  }

  ChannelBook ChannelOf(const std::string& id) const {
    std::vector<FeedReport> reports;
    const auto said = complete.find(id);
    if (said != complete.end()) {
      FeedReport report;
      const auto version = versions_.find("channel " + id);
      report.head_seq = 1 + (version == versions_.end() ? 0 : version->second);
      report.complete_as_of = said->second;
      report.recorded_at = recorded_at;
      reports.push_back(report);
    }
    const std::vector<ChannelPromotion> promotions = RowsOf(promotions_, id);
    const std::vector<Offer> offers = RowsOf(wide_, id);
    return ChannelBook().With({.promotions = promotions, .reports = reports, .offers = offers});
  }

  std::map<std::string, int64_t> versions_;
  std::map<std::string, std::vector<PriceFact>> facts_;
  std::map<std::string, std::vector<Offer>> offers_, wide_;
  std::map<std::string, std::vector<ChannelPromotion>> promotions_;
  std::set<std::string> skus_;  // of lines
  std::map<std::string, SkuBook> books_;
  std::map<std::string, ChannelBook, std::less<>> channels_;
};

}  // namespace fairpoint::pricing::testing

#endif  // FAIRPOINT_PRICING_TESTING_SHOP_H_
