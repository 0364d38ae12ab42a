// The sessions of the fake store. Made by it only.
#ifndef FAIRPOINT_ENGINE_TESTING_FAKE_SESSIONS_H_
#define FAIRPOINT_ENGINE_TESTING_FAKE_SESSIONS_H_

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/store.h"
#include "engine/testing/fake_store.h"
#include "engine/testing/price_reads.h"

namespace fairpoint::engine {

// How a session sees the tables of prices.
struct FakeView {
  TxnId txn = 0;
  int64_t as_of = kLatestCommit;

  template <class Key, class Row>
  const Row* Get(const FakeTable<Key, Row>& table, const Key& key) const {
    return table.Read(key, txn, as_of);
  }
  template <class Key, class Row, class Visit>
  void From(const FakeTable<Key, Row>& table, const Key& first, const Visit& visit) const {
    table.Scan(first, txn, as_of, visit);
  }
};

class FakeWriteSession final : public PriceWritesInMemory<FakeWriteSession> {
 public:
  explicit FakeWriteSession(FakeStore& store, int caller) : store_(store), caller_(caller) {}
  ~FakeWriteSession() override { Rollback(); }

  absl::Status Begin() override;
  absl::Status FindIdentities(std::span<const IdentityName> names,
                              std::vector<ledger::Identity>& found) override;
  absl::Status LockMembers(std::span<const MemberName> ascending,
                           std::vector<ledger::Member>& found) override;
  absl::Status LockProgramHeads(std::span<const base::ProgramId> ascending, bool exclusive,
                                std::vector<ledger::ProgramHead>& found) override;
  absl::Status LockLane(int64_t lane, LaneLock& lock) override;
  absl::Status LoadReceipts(std::span<const RequestName> names,
                            std::vector<Receipt>& found) override;
  absl::Status LoadOpenLots(std::span<const MemberName> members,
                            std::vector<ledger::Lot>& found) override;
  absl::Status LoadOpenHolds(std::span<const MemberName> members,
                             std::vector<ledger::Hold>& found) override;
  absl::Status LoadLots(std::span<const MemberSeq> names, std::vector<ledger::Lot>& found) override;
  absl::Status LoadHolds(std::span<const MemberSeq> names,
                         std::vector<ledger::Hold>& found) override;
  absl::Status LoadTransaction(const MemberSeq& entry, std::vector<ledger::Entry>& found) override;
  absl::Status LoadEntries(std::span<const EntrySpan> spans,
                           std::vector<ledger::Entry>& found) override;
  absl::Status LoadReversals(std::span<const MemberSeq> transactions,
                             std::vector<Reversal>& found) override;
  absl::Status LoadMemberKeys(std::span<const MemberName> members,
                              std::vector<ledger::MemberKey>& found) override;
  absl::Status LoadIdentitiesOf(std::span<const MemberName> members,
                                std::vector<ledger::Identity>& found) override;
  absl::Status LoadMemberTags(std::span<const MemberName> members,
                              std::vector<ledger::MemberTags>& found) override;
  absl::Status FindMergedInto(const MemberName& member,
                              std::vector<ledger::Member>& found) override;
  absl::Status SumTransferred(const MemberName& member, base::Instant since,
                              base::Points& sum) override;
  absl::Status CountReturnsWithoutReceipt(const MemberName& member, base::Instant since,
                                          int64_t& count) override;
  absl::Status LoadProgramVersions(const base::ProgramId& program_id, int64_t after_version,
                                   std::vector<ledger::ProgramVersion>& found) override;
  absl::Status LoadOrders(std::span<const OrderName> names,
                          std::vector<checkout::Order>& found) override;
  absl::Status LockOrders(std::span<const OrderName> ascending,
                          std::vector<checkout::Order>& found) override;
  absl::Status LoadOrderLines(std::span<const OrderName> orders,
                              std::vector<checkout::OrderLine>& found) override;
  absl::Status LoadOpenOrderLines(std::span<const MemberSku> names,
                                  std::vector<checkout::OrderLine>& found) override;
  absl::Status LoadPlacements(std::span<const OrderName> names,
                              std::vector<checkout::Placement>& found) override;
  absl::Status LoadOrderReturns(std::span<const OrderName> returns,
                                std::vector<checkout::OrderReturn>& found) override;
  absl::Status LockPriceHeads(std::span<const SkuName> ascending, bool exclusive,
                              std::vector<pricing::PriceHead>& found) override;
  absl::Status LockChannelHeads(std::span<const ChannelName> ascending, bool exclusive,
                                std::vector<pricing::ChannelHead>& found) override;
  absl::Status LockOfferStocks(std::span<const OfferStockName> ascending,
                               std::vector<pricing::OfferStock>& found) override;
  template <class Body>
  absl::Status ReadPrices(const Body& body) {
    return Read([&] { body(store_.prices_, FakeView{.txn = txn_}); });
  }
  absl::Status Write(const WriteSet& changes) override;
  absl::Status Commit() override;
  void Rollback() override;

 private:
  // What every call begins with: a dead session, a transaction that lost a deadlock, an injected
  // fault. OK: go on.
  absl::Status Enter(FakeCall call, const WriteSet* changes = nullptr);
  absl::Status Fail(FakeFault fault);
  template <class Body>
  absl::Status Read(const Body& body);
  template <class Key, class Row>
  absl::Status LockRows(FakeTable<Key, Row>& table, std::span<const Key> ascending, bool exclusive,
                        std::vector<Row>& found);

  FakeStore& store_;
  const int caller_;
  TxnId txn_ = 0;
  bool dead_ = false;
};

class FakeReadSession final : public PriceReadsInMemory<FakeReadSession> {
 public:
  explicit FakeReadSession(FakeStore& store) : store_(store), outages_(store.outages_) {}
  ~FakeReadSession() override { EndSnapshot(); }

  absl::Status BeginSnapshot() override;
  void EndSnapshot() override;
  absl::StatusOr<base::Instant> Now() override;
  absl::Status FindIdentities(std::span<const IdentityName> names,
                              std::vector<ledger::Identity>& found) override;
  absl::Status FindMembers(std::span<const MemberName> names,
                           std::vector<ledger::Member>& found) override;
  absl::Status LoadOpenLots(std::span<const MemberName> members,
                            std::vector<ledger::Lot>& found) override;
  absl::Status LoadOpenHolds(std::span<const MemberName> members,
                             std::vector<ledger::Hold>& found) override;
  absl::Status LoadMemberKeys(std::span<const MemberName> members,
                              std::vector<ledger::MemberKey>& found) override;
  absl::Status LoadIdentitiesOf(std::span<const MemberName> members,
                                std::vector<ledger::Identity>& found) override;
  absl::Status LoadMemberTags(std::span<const MemberName> members,
                              std::vector<ledger::MemberTags>& found) override;
  absl::Status FindMergedInto(const MemberName& member,
                              std::vector<ledger::Member>& found) override;
  absl::Status LoadProgramHeads(std::vector<ledger::ProgramHead>& found,
                                std::map<base::ProgramId, std::string>& unreadable) override;
  absl::Status LoadProgramVersions(const base::ProgramId& program_id, int64_t after_version,
                                   std::vector<ledger::ProgramVersion>& found) override;
  absl::Status LoadReceipts(std::span<const RequestName> names,
                            std::vector<Receipt>& found) override;
  absl::Status ReadEntries(const MemberName& member, int64_t after_seq, int64_t before_seq,
                           bool newest_first, size_t limit,
                           std::vector<ledger::Entry>& found) override;
  absl::Status ScanDueMembers(base::Instant now, const std::optional<DueMember>& resume_after,
                              size_t limit, std::vector<DueMember>& found) override;
  absl::Status ScanMembers(const MemberRange& range, size_t limit,
                           std::vector<ledger::Member>& found) override;
  absl::Status ScanMemberNames(const MemberRange& range, size_t limit,
                               std::vector<MemberName>& found) override;
  absl::Status ScanEntries(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                           size_t limit, std::vector<ledger::Entry>& found) override;
  absl::Status ScanEvents(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                          size_t limit, std::vector<ledger::MemberEvent>& found) override;
  absl::Status ScanLots(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                        size_t limit, std::vector<ledger::Lot>& found) override;
  absl::Status ScanHolds(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                         size_t limit, std::vector<ledger::Hold>& found) override;
  absl::Status ScanReversals(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                             size_t limit, std::vector<Reversal>& found) override;
  absl::Status ScanReceipts(const std::optional<RequestName>& after, size_t limit,
                            std::vector<Receipt>& found) override;
  absl::Status LoadOrders(std::span<const OrderName> names,
                          std::vector<checkout::Order>& found) override;
  absl::Status LoadOrderLines(std::span<const OrderName> orders,
                              std::vector<checkout::OrderLine>& found) override;
  absl::Status LoadPlacements(std::span<const OrderName> names,
                              std::vector<checkout::Placement>& found) override;
  absl::Status ReadOrders(const MemberName& member, int64_t before_order_seq, size_t limit,
                          std::vector<checkout::Order>& found) override;
  absl::Status LoadOrderReturns(std::span<const OrderName> returns,
                                std::vector<checkout::OrderReturn>& found) override;
  absl::Status ScanOrders(const OrderRange& range, std::vector<checkout::Order>& found) override;
  absl::Status ScanOrderLines(const OrderRange& range,
                              std::vector<checkout::OrderLine>& found) override;
  absl::Status ScanReturnParts(const OrderRange& range,
                               std::vector<checkout::ReturnPart>& found) override;
  absl::Status ScanPlacements(const std::optional<OrderName>& after, size_t limit,
                              std::vector<checkout::Placement>& found) override;
  absl::Status ScanOrderReturns(const std::optional<OrderName>& after, size_t limit,
                                std::vector<checkout::OrderReturn>& found) override;
  absl::Status ScanOrderClaims(const OrderRange& range,
                               std::vector<checkout::OrderClaim>& found) override;
  absl::Status ScanIdentities(const std::optional<IdentityName>& after, size_t limit,
                              std::vector<ledger::Identity>& found) override;
  absl::Status LoadLanes(std::vector<JournalLane>& found,
                         std::map<int64_t, std::string>& unreadable) override;
  absl::Status ScanJournal(int64_t lane, int64_t after_lane_seq, size_t limit,
                           std::vector<JournalRow>& found) override;
  absl::Status FindNextLane(std::optional<int64_t> after, std::optional<int64_t>& next) override;
  absl::Status FindNextProgram(const std::optional<base::ProgramId>& after,
                               std::optional<base::ProgramId>& next) override;
  template <class Body>
  absl::Status ReadPrices(const Body& body) {
    return Read([&](int64_t as_of) { body(store_.prices_, FakeView{.as_of = as_of}); });
  }

 private:
  // With the store locked and, outside a snapshot, at the latest commit.
  template <class Body>
  absl::Status Read(const Body& body);
  bool IsDead() const { return store_.down_ || store_.outages_ != outages_; }

  FakeStore& store_;
  const int outages_;             // when it was opened
  std::optional<int64_t> as_of_;  // of the snapshot
};

template <class Body>
absl::Status FakeWriteSession::Read(const Body& body) {
  const std::lock_guard lock(store_.mutex_);
  if (const absl::Status status = Enter(FakeCall::kRead); !status.ok()) return status;
  body();
  return absl::OkStatus();
}

template <class Body>
absl::Status FakeReadSession::Read(const Body& body) {
  const std::lock_guard lock(store_.mutex_);
  if (IsDead()) return absl::UnavailableError("the database is down");
  body(as_of_.value_or(kLatestCommit));
  return absl::OkStatus();
}

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_TESTING_FAKE_SESSIONS_H_
