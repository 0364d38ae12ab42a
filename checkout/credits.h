// What price protection owes for an order: found by going through what its goods cost elsewhere
// since it was placed. Pure.
#ifndef FAIRPOINT_CHECKOUT_CREDITS_H_
#define FAIRPOINT_CHECKOUT_CREDITS_H_

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "checkout/order_book.h"
#include "checkout/program.h"
#include "pricing/channel_book.h"
#include "pricing/evidence.h"
#include "pricing/protection.h"
#include "pricing/sku_book.h"

namespace fairpoint::checkout {

// Every row that is known of an order's goods and channels.
struct PriceHistory {
  std::map<std::string, std::vector<pricing::PriceFact>, std::less<>> facts;  // by SKU
  std::map<std::string, pricing::ChannelBook, std::less<>> channels;  // ChannelBook::OfHistory
};

struct CreditChanges {
  std::vector<pricing::PriceCredit> credits;  // their hashes made
  std::vector<OrderLine> lines;               // as the credits leave them
  pricing::ProtectedOrder order;              // looked at up to now
};

// `basket` is the order's evidence; its lines must be in the book. Facts that are held now do not
// count yet.
CreditChanges PlanCredits(const pricing::ProtectedOrder& order, const pricing::Evidence& basket,
                          const OrderBook& book, const PriceHistory& history,
                          const Program& program, const std::string& actor, base::Instant now);

// When an order must be looked at again though nothing is written: the next instant, within its
// protection, at which something that is known changes. Nothing: never.
std::optional<base::Instant> NextLook(const pricing::ProtectedOrder& order,
                                      const PriceHistory& history, base::Instant now);

}  // namespace fairpoint::checkout

#endif  // FAIRPOINT_CHECKOUT_CREDITS_H_
