// Descriptors of the tables of checkout/. Columns stand in the order of migrations/.
#ifndef FAIRPOINT_STORAGE_ORDER_TABLES_H_
#define FAIRPOINT_STORAGE_ORDER_TABLES_H_

#include <cstddef>
#include <string_view>

#include "checkout/order.h"
#include "storage/schema.h"

namespace fairpoint::storage {

// The columns of an OrderSource, in every table that has one.
template <class V, class Source>
void SourceColumns(V& v, Source& source) {
  v("store_id", source.store_id);
  v("associate_id", source.associate_id);
  v("channel_id", source.channel_id);
  v("scene", source.scene);
  v("session_id", source.session_id);
  v("group_id", source.group_id);
  v("campaign_id", source.campaign_id);
}

template <>
struct Table<checkout::Placement> {
  static constexpr std::string_view kName = "placement";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("order_id", row.order_id);
    v("member_id", row.member_id);
    v("currency", row.currency);
    v("amount", row.amount);
    v("points", row.points);
    v("earn_seq", row.earn_seq);
    v("placed_lines", row.lines);
    SourceColumns(v, row.source);
    v("legal_entity", row.legal_entity);
    v("reason", row.reason);
    v("actor", row.actor);
    v("request_id", row.request_id);
    v("program_version", row.program_version);
    v("effective_at", row.effective_at);
    v("recorded_at", row.recorded_at);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<checkout::OrderReturn> {
  static constexpr std::string_view kName = "order_return";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("return_id", row.return_id);
    v("member_id", row.member_id);
    v("matched", row.matched);
    v("unmatched", row.unmatched);
    v("without_receipt", row.without_receipt);
    v("taken", row.taken);
    v("points", row.points);
    v("deduct_minor_units", row.deduct_minor_units);
    v("first_seq", row.first_seq);
    v("entry_count", row.entry_count);
    SourceColumns(v, row.source);
    v("legal_entity", row.legal_entity);
    v("reason", row.reason);
    v("actor", row.actor);
    v("request_id", row.request_id);
    v("program_version", row.program_version);
    v("effective_at", row.effective_at);
    v("recorded_at", row.recorded_at);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<checkout::OrderClaim> {
  static constexpr std::string_view kName = "order_claim";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("order_id", row.order_id);
    v("member_id", row.member_id);
    v("points", row.points);
    v("earn_seq", row.earn_seq);
    v("reason", row.reason);
    v("actor", row.actor);
    v("request_id", row.request_id);
    v("program_version", row.program_version);
    v("recorded_at", row.recorded_at);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<checkout::Order> {
  static constexpr std::string_view kName = "order_head";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("order_id", row.order_id);
    v("member_id", row.member_id);
    v("order_seq", row.order_seq);
    v("earn_seq", row.earn_seq);
    v("taken", row.taken);
    v("restored", row.restored);
    v("deducted", row.deducted);
    v("effective_at", row.effective_at);
    v("claimed_at", row.claimed_at);
  }
};

template <>
struct Table<checkout::ReturnPart> {
  static constexpr std::string_view kName = "order_return_part";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("order_id", row.order_id);
    v("return_id", row.return_id);
    v("matched", row.matched);
    v("taken", row.taken);
    v("restored", row.restored);
    v("deducted", row.deducted);
  }
};

template <>
struct Table<checkout::OrderLine> {
  static constexpr std::string_view kName = "order_line";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("order_id", row.order_id);
    v("line_number", row.line_number);
    v("member_id", row.member_id);
    v("sku", row.sku);
    v("quantity", row.quantity);
    v("amount", row.amount);
    v("points", row.points);
    v("units_returned", row.units_returned);
    v("amount_returned", row.amount_returned);
    v("points_returned", row.points_returned);
    v("effective_at", row.effective_at);
    v("order_seq", row.order_seq);
    v("is_open", row.is_open);
    v("credited", row.credited);
  }
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_ORDER_TABLES_H_
