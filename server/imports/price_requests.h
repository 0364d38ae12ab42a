// Prices of a file as PricingService takes them.
#ifndef FAIRPOINT_SERVER_IMPORTS_PRICE_REQUESTS_H_
#define FAIRPOINT_SERVER_IMPORTS_PRICE_REQUESTS_H_

#include "fairpoint/v1/price_facts.pb.h"
#include "fairpoint/v1/price_offers.pb.h"
#include "server/imports/price_book.h"
#include "server/imports/price_mapping.h"

namespace fairpoint::server::imports {

v1::PriceFact FactOf(const PriceMapping& mapping, const PriceBook& book, const FilePrice& price);

// Of kind LIST, to everyone.
v1::Offer OfferOf(const PriceMapping& mapping, const PriceBook& book, const FilePrice& price);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_PRICE_REQUESTS_H_
