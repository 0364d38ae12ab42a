// How a transaction's rows come into the fake store's tables.
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/testing/fake_store.h"

namespace fairpoint::engine {
namespace {

MemberName MemberOf(const auto& row) { return {row.program_id, row.member_id}; }

MemberName KeyOf(const ledger::Member& row) { return MemberOf(row); }
MemberName KeyOf(const ledger::MemberKey& row) { return MemberOf(row); }
MemberName KeyOf(const ledger::MemberTags& row) { return MemberOf(row); }
IdentityName KeyOf(const ledger::Identity& row) { return {row.program_id, row.lookup_hash}; }
MemberSeq KeyOf(const ledger::MemberEvent& row) { return {MemberOf(row), row.event_seq}; }
MemberSeq KeyOf(const ledger::Entry& row) { return {MemberOf(row), row.seq}; }
MemberSeq KeyOf(const ledger::Lot& row) { return {MemberOf(row), row.lot_seq}; }
MemberSeq KeyOf(const ledger::Hold& row) { return {MemberOf(row), row.hold_seq}; }
MemberSeq KeyOf(const Reversal& row) { return {MemberOf(row), row.txn_seq}; }
RequestName KeyOf(const Receipt& row) { return {row.program_id, row.request_id}; }
std::pair<base::ProgramId, int64_t> KeyOf(const ledger::ProgramVersion& row) {
  return {row.program_id, row.version};
}
base::ProgramId KeyOf(const ledger::ProgramHead& row) { return row.program_id; }
OrderName KeyOf(const checkout::Placement& row) { return {row.program_id, row.order_id}; }
OrderName KeyOf(const checkout::OrderReturn& row) { return {row.program_id, row.return_id}; }
OrderName KeyOf(const checkout::OrderClaim& row) { return {row.program_id, row.order_id}; }
OrderName KeyOf(const checkout::Order& row) { return {row.program_id, row.order_id}; }
std::pair<OrderName, int64_t> KeyOf(const checkout::OrderLine& row) {
  return {{row.program_id, row.order_id}, row.line_number};
}
std::pair<OrderName, std::string> KeyOf(const checkout::ReturnPart& row) {
  return {{row.program_id, row.order_id}, row.return_id};
}
int64_t KeyOf(const JournalLane& row) { return row.lane; }
std::pair<int64_t, int64_t> KeyOf(const JournalRow& row) { return {row.lane, row.lane_seq}; }

template <class T>
std::vector<T> ToVector(const std::optional<T>& value) {
  return value ? std::vector<T>{*value} : std::vector<T>{};
}

}  // namespace

size_t FakeStore::CountRows(const WriteSet& w) {
  size_t prices = 0;
  VisitRows(w.prices, [&prices](const auto& rows, RowChange) { prices += rows.size(); });
  return prices + w.new_members.size() + w.members.size() + w.new_member_keys.size() +
         w.new_identities.size() + w.identities.size() + w.deleted_identities.size() +
         w.tags.size() + 2 * w.deleted_member_keys.size() + w.events.size() + w.entries.size() +
         w.new_lots.size() + w.lots.size() + w.new_holds.size() + w.holds.size() +
         w.reversals.size() + w.receipts.size() + w.program_versions.size() +
         w.new_program_heads.size() + w.program_heads.size() + w.placements.size() +
         w.order_returns.size() + w.order_claims.size() + w.new_orders.size() + w.orders.size() +
         w.new_order_lines.size() + w.order_lines.size() + w.new_return_parts.size() +
         (w.journal ? 1U : 0U) + (w.lane ? 1U : 0U);
}

bool FakeStore::IsOrderLocked(TxnId txn, const OrderName& name) const {
  const checkout::Order* const order = orders_.Read(name, txn);
  return orders_.IsLocked(name, txn) ||
         (order != nullptr && members_.IsLocked(MemberOf(*order), txn));
}

template <class Row>
bool FakeStore::MayWritePrice(TxnId txn, const Row& row, Mode mode) const {
  if constexpr (std::is_same_v<Row, pricing::ChannelPromotion> ||
                std::is_same_v<Row, pricing::FeedReport>) {
    return prices_.channel_heads.IsLocked({row.program_id, row.channel_id}, txn);
  } else if constexpr (std::is_same_v<Row, pricing::Offer>) {
    // A basket that sells an offer out has shared the head; its new version waits for the others.
    const auto guards = [&](const auto& heads, const auto& name) {
      return row.sold_out ? heads.IsLockedAtAll(name, txn) : heads.IsLocked(name, txn);
    };
    return row.sku.empty()
               ? guards(prices_.channel_heads, ChannelName{row.program_id, row.channel_id})
               : guards(prices_.heads, SkuName{row.program_id, row.sku});
  } else if constexpr (std::is_same_v<Row, pricing::PriceFact> ||
                       std::is_same_v<Row, pricing::ListingPlace>) {
    return row.sku.empty() ? prices_.channel_heads.IsLocked({row.program_id, row.channel_id}, txn)
                           : prices_.heads.IsLocked({row.program_id, row.sku}, txn);
  } else if constexpr (std::is_same_v<Row, pricing::PriceCredit> ||
                       std::is_same_v<Row, pricing::CreditSettlement>) {
    return IsOrderLocked(txn, {row.program_id, row.order_id});
  } else if constexpr (std::is_same_v<Row, pricing::ProtectedOrder>) {
    return mode == Mode::kInsert || IsOrderLocked(txn, {row.program_id, row.order_id});
  } else if constexpr (std::is_same_v<Row, pricing::PriceHead> ||
                       std::is_same_v<Row, pricing::ChannelHead>) {
    return mode == Mode::kInsert || TableOf<Row>(prices_).IsLockedAtAll(KeyOf(row), txn);
  } else if constexpr (std::is_same_v<Row, pricing::OfferStock>) {
    return mode == Mode::kInsert || TableOf<Row>(prices_).IsLocked(KeyOf(row), txn);
  } else {
    return true;  // evidence, what is found by SKU, cursors: nobody waits for them
  }
}

template <class Row>
PutResult FakeStore::PutSourceKey(TxnId id, const Row& row, std::vector<TxnId>& blockers) {
  const std::pair key(std::string(PriceTable<Row>::kName),
                      SourceKeyName{row.program_id, row.source_key});
  blockers = TableOf<Row>(prices_).Blockers(KeyOf(row), id, true);
  if (!blockers.empty()) return PutResult::kMustWait;
  blockers = source_keys_.Blockers(key, id, true);
  return source_keys_.Insert(key, true, id);
}

template <class Row>
bool FakeStore::MayWrite(TxnId txn, const Row& row, Mode mode) const {
  if constexpr (PriceRow<Row>) {
    return MayWritePrice(txn, row, mode);
  } else if constexpr (std::is_same_v<Row, ledger::Member>) {
    return mode == Mode::kInsert || members_.IsLocked(KeyOf(row), txn);
  } else if constexpr (std::is_same_v<Row, ledger::ProgramHead>) {
    return mode == Mode::kInsert || program_heads_.IsLocked(KeyOf(row), txn);
  } else if constexpr (std::is_same_v<Row, ledger::ProgramVersion>) {
    return row.version == 1 || program_heads_.IsLocked(row.program_id, txn);
  } else if constexpr (std::is_same_v<Row, JournalLane> || std::is_same_v<Row, JournalRow>) {
    return lanes_.IsLocked(row.lane, txn);
  } else if constexpr (std::is_same_v<Row, checkout::Order> ||
                       std::is_same_v<Row, checkout::OrderLine>) {
    // An order is guarded by its own row, and by its member's from when it has one.
    return mode == Mode::kInsert || orders_.IsLocked({row.program_id, row.order_id}, txn) ||
           members_.IsLocked(MemberOf(row), txn);
  } else if constexpr (std::is_same_v<Row, ledger::Identity>) {
    // Of whoever has it and of whoever is to have it; a new one's holder may be new too, and is
    // inserted after it.
    if (mode == Mode::kInsert) return true;
    const ledger::Identity* const had = identities_.Read(KeyOf(row), txn);
    return members_.IsLocked(MemberOf(row), txn) &&
           (had == nullptr || members_.IsLocked(MemberOf(*had), txn));
  } else if constexpr (std::is_same_v<Row, checkout::ReturnPart>) {
    return true;  // of an order return, which is guarded
  } else if constexpr (requires { row.source; } || std::is_same_v<Row, Receipt>) {
    return row.member_id.empty() || members_.IsLocked(MemberOf(row), txn);
  } else {
    return members_.IsLocked(MemberOf(row), txn);
  }
}

template <class Table, class Rows>
absl::Status FakeStore::PutRows(TxnId id, Table& table, const Rows& rows, Mode mode,
                                const char* name, size_t& position, size_t rows_max) {
  Transaction& txn = transactions_.at(id);
  for (const auto& row : rows) {
    if (position++ < txn.rows_written || txn.rows_written >= rows_max) continue;
    if (!MayWrite(id, row, mode))
      Violation(absl::StrCat("a row of ", name, " is written without the lock that guards it"));
    if constexpr (requires { row.source_key; }) {
      std::vector<TxnId> blockers;
      const PutResult put = PutSourceKey(id, row, blockers);
      if (put == PutResult::kMustWait) return Wait(id, std::move(blockers));
      if (put != PutResult::kDone) {
        ++counts_.unique_conflicts;
        return absl::AlreadyExistsError(absl::StrCat("duplicate source key in ", name));
      }
    }
    const PutResult put = mode == Mode::kReplace  ? table.Replace(KeyOf(row), row, id)
                          : mode == Mode::kUpsert ? table.Upsert(KeyOf(row), row, id)
                                                  : table.Insert(KeyOf(row), row, id);
    switch (put) {
      case PutResult::kDone:
        ++txn.rows_written;
        break;
      case PutResult::kMustWait:
        return Wait(id, table.Blockers(KeyOf(row), id, true));
      case PutResult::kMissing:
        Violation(absl::StrCat("a row of ", name, " is replaced that is not there"));
        return absl::InternalError("no such row");
      case PutResult::kTaken:
        // What numbers its rows under a lock can never meet a taken key.
        if (mode == Mode::kAppend)
          Violation(absl::StrCat("a row of ", name, " would be overwritten"));
        ++counts_.unique_conflicts;
        if constexpr (std::is_same_v<typename Rows::value_type, JournalRow>)
          return absl::OutOfRangeError(absl::StrCat("journal lane ", row.lane, " was set back"));
        return absl::AlreadyExistsError(absl::StrCat("duplicate key in ", name));
    }
  }
  return absl::OkStatus();
}

template <class Table, class Keys>
absl::Status FakeStore::DeleteRows(TxnId id, Table& table, const Keys& keys, const char* name,
                                   size_t& position, size_t rows_max) {
  Transaction& txn = transactions_.at(id);
  for (const auto& key : keys) {
    if (position++ < txn.rows_written || txn.rows_written >= rows_max) continue;
    const auto* const row = table.Read(key, id);
    if (row != nullptr && !members_.IsLocked(MemberOf(*row), id))
      Violation(absl::StrCat("a row of ", name, " is deleted without the lock that guards it"));
    if (table.Delete(key, id) == PutResult::kMustWait)
      return Wait(id, table.Blockers(key, id, true));
    ++txn.rows_written;  // one that is not there counts as deleted
  }
  return absl::OkStatus();
}

absl::Status FakeStore::WriteRows(TxnId txn, size_t rows_max) {
  // The transaction may end in here (a deadlock), and its changes with it.
  const std::shared_ptr<const WriteSet> changes = transactions_.at(txn).changes;
  const WriteSet& w = *changes;
  size_t at = 0;
  absl::Status status;
  const auto put = [&](auto& table, const auto& rows, Mode mode, const char* name) {
    if (status.ok() && !rows.empty()) status = PutRows(txn, table, rows, mode, name, at, rows_max);
  };
  const auto drop = [&](auto& table, const auto& keys, const char* name) {
    if (status.ok() && !keys.empty()) status = DeleteRows(txn, table, keys, name, at, rows_max);
  };
  put(members_, w.new_members, Mode::kInsert, "member");
  put(members_, w.members, Mode::kReplace, "member");
  put(member_keys_, w.new_member_keys, Mode::kInsert, "member_key");
  put(identities_, w.new_identities, Mode::kInsert, "identity");
  put(identities_, w.identities, Mode::kReplace, "identity");
  put(tags_, w.tags, Mode::kUpsert, "member_tag");
  put(events_, w.events, Mode::kAppend, "member_event");
  put(entries_, w.entries, Mode::kAppend, "entry");
  put(lots_, w.new_lots, Mode::kAppend, "lot");
  put(lots_, w.lots, Mode::kReplace, "lot");
  put(holds_, w.new_holds, Mode::kAppend, "hold");
  put(holds_, w.holds, Mode::kReplace, "hold");
  put(reversals_, w.reversals, Mode::kAppend, "reversal");
  put(receipts_, w.receipts, Mode::kInsert, "receipt");
  put(placements_, w.placements, Mode::kInsert, "placement");
  put(order_returns_, w.order_returns, Mode::kInsert, "order_return");
  put(order_claims_, w.order_claims, Mode::kInsert, "order_claim");
  put(orders_, w.new_orders, Mode::kInsert, "order_head");
  put(orders_, w.orders, Mode::kReplace, "order_head");
  put(order_lines_, w.new_order_lines, Mode::kInsert, "order_line");
  put(order_lines_, w.order_lines, Mode::kReplace, "order_line");
  put(return_parts_, w.new_return_parts, Mode::kInsert, "order_return_part");
  VisitRows(w.prices, [&](const auto& rows, RowChange change) {
    using Row = typename std::decay_t<decltype(rows)>::value_type;
    const Mode mode = change == RowChange::kReplaced        ? Mode::kReplace
                      : change == RowChange::kNewOrReplaced ? Mode::kUpsert
                      : PriceTable<Row>::kIsNumbered        ? Mode::kAppend
                                                            : Mode::kInsert;
    put(TableOf<Row>(prices_), rows, mode, PriceTable<Row>::kName);
  });
  put(program_versions_, w.program_versions, Mode::kInsert, "program_version");
  put(program_heads_, w.new_program_heads, Mode::kInsert, "program");
  put(program_heads_, w.program_heads, Mode::kReplace, "program");
  drop(identities_, w.deleted_identities, "identity");
  drop(tags_, w.deleted_member_keys, "member_tag");
  drop(member_keys_, w.deleted_member_keys, "member_key");
  put(journal_, ToVector(w.journal), Mode::kAppend, "journal");
  put(lanes_, ToVector(w.lane), Mode::kReplace, "journal_lane");
  return status;
}

}  // namespace fairpoint::engine
