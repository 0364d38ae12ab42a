#include "audit/testing/memory_store.h"

#include <algorithm>
#include <optional>
#include <span>

#include "audit/row_hashes.h"
#include "audit/testing/memory_tables.h"

namespace fairpoint::audit {
namespace {

using engine::MemberName;
using engine::MemberSeq;

template <class Key, class Row, class KeyOfRow>
void Upsert(const std::vector<Row>& rows, KeyOfRow key_of, std::map<Key, Row>& table) {
  for (const Row& row : rows) table.insert_or_assign(key_of(row), row);
}

void Apply(const engine::WriteSet& changes, Tables& tables) {
  const auto key_of = [](const auto& row) { return KeyOf(row); };
  const auto head_key = [](const ledger::ProgramHead& row) { return row.program_id; };
  Upsert(changes.new_members, key_of, tables.members);
  Upsert(changes.members, key_of, tables.members);
  Upsert(
      changes.new_member_keys, [](const ledger::MemberKey& row) { return MemberOf(row); },
      tables.member_keys);
  const auto identity_name = [](const ledger::Identity& row) {
    return engine::IdentityName{row.program_id, row.lookup_hash};
  };
  Upsert(changes.new_identities, identity_name, tables.identities);
  Upsert(changes.identities, identity_name, tables.identities);
  Upsert(
      changes.tags, [](const ledger::MemberTags& row) { return MemberOf(row); }, tables.tags);
  for (const engine::IdentityName& name : changes.deleted_identities) tables.identities.erase(name);
  for (const MemberName& name : changes.deleted_member_keys) {
    tables.tags.erase(name);
    tables.member_keys.erase(name);
  }
  Upsert(changes.events, key_of, tables.events);
  Upsert(changes.entries, key_of, tables.entries);
  Upsert(changes.new_lots, key_of, tables.lots);
  Upsert(changes.lots, key_of, tables.lots);
  Upsert(changes.new_holds, key_of, tables.holds);
  Upsert(changes.holds, key_of, tables.holds);
  Upsert(changes.reversals, key_of, tables.reversals);
  Upsert(changes.receipts, key_of, tables.receipts);
  const auto order_name = [](const auto& row) {
    return engine::OrderName{row.program_id, row.order_id};
  };
  const auto line_name = [order_name](const checkout::OrderLine& row) {
    return std::pair(order_name(row), row.line_number);
  };
  Upsert(changes.placements, key_of, tables.placements);
  Upsert(changes.order_returns, key_of, tables.order_returns);
  Upsert(changes.order_claims, order_name, tables.order_claims);
  Upsert(changes.new_orders, order_name, tables.orders);
  Upsert(changes.orders, order_name, tables.orders);
  Upsert(changes.new_order_lines, line_name, tables.order_lines);
  Upsert(changes.order_lines, line_name, tables.order_lines);
  Upsert(
      changes.new_return_parts,
      [order_name](const checkout::ReturnPart& row) {
        return std::pair(order_name(row), row.return_id);
      },
      tables.return_parts);
  Upsert(
      changes.program_versions,
      [](const ledger::ProgramVersion& row) { return std::pair(row.program_id, row.version); },
      tables.program_versions);
  Upsert(changes.new_program_heads, head_key, tables.program_heads);
  Upsert(changes.program_heads, head_key, tables.program_heads);
  engine::VisitRows(changes.prices, [&tables](const auto& rows, engine::RowChange) {
    using Row = typename std::decay_t<decltype(rows)>::value_type;
    const auto price_key = [](const Row& row) { return engine::KeyOf(row); };
    Upsert(rows, price_key, engine::TableOf<Row>(tables.prices));
  });
  if (changes.journal)
    tables.journal.insert_or_assign({changes.journal->lane, changes.journal->lane_seq},
                                    *changes.journal);
  if (changes.lane) tables.lanes.insert_or_assign(changes.lane->lane, *changes.lane);
}

class MemoryWriteSession final : public engine::PriceWritesInMemory<MemoryWriteSession> {
 public:
  explicit MemoryWriteSession(MemoryStore& store) : store_(store) {}

  absl::Status Begin() override { return absl::OkStatus(); }
  absl::Status FindIdentities(std::span<const engine::IdentityName> names,
                              std::vector<ledger::Identity>& found) override {
    return Found(store_.tables.identities, names, found);
  }
  absl::Status LockMembers(std::span<const MemberName> ascending,
                           std::vector<ledger::Member>& found) override {
    return Found(store_.tables.members, ascending, found);
  }
  absl::Status LockProgramHeads(std::span<const base::ProgramId> ascending, bool,
                                std::vector<ledger::ProgramHead>& found) override {
    return Found(store_.tables.program_heads, ascending, found);
  }
  absl::Status LockLane(int64_t lane, engine::LaneLock& lock) override {
    lock = {store_.tables.lanes.at(lane), store_.now};
    return absl::OkStatus();
  }
  absl::Status LoadReceipts(std::span<const engine::RequestName> names,
                            std::vector<engine::Receipt>& found) override {
    return Found(store_.tables.receipts, names, found);
  }
  absl::Status LoadOpenLots(std::span<const MemberName> members,
                            std::vector<ledger::Lot>& found) override {
    OfMembers(store_.tables.lots, members, kOpen, found);
    return absl::OkStatus();
  }
  absl::Status LoadOpenHolds(std::span<const MemberName> members,
                             std::vector<ledger::Hold>& found) override {
    OfMembers(store_.tables.holds, members, kOpen, found);
    return absl::OkStatus();
  }
  absl::Status LoadLots(std::span<const MemberSeq> names,
                        std::vector<ledger::Lot>& found) override {
    return Found(store_.tables.lots, names, found);
  }
  absl::Status LoadHolds(std::span<const MemberSeq> names,
                         std::vector<ledger::Hold>& found) override {
    return Found(store_.tables.holds, names, found);
  }
  absl::Status LoadTransaction(const MemberSeq& entry, std::vector<ledger::Entry>& found) override {
    const auto named = store_.tables.entries.find(entry);
    if (named == store_.tables.entries.end()) return absl::OkStatus();
    const auto same = [txn_seq = named->second.txn_seq](const ledger::Entry& row) {
      return row.txn_seq == txn_seq;
    };
    OfMembers(store_.tables.entries, std::span(&entry.member, 1), same, found);
    return absl::OkStatus();
  }
  absl::Status LoadEntries(std::span<const engine::EntrySpan> spans,
                           std::vector<ledger::Entry>& found) override {
    for (const engine::EntrySpan& span : spans) {
      const auto in_span = [&span](const ledger::Entry& row) {
        return row.seq >= span.first_seq && row.seq < span.first_seq + span.count;
      };
      OfMembers(store_.tables.entries, std::span(&span.member, 1), in_span, found);
    }
    return absl::OkStatus();
  }
  absl::Status LoadReversals(std::span<const MemberSeq> transactions,
                             std::vector<engine::Reversal>& found) override {
    return Found(store_.tables.reversals, transactions, found);
  }
  absl::Status LoadMemberKeys(std::span<const MemberName> members,
                              std::vector<ledger::MemberKey>& found) override {
    return Found(store_.tables.member_keys, members, found);
  }
  absl::Status LoadIdentitiesOf(std::span<const MemberName> members,
                                std::vector<ledger::Identity>& found) override {
    OfMembers(store_.tables.identities, members, found);
    return absl::OkStatus();
  }
  absl::Status LoadMemberTags(std::span<const MemberName> members,
                              std::vector<ledger::MemberTags>& found) override {
    return Found(store_.tables.tags, members, found);
  }
  absl::Status FindMergedInto(const MemberName& member,
                              std::vector<ledger::Member>& found) override {
    MergedInto(store_.tables, member, found);
    return absl::OkStatus();
  }
  absl::Status SumTransferred(const MemberName& member, base::Instant since,
                              base::Points& sum) override {
    std::vector<ledger::Entry> found;
    const auto given = [since](const ledger::Entry& row) {
      return row.kind == ledger::EntryKind::kTransferOut && row.recorded_at >= since;
    };
    OfMembers(store_.tables.entries, std::span(&member, 1), given, found);
    sum = base::kNoPoints;
    for (const ledger::Entry& entry : found) sum.value += entry.points.value;
    return absl::OkStatus();
  }
  absl::Status CountReturnsWithoutReceipt(const MemberName& member, base::Instant since,
                                          int64_t& count) override {
    count = 0;
    for (const auto& [name, row] : store_.tables.order_returns) {
      const bool counts = row.without_receipt && row.effective_at >= since;
      if (counts && MemberOf(row) == member) ++count;
    }
    return absl::OkStatus();
  }
  absl::Status LoadProgramVersions(const base::ProgramId& program_id, int64_t after,
                                   std::vector<ledger::ProgramVersion>& found) override {
    VersionsAfter(store_.tables, program_id, after, found);
    return absl::OkStatus();
  }
  absl::Status LoadOrders(std::span<const engine::OrderName> names,
                          std::vector<checkout::Order>& found) override {
    found.clear();
    return Found(store_.tables.orders, names, found);
  }
  absl::Status LockOrders(std::span<const engine::OrderName> ascending,
                          std::vector<checkout::Order>& found) override {
    return LoadOrders(ascending, found);
  }
  absl::Status LoadOrderLines(std::span<const engine::OrderName> orders,
                              std::vector<checkout::OrderLine>& found) override {
    found.clear();
    for (const engine::OrderName& name : orders) LinesOf(store_.tables, name, found);
    return absl::OkStatus();
  }
  absl::Status LoadOpenOrderLines(std::span<const engine::MemberSku> names,
                                  std::vector<checkout::OrderLine>& found) override {
    found.clear();
    for (const auto& [name, row] : store_.tables.order_lines) {
      const engine::MemberSku sku{MemberOf(row), row.sku};
      if (row.is_open && std::ranges::find(names, sku) != names.end()) found.push_back(row);
    }
    return absl::OkStatus();
  }
  absl::Status LoadPlacements(std::span<const engine::OrderName> names,
                              std::vector<checkout::Placement>& found) override {
    found.clear();
    return Found(store_.tables.placements, names, found);
  }
  absl::Status LoadOrderReturns(std::span<const engine::OrderName> returns,
                                std::vector<checkout::OrderReturn>& found) override {
    found.clear();
    return Found(store_.tables.order_returns, returns, found);
  }
  absl::Status LockPriceHeads(std::span<const engine::SkuName> ascending, bool,
                              std::vector<pricing::PriceHead>& found) override {
    const absl::Status status = LoadPriceHeads(ascending, found);
    for (pricing::PriceHead& head : found) head.book.clear();
    return status;
  }
  absl::Status LockChannelHeads(std::span<const engine::ChannelName> ascending, bool,
                                std::vector<pricing::ChannelHead>& found) override {
    return ByKey(ascending, found);
  }
  absl::Status LockOfferStocks(std::span<const engine::OfferStockName> ascending,
                               std::vector<pricing::OfferStock>& found) override {
    return ByKey(ascending, found);
  }
  template <class Body>
  absl::Status ReadPrices(const Body& body) {
    body(store_.tables.prices, MemoryView());
    return absl::OkStatus();
  }
  absl::Status Write(const engine::WriteSet& changes) override {
    changes_ = changes;
    return absl::OkStatus();
  }
  absl::Status Commit() override {
    if (changes_) Apply(*changes_, store_.tables);
    changes_.reset();
    return absl::OkStatus();
  }
  void Rollback() override { changes_.reset(); }

 private:
  template <class Key, class Row>
  static absl::Status Found(const std::map<Key, Row>& table, std::span<const Key> names,
                            std::vector<Row>& found) {
    Find(table, names, found);
    return absl::OkStatus();
  }

  MemoryStore& store_;
  std::optional<engine::WriteSet> changes_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<engine::WriteSession>> MemoryStore::OpenWriteSession() {
  return std::make_unique<MemoryWriteSession>(*this);
}

absl::StatusOr<std::unique_ptr<engine::ReadSession>> MemoryStore::OpenReadSession() {
  return NewMemoryReadSession(*this);
}

absl::StatusOr<int64_t> MemoryStore::LeaseLane(const std::string& owner, int64_t lease_seconds) {
  // Every owner has its own lane, for ever.
  for (auto& [number, lane] : tables.lanes) {
    if (lane.owner == owner) return number;
  }
  const auto number = static_cast<int64_t>(tables.lanes.size()) + 1;
  engine::JournalLane lane{
      .lane = number, .owner = owner, .lease_until = now + absl::Seconds(lease_seconds)};
  tables.lanes.emplace(number, std::move(lane));
  return number;
}

}  // namespace fairpoint::audit
