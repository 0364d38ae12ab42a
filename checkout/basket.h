// The smallest order there is: a quoted basket, charged the least of its quote, today's prices and
// today's caps. Pure, like checkout/plan.h.
#ifndef FAIRPOINT_CHECKOUT_BASKET_H_
#define FAIRPOINT_CHECKOUT_BASKET_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "checkout/command.h"
#include "checkout/plan.h"
#include "checkout/program.h"
#include "pricing/basket.h"
#include "pricing/evidence.h"
#include "pricing/heads.h"
#include "pricing/protection.h"

namespace fairpoint::checkout {

// The evidence of a basket is named after its quote: so a quote is committed once at most.
std::string EvidenceIdOf(const std::string& quote_id);

struct BasketChanges {
  Changes order;
  pricing::Evidence evidence;
  // What of offers with stock is sold with this order, and those of which nothing is left.
  std::vector<pricing::OfferStock> stocks;
  std::vector<pricing::Offer> sold_out;
  // Absent: the programme protects no prices.
  std::optional<pricing::ProtectedOrder> protection;
};

// What a basket's plan looks at, read under the locks of the heads and stocks.
struct BasketPrices {
  const pricing::Evidence& quote;
  const pricing::Market& market;                   // at the transaction's now
  std::span<const pricing::SkuBook* const> books;  // of the quote's lines
  // Rows of the offers with stock in these books and in the market's own channel; those not sold
  // yet may be missing.
  std::span<const pricing::OfferStock> stocks;
  // At least the rows of the offers of LinesOfRevisedOffers.
  std::span<const pricing::Offer> quoted_offers;
};

// Errors: those of checkout/errors.h, pricing/errors.h and ledger::CheckPosting.
absl::StatusOr<BasketChanges> PlanBasket(const CommitBasket& commit,
                                         const Circumstances& circumstances,
                                         const BasketPrices& prices);

}  // namespace fairpoint::checkout

#endif  // FAIRPOINT_CHECKOUT_BASKET_H_
