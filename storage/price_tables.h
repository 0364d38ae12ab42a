// Descriptors of the tables of pricing/. Columns stand in the order of migrations/.
#ifndef FAIRPOINT_STORAGE_PRICE_TABLES_H_
#define FAIRPOINT_STORAGE_PRICE_TABLES_H_

#include <cstddef>
#include <string_view>

#include "pricing/evidence.h"
#include "pricing/fact.h"
#include "pricing/heads.h"
#include "pricing/offer.h"
#include "pricing/promotion.h"
#include "pricing/protection.h"
#include "storage/schema.h"

namespace fairpoint::storage {

// Columns that several tables have.
template <class V, class Scope>
void ScopeColumns(V& v, Scope& scope) {
  v("scope_kind", scope.kind);
  v("scope_id", scope.id);
}
template <class V, class Audience>
void AudienceColumns(V& v, Audience& audience) {
  v("audience_kind", audience.kind);
  v("plan_id", audience.plan_id);
}
template <class V, class Window>
void WindowColumns(V& v, Window& window) {
  v("valid_from", window.from);
  v("valid_until", window.until);
}

template <>
struct Table<pricing::PriceFact> {
  static constexpr std::string_view kName = "price_fact";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("sku", row.sku);
    v("head_seq", row.head_seq);
    v("kind", row.kind);
    v("channel_id", row.channel_id);
    v("listing_id", row.listing_id);
    v("source_seq", row.source_seq);
    ScopeColumns(v, row.scope);
    AudienceColumns(v, row.audience);
    v("item_condition", row.condition);
    v("third_party", row.third_party);
    v("currency", row.currency);
    v("pack", row.pack);
    v("amount", row.amount);
    v("platform_subsidy", row.platform_subsidy);
    v("government_subsidy", row.government_subsidy);
    v("tax_ppm", row.tax_ppm);
    v("shipping", row.shipping);
    WindowColumns(v, row.window);
    v("source", row.source);
    v("held_until", row.held_until);
    v("confirms_seq", row.confirms_seq);
    v("source_key", row.source_key);
    v("actor", row.actor);
    v("recorded_at", row.recorded_at);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<pricing::Offer> {
  static constexpr std::string_view kName = "price_offer";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 4;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("sku", row.sku);
    v("channel_id", row.channel_id);
    v("head_seq", row.head_seq);
    v("offer_id", row.offer_id);
    v("revision", row.revision);
    v("sold_out", row.sold_out);
    v("withdrawn", row.withdrawn);
    v("kind", row.kind);
    v("audience_kind", row.audience.kind);
    v("audience_level", row.audience.level);
    v("plan_id", row.audience.plan_id);
    v("introductory", row.introductory);
    v("amount", row.amount);
    v("per_units", row.per_units);
    v("off_bp", row.off_bp);
    v("asked_amount", row.asked_amount);
    v("floor_amount", row.floor_amount);
    ScopeColumns(v, row.scope);
    WindowColumns(v, row.window);
    v("scene", row.scene);
    v("session_id", row.session_id);
    v("stock", row.stock);
    v("currency", row.currency);
    v("source_key", row.source_key);
    v("actor", row.actor);
    v("recorded_at", row.recorded_at);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<pricing::ChannelPromotion> {
  static constexpr std::string_view kName = "channel_promotion";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("channel_id", row.channel_id);
    v("head_seq", row.head_seq);
    v("promotion_id", row.promotion_id);
    v("source_seq", row.source_seq);
    v("withdrawn", row.withdrawn);
    v("terms", row.terms);
    ScopeColumns(v, row.scope);
    AudienceColumns(v, row.audience);
    WindowColumns(v, row.window);
    v("sort_order", row.order);
    v("exclusive_group", row.exclusive_group);
    v("currency", row.currency);
    v("source", row.source);
    v("source_key", row.source_key);
    v("actor", row.actor);
    v("recorded_at", row.recorded_at);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<pricing::FeedReport> {
  static constexpr std::string_view kName = "feed_report";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("channel_id", row.channel_id);
    v("head_seq", row.head_seq);
    v("complete_as_of", row.complete_as_of);
    v("source", row.source);
    v("actor", row.actor);
    v("recorded_at", row.recorded_at);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<pricing::Evidence> {
  static constexpr std::string_view kName = "price_evidence";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("evidence_id", row.evidence_id);
    v("kind", row.kind);
    v("quote_id", row.quote_id);
    v("order_id", row.order_id);
    v("member_id", row.member_id);
    v("program_version", row.program_version);
    v("priced_at", row.priced_at);
    v("expires_at", row.expires_at);
    v("total", row.total);
    v("body", row.body);
    v("actor", row.actor);
    v("recorded_at", row.recorded_at);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<pricing::PriceCredit> {
  static constexpr std::string_view kName = "price_credit";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("order_id", row.order_id);
    v("credit_seq", row.credit_seq);
    v("line_number", row.line_number);
    v("member_id", row.member_id);
    v("units", row.units);
    v("amount", row.amount);
    v("currency", row.currency);
    v("sku", row.sku);
    v("channel_id", row.channel_id);
    v("fact_seq", row.fact_seq);
    v("fell_at", row.fell_at);
    v("actor", row.actor);
    v("recorded_at", row.recorded_at);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<pricing::CreditSettlement> {
  static constexpr std::string_view kName = "credit_settlement";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 4;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("order_id", row.order_id);
    v("credit_seq", row.credit_seq);
    v("settlement_seq", row.settlement_seq);
    v("state", row.state);
    v("payment_reference", row.payment_reference);
    v("reason", row.reason);
    v("actor", row.actor);
    v("request_id", row.request_id);
    v("recorded_at", row.recorded_at);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<pricing::PriceHead> {
  static constexpr std::string_view kName = "price_head";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("sku", row.sku);
    v("version", row.version);
    v("book", row.book);
  }
};

template <>
struct Table<pricing::ChannelHead> {
  static constexpr std::string_view kName = "channel_head";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("channel_id", row.channel_id);
    v("version", row.version);
    v("book", row.book);
  }
};

template <>
struct Table<pricing::ListingPlace> {
  static constexpr std::string_view kName = "price_listing";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 4;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("channel_id", row.channel_id);
    v("listing_id", row.listing_id);
    v("sku", row.sku);
  }
};

template <>
struct Table<pricing::OfferStock> {
  static constexpr std::string_view kName = "offer_stock";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 4;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("channel_id", row.channel_id);
    v("offer_id", row.offer_id);
    v("sku", row.sku);
    v("sold", row.sold);
  }
};

template <>
struct Table<pricing::ProtectedOrder> {
  static constexpr std::string_view kName = "protected_order";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("order_id", row.order_id);
    v("evidence_id", row.evidence_id);
    v("member_id", row.member_id);
    v("placed_at", row.placed_at);
    v("protected_until", row.protected_until);
    v("credit_count", row.credit_count);
    v("checked_at", row.checked_at);
    v("due_at", row.due_at);
  }
};

template <>
struct Table<pricing::ProtectedSku> {
  static constexpr std::string_view kName = "protected_line";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 4;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("sku", row.sku);
    v("placed_at", row.placed_at);
    v("order_id", row.order_id);
  }
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_PRICE_TABLES_H_
