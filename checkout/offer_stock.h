// What a basket takes of offers with stock. Pure.
#ifndef FAIRPOINT_CHECKOUT_OFFER_STOCK_H_
#define FAIRPOINT_CHECKOUT_OFFER_STOCK_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/time.h"
#include "checkout/basket.h"
#include "pricing/channel_book.h"
#include "pricing/evidence.h"
#include "pricing/heads.h"
#include "pricing/sku_book.h"

namespace fairpoint::checkout {

// The lines of the quote whose offer, one with stock, the books do not have as it was quoted any
// more: what it was is in its row. `own` is the book of the shopper's channel; null: it has none.
std::vector<const pricing::EvidenceLine*> LinesOfRevisedOffers(
    const pricing::Evidence& quote, const pricing::ChannelBook* own,
    std::span<const pricing::SkuBook* const> books);

// The offers with stock that the lines may take, as rows with nothing sold: to be locked.
// `quoted_offers` has the rows of LinesOfRevisedOffers, maybe more.
std::vector<pricing::OfferStock> StocksOf(const pricing::Evidence& quote,
                                          const pricing::ChannelBook* own,
                                          std::span<const pricing::SkuBook* const> books,
                                          std::span<const pricing::Offer> quoted_offers);

// What the lines of the price take, into `stocks` and `sold_out`. Errors: OFFER_SOLD_OUT.
absl::Status TakeStock(const BasketPrices& prices, const pricing::BasketPrice& price,
                       const std::string& actor, base::Instant now, BasketChanges& changes);

// Appends the stocked offers of the quote's lines, as they stand in the books: one that another
// basket sells out in the same transaction is found by these.
void AppendStockedOffers(const pricing::Evidence& quote, const pricing::ChannelBook* own,
                         std::span<const pricing::SkuBook* const> books,
                         std::vector<pricing::Offer>& offers);

}  // namespace fairpoint::checkout

#endif  // FAIRPOINT_CHECKOUT_OFFER_STOCK_H_
