// Every table of Fairpoint. Columns bear the names of the fields they hold and stand in the order
// of migrations/; a column added here is added there by a new migration.
#ifndef FAIRPOINT_STORAGE_TABLES_H_
#define FAIRPOINT_STORAGE_TABLES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.h"
#include "base/time.h"
#include "engine/store.h"
#include "storage/ledger_tables.h"
#include "storage/order_tables.h"
#include "storage/price_tables.h"
#include "storage/schema.h"

namespace fairpoint::storage {

// A small fact about the store, set once.
struct MetaRow {
  std::string name;
  std::string value;
  friend bool operator==(const MetaRow&, const MetaRow&) = default;
};

// A migration that was applied.
struct MigrationRow {
  int64_t version = 0;
  std::string name;     // "0001_ledger"
  base::Hash sha256{};  // of its text
  base::Instant applied_at;
  friend bool operator==(const MigrationRow&, const MigrationRow&) = default;
};

template <>
struct Table<engine::Reversal> {
  static constexpr std::string_view kName = "reversal";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 3;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("member_id", row.member_id);
    v("txn_seq", row.txn_seq);
    v("by_txn_seq", row.by_txn_seq);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<engine::Receipt> {
  static constexpr std::string_view kName = "receipt";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("program_id", row.program_id);
    v("request_id", row.request_id);
    v("kind", row.kind);
    v("member_id", row.member_id);
    v("request_hash", row.request_hash);
    v("field_hashes", row.field_hashes);
    v("first_seq", row.first_seq);
    v("entry_count", row.entry_count);
    v("event_seq", row.event_seq);
    v("outcome", row.outcome);
    v("recorded_at", row.recorded_at);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<engine::JournalLane> {
  static constexpr std::string_view kName = "journal_lane";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 1;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
    v("head_hash", row.head_hash);
    v("owner", row.owner);
    v("lease_until", row.lease_until);
  }
};

template <>
struct Table<engine::JournalRow> {
  static constexpr std::string_view kName = "journal";
  static constexpr TableKind kKind = TableKind::kAppendOnly;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
    v("recorded_at", row.recorded_at);
    v("body", row.body);
    v("prev_hash", row.prev_hash);
    v("hash", row.hash);
  }
};

template <>
struct Table<engine::FeedCursor> {
  static constexpr std::string_view kName = "feed_cursor";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 2;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("name", row.name);
    v("lane", row.lane);
    v("lane_seq", row.lane_seq);
  }
};

template <>
struct Table<engine::ApiKey> {
  static constexpr std::string_view kName = "api_key";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 1;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("key_id", row.key_id);
    v("secret_sha256", row.secret_sha256);
    v("is_certificate", row.is_certificate);
    v("role", row.role);
    v("store_id", row.store_id);
    v("label", row.label);
    v("created_at", row.created_at);
    v("revoked_at", row.revoked_at);
  }
};

template <>
struct Table<MetaRow> {
  static constexpr std::string_view kName = "store_meta";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 1;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("name", row.name);
    v("value", row.value);
  }
};

template <>
struct Table<MigrationRow> {
  static constexpr std::string_view kName = "schema_migration";
  static constexpr TableKind kKind = TableKind::kProjection;
  static constexpr size_t kKeyColumns = 1;
  template <class V, class Row>
  static void Columns(V& v, Row& row) {
    v("version", row.version);
    v("name", row.name);
    v("sha256", row.sha256);
    v("applied_at", row.applied_at);
  }
};

// All of them.
const std::vector<const TableInfo*>& AllTables();

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_TABLES_H_
