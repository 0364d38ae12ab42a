// The tables of ledger/'s values. See tables.h.
#ifndef FAIRPOINT_STORAGE_LEDGER_TABLES_H_
#define FAIRPOINT_STORAGE_LEDGER_TABLES_H_

#include <string_view>

#include "ledger/entry.h"
#include "ledger/hold.h"
#include "ledger/lot.h"
#include "ledger/member.h"
#include "ledger/program.h"
#include "storage/schema.h"

namespace fairpoint::storage {

template <>
struct Table<ledger::ProgramHead> {
  static constexpr std::string_view kName = "program";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 1;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("latest_version", row.latest_version);
    v("head_hash", row.head_hash);
  }
};

template <>
struct Table<ledger::ProgramVersion> {
  static constexpr std::string_view kName = "program_version";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("version", row.version);
    v("effective_from", row.effective_from);
    v("text", row.text);
    v("text_sha256", row.text_sha256);
    v("actor", row.actor);
    v("request_id", row.request_id);
    v("recorded_at", row.recorded_at);
    v("prev_hash", row.prev_hash);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<ledger::Member> {
  static constexpr std::string_view kName = "member";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("member_id", row.member_id);
    v("state", row.state);
    v("phone_only", row.phone_only);
    v("entry_seq", row.entry_seq);
    v("event_seq", row.event_seq);
    v("head_hash", row.head_hash);
    v("event_head_hash", row.event_head_hash);
    v("available", row.available);
    v("pending", row.pending);
    v("held", row.held);
    v("debt", row.debt);
    v("lifetime_earned", row.lifetime_earned);
    v("next_due_at", row.next_due_at);
    v("last_recorded_at", row.last_recorded_at);
    v("created_at", row.created_at);
    v("order_seq", row.order_seq);
    v("merged_into", row.merged_into);
    v("merged_count", row.merged_count);
  }
};

template <>
struct Table<ledger::MemberKey> {
  static constexpr std::string_view kName = "member_key";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("member_id", row.member_id);
    v("key_version", row.key_version);
    v("wrapped", row.wrapped);
  }
};

template <>
struct Table<ledger::MemberTags> {
  static constexpr std::string_view kName = "member_tag";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("member_id", row.member_id);
    v("ciphertext", row.ciphertext);
  }
};

template <>
struct Table<ledger::MemberEvent> {
  static constexpr std::string_view kName = "member_event";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("member_id", row.member_id);
    v("event_seq", row.event_seq);
    v("kind", row.kind);
    v("phone_only", row.phone_only);
    v("reason", row.reason);
    v("actor", row.actor);
    v("request_id", row.request_id);
    v("recorded_at", row.recorded_at);
    v("prev_hash", row.prev_hash);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
    v("detail", row.detail);
  }
};

template <>
struct Table<ledger::Identity> {
  static constexpr std::string_view kName = "identity";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("lookup_hash", row.lookup_hash);
    v("member_id", row.member_id);
    v("kind", row.kind);
    v("key_version", row.key_version);
    v("ciphertext", row.ciphertext);
    v("linked_at", row.linked_at);
  }
};

template <>
struct Table<ledger::Entry> {
  static constexpr std::string_view kName = "entry";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("member_id", row.member_id);
    v("seq", row.seq);
    v("txn_seq", row.txn_seq);
    v("kind", row.kind);
    v("from_account", row.from);
    v("to_account", row.to);
    v("points", row.points);
    v("lot_seq", row.lot_seq);
    v("hold_seq", row.hold_seq);
    v("reverses_seq", row.reverses_seq);
    v("available_at", row.available_at);
    v("expires_at", row.expires_at);
    v("effective_at", row.effective_at);
    v("recorded_at", row.recorded_at);
    v("order_id", row.order_id);
    v("order_line", row.order_line);
    v("store_id", row.store_id);
    v("legal_entity", row.legal_entity);
    v("reason", row.reason);
    v("actor", row.actor);
    v("request_id", row.request_id);
    v("program_version", row.program_version);
    v("available_after", row.available_after);
    v("pending_after", row.pending_after);
    v("held_after", row.held_after);
    v("debt_after", row.debt_after);
    v("prev_hash", row.prev_hash);
    v("hash", row.hash);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
    v("peer_id", row.peer_id);
    v("peer_seq", row.peer_seq);
    v("earned_at", row.earned_at);
  }
};

template <>
struct Table<ledger::Lot> {
  static constexpr std::string_view kName = "lot";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("member_id", row.member_id);
    v("lot_seq", row.lot_seq);
    v("points", row.points);
    v("pending", row.pending);
    v("available", row.available);
    v("held", row.held);
    v("expired", row.expired);
    v("repaid", row.repaid);
    v("taken_back", row.taken_back);
    v("effective_at", row.effective_at);
    v("available_at", row.available_at);
    v("expires_at", row.expires_at);
    v("is_open", row.is_open);
  }
};

template <>
struct Table<ledger::Hold> {
  static constexpr std::string_view kName = "hold";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("member_id", row.member_id);
    v("hold_seq", row.hold_seq);
    v("state", row.state);
    v("points", row.points);
    v("captured", row.captured);
    v("expires_at", row.expires_at);
    v("slices", row.slices);
  }
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_LEDGER_TABLES_H_
