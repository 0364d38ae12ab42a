#include "storage/prices.h"

#include <cstdint>
#include <string>
#include <utility>

#include "storage/keyed_load.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

// A head without its book, which is read from other pages.
struct HeadVersion {
  base::ProgramId program_id;
  std::string sku;
  int64_t version = 0;
};

}  // namespace

template <>
struct Table<HeadVersion> {
  static constexpr std::string_view kName = Table<pricing::PriceHead>::kName;
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("sku", row.sku);
    v("version", row.version);
  }
};

absl::Status LockPriceHeads(Connection& connection, std::span<const engine::SkuName> ascending,
                            RowLock lock, std::vector<pricing::PriceHead>& found) {
  const KeyedSelect select{.key = "sku", .order = "sku", .mysql_lock = LockClause(lock)};
  found.clear();
  std::vector<HeadVersion> versions;
  const absl::Status status = LoadByKeys(connection, select, ascending, versions);
  for (HeadVersion& head : versions)
    found.push_back({std::move(head.program_id), std::move(head.sku), head.version, {}});
  return status;
}

absl::Status LoadPriceHeads(Connection& connection, std::span<const engine::SkuName> names,
                            std::vector<pricing::PriceHead>& found) {
  return LoadByKeys(connection, {.key = "sku"}, names, found);
}

absl::Status LoadChannelHeads(Connection& connection, std::span<const engine::ChannelName> names,
                              RowLock lock, std::vector<pricing::ChannelHead>& found) {
  return LoadByKeys(connection,
                    {.key = "channel_id", .order = "channel_id", .mysql_lock = LockClause(lock)},
                    names, found);
}

absl::Status LockOfferStocks(Connection& connection,
                             std::span<const engine::OfferStockName> ascending,
                             std::vector<pricing::OfferStock>& found) {
  return LoadByKeys(connection,
                    {.compound = "channel_id = ? AND offer_id = ? AND sku = ?",
                     .order = "channel_id, offer_id, sku",
                     .mysql_lock = LockClause(RowLock::kExclusive)},
                    ascending, found);
}

template <class Row>
absl::Status FindBySource(Connection& connection, std::span<const engine::SourceKeyName> names,
                          std::vector<Row>& found) {
  const std::string index = Text(Table<Row>::kName, "_source");
  return LoadByKeys(connection, {.key = "source_key", .sqlite_index = index, .mysql_index = index},
                    names, found);
}

template absl::Status FindBySource(Connection&, std::span<const engine::SourceKeyName>,
                                   std::vector<pricing::PriceFact>&);
template absl::Status FindBySource(Connection&, std::span<const engine::SourceKeyName>,
                                   std::vector<pricing::Offer>&);
template absl::Status FindBySource(Connection&, std::span<const engine::SourceKeyName>,
                                   std::vector<pricing::ChannelPromotion>&);

absl::Status LoadFactsBySeq(Connection& connection, std::span<const engine::SkuSeq> names,
                            std::vector<pricing::PriceFact>& found) {
  return LoadByKeys(connection, {.compound = "sku = ? AND head_seq = ?", .order = "sku, head_seq"},
                    names, found);
}

absl::Status LoadFactsOf(Connection& connection, std::span<const engine::SkuName> names,
                         std::vector<pricing::PriceFact>& found) {
  return LoadByKeys(connection, {.key = "sku", .order = "sku, head_seq"}, names, found);
}

absl::Status LoadOffersOf(Connection& connection, std::span<const engine::SkuName> names,
                          std::vector<pricing::Offer>& found) {
  return LoadByKeys(connection, {.key = "sku", .order = "sku, head_seq"}, names, found);
}

template <class Row>
absl::Status LoadOfChannels(Connection& connection, std::span<const engine::ChannelName> names,
                            std::vector<Row>& found) {
  return LoadByKeys(connection, {.key = "channel_id", .order = "channel_id, head_seq"}, names,
                    found);
}

template absl::Status LoadOfChannels(Connection&, std::span<const engine::ChannelName>,
                                     std::vector<pricing::ChannelPromotion>&);
template absl::Status LoadOfChannels(Connection&, std::span<const engine::ChannelName>,
                                     std::vector<pricing::FeedReport>&);

absl::Status LoadWideOffers(Connection& connection, std::span<const engine::ChannelName> names,
                            std::vector<pricing::Offer>& found) {
  return LoadByKeys(connection,
                    {.key = "channel_id", .also = "sku = x''", .order = "channel_id, head_seq"},
                    names, found);
}

absl::Status LoadEvidence(Connection& connection, std::span<const engine::EvidenceName> names,
                          std::vector<pricing::Evidence>& found) {
  return LoadByKeys(connection, {.key = "evidence_id"}, names, found);
}

absl::Status FindEvidenceOfOrders(Connection& connection, std::span<const engine::OrderName> names,
                                  std::vector<pricing::Evidence>& found) {
  // The condition beside the key is what SQLite's index is about.
  return LoadByKeys(connection,
                    {.key = "order_id",
                     .also = "order_id <> x''",
                     .order = "order_id, evidence_id",
                     .sqlite_index = "price_evidence_order",
                     .mysql_index = "price_evidence_order"},
                    names, found);
}

absl::Status LoadProtectedOrders(Connection& connection, std::span<const engine::OrderName> names,
                                 std::vector<pricing::ProtectedOrder>& found) {
  return LoadByKeys(connection, {.key = "order_id"}, names, found);
}

absl::Status LoadPriceCredits(Connection& connection, std::span<const engine::OrderName> names,
                              std::vector<pricing::PriceCredit>& found) {
  return LoadByKeys(connection, {.key = "order_id", .order = "order_id, credit_seq"}, names, found);
}

absl::Status LoadCreditSettlements(Connection& connection, std::span<const engine::OrderName> names,
                                   std::vector<pricing::CreditSettlement>& found) {
  return LoadByKeys(connection,
                    {.key = "order_id", .order = "order_id, credit_seq, settlement_seq"}, names,
                    found);
}

}  // namespace fairpoint::storage
