// Pages of prices and of what belongs to them. Every function empties `found` first.
#ifndef FAIRPOINT_STORAGE_PRICE_SCANS_H_
#define FAIRPOINT_STORAGE_PRICE_SCANS_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/store.h"
#include "storage/driver.h"

namespace fairpoint::storage {

// In key order. Defined for every table of prices that ReadSession scans.
template <class Name, class Row>
absl::Status ScanPriceRows(Connection& connection, const std::optional<Name>& after, size_t limit,
                           std::vector<Row>& found);

absl::Status LoadChannelHeadsOf(Connection& connection, const base::ProgramId& program_id,
                                std::vector<pricing::ChannelHead>& found);
absl::Status ReadOffers(Connection& connection, const engine::SkuPage& page,
                        std::vector<pricing::Offer>& found);
absl::Status ReadPriceCredits(Connection& connection, const base::ProgramId& program_id,
                              const std::optional<engine::CreditName>& after, size_t limit,
                              std::vector<pricing::PriceCredit>& found);
absl::Status FindProtectedOrders(Connection& connection, const engine::PlacedPage& page,
                                 std::string_view sku, std::vector<pricing::ProtectedSku>& found);
absl::Status ScanDueOrders(Connection& connection, base::Instant now, size_t limit,
                           std::vector<pricing::ProtectedOrder>& found);
absl::Status ScanProtectedOrders(Connection& connection, const engine::PlacedPage& page,
                                 std::vector<pricing::ProtectedOrder>& found);
absl::Status ScanListings(Connection& connection, const engine::ChannelName& channel,
                          const std::optional<engine::ListedSku>& after, size_t limit,
                          std::vector<pricing::ListingPlace>& found);
absl::Status LoadFeedCursors(Connection& connection, std::string_view name,
                             std::vector<engine::FeedCursor>& found);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_PRICE_SCANS_H_
