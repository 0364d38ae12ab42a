// Tables of prices in memory, for stores that tests stand on: their keys, and every read of the
// port over them.
#ifndef FAIRPOINT_ENGINE_TESTING_PRICE_TABLES_H_
#define FAIRPOINT_ENGINE_TESTING_PRICE_TABLES_H_

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "engine/store.h"

namespace fairpoint::engine {

inline SkuName KeyOf(const pricing::PriceHead& row) { return {row.program_id, row.sku}; }
inline ChannelName KeyOf(const pricing::ChannelHead& row) {
  return {row.program_id, row.channel_id};
}
inline SkuSeq KeyOf(const pricing::PriceFact& row) {
  return {{row.program_id, row.sku}, row.head_seq};
}
inline OfferSeq KeyOf(const pricing::Offer& row) {
  return {{row.program_id, row.sku}, row.channel_id, row.head_seq};
}
inline ChannelSeq KeyOf(const pricing::ChannelPromotion& row) {
  return {{row.program_id, row.channel_id}, row.head_seq};
}
inline ChannelSeq KeyOf(const pricing::FeedReport& row) {
  return {{row.program_id, row.channel_id}, row.head_seq};
}
inline EvidenceName KeyOf(const pricing::Evidence& row) {
  return {row.program_id, row.evidence_id};
}
inline CreditName KeyOf(const pricing::PriceCredit& row) {
  return {{row.program_id, row.order_id}, row.credit_seq};
}
inline SettlementName KeyOf(const pricing::CreditSettlement& row) {
  return {{{row.program_id, row.order_id}, row.credit_seq}, row.settlement_seq};
}
using ListingKey = std::pair<ChannelName, ListedSku>;
inline ListingKey KeyOf(const pricing::ListingPlace& row) {
  return {{row.program_id, row.channel_id}, {row.listing_id, row.sku}};
}
inline OfferStockName KeyOf(const pricing::OfferStock& row) {
  return {row.program_id, row.channel_id, row.offer_id, row.sku};
}
inline OrderName KeyOf(const pricing::ProtectedOrder& row) {
  return {row.program_id, row.order_id};
}
using ProtectedSkuKey = std::pair<SkuName, PlacedOrder>;
inline ProtectedSkuKey KeyOf(const pricing::ProtectedSku& row) {
  return {{row.program_id, row.sku}, {row.placed_at, row.order_id}};
}
using CursorKey = std::pair<std::string, int64_t>;
inline CursorKey KeyOf(const FeedCursor& row) { return {row.name, row.lane}; }

template <template <class Key, class Row> class Table>
struct PriceTables {
  Table<SkuName, pricing::PriceHead> heads;
  Table<ChannelName, pricing::ChannelHead> channel_heads;
  Table<SkuSeq, pricing::PriceFact> facts;
  Table<OfferSeq, pricing::Offer> offers;
  Table<ChannelSeq, pricing::ChannelPromotion> promotions;
  Table<ChannelSeq, pricing::FeedReport> reports;
  Table<EvidenceName, pricing::Evidence> evidence;
  Table<CreditName, pricing::PriceCredit> credits;
  Table<SettlementName, pricing::CreditSettlement> settlements;
  Table<ListingKey, pricing::ListingPlace> listings;
  Table<OfferStockName, pricing::OfferStock> offer_stocks;
  Table<OrderName, pricing::ProtectedOrder> protected_orders;
  Table<ProtectedSkuKey, pricing::ProtectedSku> protected_skus;
  Table<CursorKey, FeedCursor> cursors;

  template <class Visit>
  void ForEach(const Visit& visit) {
    visit(heads), visit(channel_heads), visit(facts), visit(offers), visit(promotions);
    visit(reports), visit(evidence), visit(credits), visit(settlements), visit(listings);
    visit(offer_stocks), visit(protected_orders), visit(protected_skus), visit(cursors);
  }
};

// Where rows are. Those that are numbered have their numbers from a lock: that a key is taken can
// only be a mistake.
template <class Row>
struct PriceTable;
template <class Row>
concept PriceRow = requires { PriceTable<Row>::kName; };
template <PriceRow Row, class Tables>
auto& TableOf(Tables& tables) {
  return PriceTable<Row>::In(tables);
}

template <>
struct PriceTable<pricing::PriceHead> {
  static constexpr const char* kName = "price_head";
  static constexpr bool kIsNumbered = false;
  static auto& In(auto& tables) { return tables.heads; }
};
template <>
struct PriceTable<pricing::ChannelHead> {
  static constexpr const char* kName = "channel_head";
  static constexpr bool kIsNumbered = false;
  static auto& In(auto& tables) { return tables.channel_heads; }
};
template <>
struct PriceTable<pricing::PriceFact> {
  static constexpr const char* kName = "price_fact";
  static constexpr bool kIsNumbered = true;
  static auto& In(auto& tables) { return tables.facts; }
};
template <>
struct PriceTable<pricing::Offer> {
  static constexpr const char* kName = "price_offer";
  static constexpr bool kIsNumbered = true;
  static auto& In(auto& tables) { return tables.offers; }
};
template <>
struct PriceTable<pricing::ChannelPromotion> {
  static constexpr const char* kName = "channel_promotion";
  static constexpr bool kIsNumbered = true;
  static auto& In(auto& tables) { return tables.promotions; }
};
template <>
struct PriceTable<pricing::FeedReport> {
  static constexpr const char* kName = "feed_report";
  static constexpr bool kIsNumbered = true;
  static auto& In(auto& tables) { return tables.reports; }
};
template <>
struct PriceTable<pricing::Evidence> {
  static constexpr const char* kName = "price_evidence";
  static constexpr bool kIsNumbered = false;
  static auto& In(auto& tables) { return tables.evidence; }
};
template <>
struct PriceTable<pricing::PriceCredit> {
  static constexpr const char* kName = "price_credit";
  static constexpr bool kIsNumbered = true;
  static auto& In(auto& tables) { return tables.credits; }
};
template <>
struct PriceTable<pricing::CreditSettlement> {
  static constexpr const char* kName = "credit_settlement";
  static constexpr bool kIsNumbered = true;
  static auto& In(auto& tables) { return tables.settlements; }
};
template <>
struct PriceTable<pricing::ListingPlace> {
  static constexpr const char* kName = "price_listing";
  static constexpr bool kIsNumbered = true;
  static auto& In(auto& tables) { return tables.listings; }
};
template <>
struct PriceTable<pricing::OfferStock> {
  static constexpr const char* kName = "offer_stock";
  static constexpr bool kIsNumbered = false;
  static auto& In(auto& tables) { return tables.offer_stocks; }
};
template <>
struct PriceTable<pricing::ProtectedOrder> {
  static constexpr const char* kName = "protected_order";
  static constexpr bool kIsNumbered = false;
  static auto& In(auto& tables) { return tables.protected_orders; }
};
template <>
struct PriceTable<pricing::ProtectedSku> {
  static constexpr const char* kName = "protected_line";
  static constexpr bool kIsNumbered = false;
  static auto& In(auto& tables) { return tables.protected_skus; }
};
template <>
struct PriceTable<FeedCursor> {
  static constexpr const char* kName = "feed_cursor";
  static constexpr bool kIsNumbered = false;
  static auto& In(auto& tables) { return tables.cursors; }
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_TESTING_PRICE_TABLES_H_
