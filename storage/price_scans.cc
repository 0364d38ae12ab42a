#include "storage/price_scans.h"

#include <algorithm>
#include <limits>

#include "storage/scan.h"
#include "storage/tables.h"

namespace fairpoint::storage {
namespace {

constexpr size_t kAll = std::numeric_limits<size_t>::max();

std::vector<Value> ValuesOf(const engine::SkuName& name) {
  return {name.program_id.value(), name.sku};
}
std::vector<Value> ValuesOf(const engine::ChannelName& name) {
  return {name.program_id.value(), name.channel_id};
}
std::vector<Value> ValuesOf(const engine::OfferStockName& name) {
  return {name.program_id.value(), name.channel_id, name.offer_id, name.sku};
}
std::vector<Value> ValuesOf(const engine::SkuSeq& name) {
  return {name.sku.program_id.value(), name.sku.sku, name.head_seq};
}
std::vector<Value> ValuesOf(const engine::OfferSeq& name) {
  return {name.sku.program_id.value(), name.sku.sku, name.channel_id, name.head_seq};
}
std::vector<Value> ValuesOf(const engine::ChannelSeq& name) {
  return {name.channel.program_id.value(), name.channel.channel_id, name.head_seq};
}
std::vector<Value> ValuesOf(const engine::EvidenceName& name) {
  return {name.program_id.value(), name.evidence_id};
}
std::vector<Value> ValuesOf(const engine::CreditName& name) {
  return {name.order.program_id.value(), name.order.order_id, name.credit_seq};
}
std::vector<Value> ValuesOf(const engine::SettlementName& name) {
  return {name.credit.order.program_id.value(), name.credit.order.order_id, name.credit.credit_seq,
          name.settlement_seq};
}

template <class Row>
absl::Status ReadPage(Scan& scan, const engine::SkuPage& page, std::vector<Row>& found) {
  scan.Where("program_id = ?", page.sku.program_id.value());
  scan.Where("sku = ?", page.sku.sku);
  scan.Where("head_seq > ?", page.after_seq);
  scan.Where("head_seq < ?", page.before_seq);
  return scan.Read(page.limit, page.newest_first, found);
}

// Of the programme's or the SKU's orders, which the scan is about already.
template <class Row>
absl::Status ReadPage(Scan& scan, const engine::PlacedPage& page, std::vector<Row>& found) {
  const bool resumes = page.resume_after && page.resume_after->placed_at >= page.from;
  const int64_t from = resumes ? page.resume_after->placed_at.micros : page.from.micros;
  scan.Where("placed_at >= ?", from);
  scan.Where("placed_at < ?", page.until.micros);
  if (resumes) scan.WhereEither("placed_at > ? OR order_id > ?", from, page.resume_after->order_id);
  scan.OrderBy("placed_at, order_id");
  return scan.Read(page.limit, /*descending=*/false, found);
}

}  // namespace

template <class Name, class Row>
absl::Status ScanPriceRows(Connection& connection, const std::optional<Name>& after, size_t limit,
                           std::vector<Row>& found) {
  Scan scan(connection, InfoOf<Row>());
  if (after) scan.Key(">", ValuesOf(*after));
  return scan.Read(limit, /*descending=*/false, found);
}

template absl::Status ScanPriceRows(Connection&, const std::optional<engine::SkuName>&, size_t,
                                    std::vector<pricing::PriceHead>&);
template absl::Status ScanPriceRows(Connection&, const std::optional<engine::ChannelName>&, size_t,
                                    std::vector<pricing::ChannelHead>&);
template absl::Status ScanPriceRows(Connection&, const std::optional<engine::OfferStockName>&,
                                    size_t, std::vector<pricing::OfferStock>&);
template absl::Status ScanPriceRows(Connection&, const std::optional<engine::SkuSeq>&, size_t,
                                    std::vector<pricing::PriceFact>&);
template absl::Status ScanPriceRows(Connection&, const std::optional<engine::OfferSeq>&, size_t,
                                    std::vector<pricing::Offer>&);
template absl::Status ScanPriceRows(Connection&, const std::optional<engine::ChannelSeq>&, size_t,
                                    std::vector<pricing::ChannelPromotion>&);
template absl::Status ScanPriceRows(Connection&, const std::optional<engine::ChannelSeq>&, size_t,
                                    std::vector<pricing::FeedReport>&);
template absl::Status ScanPriceRows(Connection&, const std::optional<engine::EvidenceName>&, size_t,
                                    std::vector<pricing::Evidence>&);
template absl::Status ScanPriceRows(Connection&, const std::optional<engine::CreditName>&, size_t,
                                    std::vector<pricing::PriceCredit>&);
template absl::Status ScanPriceRows(Connection&, const std::optional<engine::SettlementName>&,
                                    size_t, std::vector<pricing::CreditSettlement>&);

absl::Status LoadChannelHeadsOf(Connection& connection, const base::ProgramId& program_id,
                                std::vector<pricing::ChannelHead>& found) {
  Scan scan(connection, InfoOf<pricing::ChannelHead>());
  scan.Where("program_id = ?", program_id.value());
  return scan.Read(kAll, /*descending=*/false, found);
}

absl::Status ReadOffers(Connection& connection, const engine::SkuPage& page,
                        std::vector<pricing::Offer>& found) {
  Scan scan(connection, InfoOf<pricing::Offer>());
  scan.OrderBy(page.newest_first ? "head_seq DESC" : "head_seq");
  return ReadPage(scan, page, found);
}

absl::Status ReadPriceCredits(Connection& connection, const base::ProgramId& program_id,
                              const std::optional<engine::CreditName>& after, size_t limit,
                              std::vector<pricing::PriceCredit>& found) {
  Scan scan(connection, InfoOf<pricing::PriceCredit>());
  scan.Where("program_id = ?", program_id.value());
  if (after) {
    scan.Where("order_id >= ?", after->order.order_id);
    scan.WhereEither("order_id > ? OR credit_seq > ?", after->order.order_id, after->credit_seq);
  }
  return scan.Read(limit, /*descending=*/false, found);
}

absl::Status FindProtectedOrders(Connection& connection, const engine::PlacedPage& page,
                                 std::string_view sku, std::vector<pricing::ProtectedSku>& found) {
  Scan scan(connection, InfoOf<pricing::ProtectedSku>());
  scan.Where("program_id = ?", page.program_id.value());
  scan.Where("sku = ?", sku);
  return ReadPage(scan, page, found);
}

absl::Status ScanProtectedOrders(Connection& connection, const engine::PlacedPage& page,
                                 std::vector<pricing::ProtectedOrder>& found) {
  const TableInfo& table = InfoOf<pricing::ProtectedOrder>();
  Scan scan(connection, table, ColumnNames(table), "protected_order_placed");
  scan.Where("program_id = ?", page.program_id.value());
  return ReadPage(scan, page, found);
}

absl::Status ScanDueOrders(Connection& connection, base::Instant now, size_t limit,
                           std::vector<pricing::ProtectedOrder>& found) {
  const TableInfo& table = InfoOf<pricing::ProtectedOrder>();
  Scan scan(connection, table, ColumnNames(table), "protected_order_due");
  scan.Where("due_at <= ?", now.micros);
  scan.OrderBy("due_at, program_id, order_id");
  return scan.Read(limit, /*descending=*/false, found);
}

absl::Status ScanListings(Connection& connection, const engine::ChannelName& channel,
                          const std::optional<engine::ListedSku>& after, size_t limit,
                          std::vector<pricing::ListingPlace>& found) {
  Scan scan(connection, InfoOf<pricing::ListingPlace>());
  scan.Where("program_id = ?", channel.program_id.value());
  scan.Where("channel_id = ?", channel.channel_id);
  if (after) {
    scan.Where("listing_id >= ?", after->listing_id);
    scan.WhereEither("listing_id > ? OR sku > ?", after->listing_id, after->sku);
  }
  return scan.Read(limit, /*descending=*/false, found);
}

absl::Status LoadFeedCursors(Connection& connection, std::string_view name,
                             std::vector<engine::FeedCursor>& found) {
  Scan scan(connection, InfoOf<engine::FeedCursor>());
  scan.Where("name = ?", name);
  return scan.Read(kAll, /*descending=*/false, found);
}

}  // namespace fairpoint::storage
