// Prices of single SKUs, as lists and pages of a shop show them.
#ifndef FAIRPOINT_PRICING_PAGE_H_
#define FAIRPOINT_PRICING_PAGE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "pricing/basket.h"
#include "pricing/cap.h"
#include "pricing/market.h"
#include "pricing/page_memory.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

// One unit.
struct PagePrice {
  Obstacle obstacle = Obstacle::kNone;
  int64_t list_amount = kAbsent;
  int64_t offered = kAbsent;
  int64_t amount = kAbsent;
  int64_t offer_seq = 0;
  bool is_wide = false;
  bool introductory = false;
  bool stocked = false;
  bool degraded = false;
  // What one unit costs where it costs least, before promotions.
  PageCosts::Cost cap;
  // The channel whose cap, of the unit or with its promotions, is the price; kAbsent: none.
  int64_t lowered_by = kAbsent;
  // Where most is saved, promotions taken off, among fresh channels; kNowhere: none is dearer.
  PageCosts::Cost dearest;
  base::Instant next_change = kNever;
  friend bool operator==(const PagePrice&, const PagePrice&) = default;
};

// For one shopper at one instant. Each price is that of PriceBasket for one unit without shipping.
// Thread-compatible. Refers to the market and the shopper: they must outlive it.
class Page {
 public:
  Page(const Market& market, const Shopper& shopper);

  // `book`: null where the SKU is unknown.
  PagePrice Price(std::string_view sku, const SkuBook* book) const;

 private:
  PageCosts CostsOf(const BasketLine& line) const;
  PageCosts CostsNow(const BasketLine& line) const;
  bool IsStillRight(const PageCosts& costs) const;
  bool MayBeRemembered(const PageCosts& costs, const SkuBook& book) const;
  // One unit in a channel, promotions taken off.
  struct Order {
    PageCosts::Cost goods;
    int64_t with_shipping = 0;
  };
  std::vector<Order> OrdersOf(const BasketLine& line, const std::vector<LineCost>& costs) const;
  std::vector<LineReference> StaleReferencesOf(const SkuBook& book) const;
  PagePrice ByBasket(const BasketLine& line) const;

  const Market& market_;
  const Shopper& shopper_;
  base::Instant next_change_;  // of the market
  uint64_t not_fresh_ = 0;     // channels, a bit each
  uint64_t promoted_ = 0;      // in which a promotion may be used
  bool promotions_are_for_all_ = true;
  bool has_few_channels_ = false;
  bool is_fed_ = true;  // every one of them was
};

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_PAGE_H_
