// Reads of prices by key, for both kinds of session. Every function empties `found` first; absent
// rows are left out.
#ifndef FAIRPOINT_STORAGE_PRICES_H_
#define FAIRPOINT_STORAGE_PRICES_H_

#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/store.h"
#include "storage/driver.h"
#include "storage/loads.h"

namespace fairpoint::storage {

absl::Status LockPriceHeads(Connection& connection, std::span<const engine::SkuName> ascending,
                            RowLock lock, std::vector<pricing::PriceHead>& found);
absl::Status LoadPriceHeads(Connection& connection, std::span<const engine::SkuName> names,
                            std::vector<pricing::PriceHead>& found);
absl::Status LoadChannelHeads(Connection& connection, std::span<const engine::ChannelName> names,
                              RowLock lock, std::vector<pricing::ChannelHead>& found);
absl::Status LockOfferStocks(Connection& connection,
                             std::span<const engine::OfferStockName> ascending,
                             std::vector<pricing::OfferStock>& found);
// Defined for PriceFact, Offer and ChannelPromotion.
template <class Row>
absl::Status FindBySource(Connection& connection, std::span<const engine::SourceKeyName> names,
                          std::vector<Row>& found);
absl::Status LoadFactsBySeq(Connection& connection, std::span<const engine::SkuSeq> names,
                            std::vector<pricing::PriceFact>& found);
absl::Status LoadFactsOf(Connection& connection, std::span<const engine::SkuName> names,
                         std::vector<pricing::PriceFact>& found);
absl::Status LoadOffersOf(Connection& connection, std::span<const engine::SkuName> names,
                          std::vector<pricing::Offer>& found);
// Defined for ChannelPromotion and FeedReport.
template <class Row>
absl::Status LoadOfChannels(Connection& connection, std::span<const engine::ChannelName> names,
                            std::vector<Row>& found);
// For all that the channels have.
absl::Status LoadWideOffers(Connection& connection, std::span<const engine::ChannelName> names,
                            std::vector<pricing::Offer>& found);
absl::Status LoadEvidence(Connection& connection, std::span<const engine::EvidenceName> names,
                          std::vector<pricing::Evidence>& found);
absl::Status FindEvidenceOfOrders(Connection& connection, std::span<const engine::OrderName> names,
                                  std::vector<pricing::Evidence>& found);
absl::Status LoadProtectedOrders(Connection& connection, std::span<const engine::OrderName> names,
                                 std::vector<pricing::ProtectedOrder>& found);
absl::Status LoadPriceCredits(Connection& connection, std::span<const engine::OrderName> names,
                              std::vector<pricing::PriceCredit>& found);
absl::Status LoadCreditSettlements(Connection& connection, std::span<const engine::OrderName> names,
                                   std::vector<pricing::CreditSettlement>& found);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_PRICES_H_
