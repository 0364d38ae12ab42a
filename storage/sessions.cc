#include "storage/sessions.h"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "storage/changes.h"
#include "storage/lanes.h"
#include "storage/loads.h"
#include "storage/orders.h"
#include "storage/price_sessions.h"
#include "storage/rows.h"
#include "storage/scans.h"
#include "storage/sql.h"
#include "storage/tables.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

using engine::EntrySpan;
using engine::IdentityName;
using engine::JournalLane;
using engine::JournalRow;
using engine::LaneLock;
using engine::MemberName;
using engine::MemberRange;
using engine::MemberSeq;
using engine::MemberSku;
using engine::OrderName;
using engine::OrderRange;
using engine::Receipt;
using engine::RequestName;
using engine::Reversal;
using engine::WriteSet;

class SqlWriteSession final : public SqlPriceWrites {
 public:
  using SqlPriceWrites::SqlPriceWrites;

  absl::Status Begin() override { return connection_->BeginWrite(); }

  absl::Status LockMembers(std::span<const MemberName> ascending,
                           std::vector<ledger::Member>& found) override {
    return storage::LoadMembers(*connection_, ascending, RowLock::kExclusive, found);
  }
  absl::Status LockProgramHeads(std::span<const base::ProgramId> ascending, bool exclusive,
                                std::vector<ledger::ProgramHead>& found) override {
    return storage::LockProgramHeads(*connection_, ascending,
                                     exclusive ? RowLock::kExclusive : RowLock::kShared, found);
  }
  absl::Status LockLane(int64_t lane, LaneLock& lock) override {
    return storage::LockLane(*connection_, lane, lock);
  }

  absl::Status FindIdentities(std::span<const IdentityName> names,
                              std::vector<ledger::Identity>& found) override {
    return storage::LoadIdentities(*connection_, names, found);
  }
  absl::Status LoadOpenLots(std::span<const MemberName> members,
                            std::vector<ledger::Lot>& found) override {
    return storage::LoadOpenLots(*connection_, members, found);
  }
  absl::Status LoadOpenHolds(std::span<const MemberName> members,
                             std::vector<ledger::Hold>& found) override {
    return storage::LoadOpenHolds(*connection_, members, found);
  }
  absl::Status LoadMemberKeys(std::span<const MemberName> members,
                              std::vector<ledger::MemberKey>& found) override {
    return storage::LoadMemberKeys(*connection_, members, found);
  }
  absl::Status LoadIdentitiesOf(std::span<const MemberName> members,
                                std::vector<ledger::Identity>& found) override {
    return storage::LoadIdentitiesOf(*connection_, members, found);
  }
  absl::Status LoadMemberTags(std::span<const MemberName> members,
                              std::vector<ledger::MemberTags>& found) override {
    return storage::LoadMemberTags(*connection_, members, found);
  }
  absl::Status FindMergedInto(const MemberName& member,
                              std::vector<ledger::Member>& found) override {
    return storage::FindMergedInto(*connection_, member, found);
  }
  absl::Status SumTransferred(const MemberName& member, base::Instant since,
                              base::Points& sum) override {
    return storage::SumTransferred(*connection_, member, since, sum);
  }
  absl::Status CountReturnsWithoutReceipt(const MemberName& member, base::Instant since,
                                          int64_t& count) override {
    return storage::CountReturnsWithoutReceipt(*connection_, member, since, count);
  }
  absl::Status LoadProgramVersions(const base::ProgramId& program_id, int64_t after_version,
                                   std::vector<ledger::ProgramVersion>& found) override {
    return storage::LoadProgramVersions(*connection_, program_id, after_version, found);
  }
  absl::Status LoadReceipts(std::span<const RequestName> names,
                            std::vector<Receipt>& found) override {
    return storage::LoadReceipts(*connection_, names, found);
  }
  absl::Status LoadLots(std::span<const MemberSeq> names,
                        std::vector<ledger::Lot>& found) override {
    return storage::LoadLots(*connection_, names, found);
  }
  absl::Status LoadHolds(std::span<const MemberSeq> names,
                         std::vector<ledger::Hold>& found) override {
    return storage::LoadHolds(*connection_, names, found);
  }
  absl::Status LoadTransaction(const MemberSeq& entry, std::vector<ledger::Entry>& found) override {
    return storage::LoadTransaction(*connection_, entry, found);
  }
  absl::Status LoadEntries(std::span<const EntrySpan> spans,
                           std::vector<ledger::Entry>& found) override {
    return storage::LoadEntries(*connection_, spans, found);
  }
  absl::Status LoadReversals(std::span<const MemberSeq> transactions,
                             std::vector<Reversal>& found) override {
    return storage::LoadReversals(*connection_, transactions, found);
  }
  absl::Status LoadOrders(std::span<const OrderName> names,
                          std::vector<checkout::Order>& found) override {
    return storage::LoadOrders(*connection_, names, RowLock::kNone, found);
  }
  absl::Status LockOrders(std::span<const OrderName> ascending,
                          std::vector<checkout::Order>& found) override {
    return storage::LoadOrders(*connection_, ascending, RowLock::kExclusive, found);
  }
  absl::Status LoadOrderLines(std::span<const OrderName> orders,
                              std::vector<checkout::OrderLine>& found) override {
    return storage::LoadOrderLines(*connection_, orders, found);
  }
  absl::Status LoadOpenOrderLines(std::span<const MemberSku> names,
                                  std::vector<checkout::OrderLine>& found) override {
    return storage::LoadOpenOrderLines(*connection_, names, found);
  }
  absl::Status LoadPlacements(std::span<const OrderName> names,
                              std::vector<checkout::Placement>& found) override {
    return storage::LoadPlacements(*connection_, names, found);
  }
  absl::Status LoadOrderReturns(std::span<const OrderName> returns,
                                std::vector<checkout::OrderReturn>& found) override {
    return storage::LoadOrderReturns(*connection_, returns, found);
  }

  absl::Status Write(const WriteSet& changes) override {
    return WriteChanges(*connection_, changes);
  }
  absl::Status Commit() override { return connection_->Commit(); }
  void Rollback() override { connection_->Rollback(); }
};

class SqlReadSession final : public SqlPriceReads {
 public:
  using SqlPriceReads::SqlPriceReads;

  absl::Status BeginSnapshot() override { return connection_->BeginSnapshot(); }
  void EndSnapshot() override { connection_->Rollback(); }

  absl::StatusOr<base::Instant> Now() override { return connection_->Now(); }

  absl::Status FindMembers(std::span<const MemberName> names,
                           std::vector<ledger::Member>& found) override {
    return storage::LoadMembers(*connection_, names, RowLock::kNone, found);
  }
  absl::Status FindIdentities(std::span<const IdentityName> names,
                              std::vector<ledger::Identity>& found) override {
    return storage::LoadIdentities(*connection_, names, found);
  }
  absl::Status LoadOpenLots(std::span<const MemberName> members,
                            std::vector<ledger::Lot>& found) override {
    return storage::LoadOpenLots(*connection_, members, found);
  }
  absl::Status LoadOpenHolds(std::span<const MemberName> members,
                             std::vector<ledger::Hold>& found) override {
    return storage::LoadOpenHolds(*connection_, members, found);
  }
  absl::Status LoadMemberKeys(std::span<const MemberName> members,
                              std::vector<ledger::MemberKey>& found) override {
    return storage::LoadMemberKeys(*connection_, members, found);
  }
  absl::Status LoadIdentitiesOf(std::span<const MemberName> members,
                                std::vector<ledger::Identity>& found) override {
    return storage::LoadIdentitiesOf(*connection_, members, found);
  }
  absl::Status LoadMemberTags(std::span<const MemberName> members,
                              std::vector<ledger::MemberTags>& found) override {
    return storage::LoadMemberTags(*connection_, members, found);
  }
  absl::Status FindMergedInto(const MemberName& member,
                              std::vector<ledger::Member>& found) override {
    return storage::FindMergedInto(*connection_, member, found);
  }
  absl::Status LoadProgramVersions(const base::ProgramId& program_id, int64_t after_version,
                                   std::vector<ledger::ProgramVersion>& found) override {
    return storage::LoadProgramVersions(*connection_, program_id, after_version, found);
  }
  absl::Status LoadProgramHeads(std::vector<ledger::ProgramHead>& found,
                                std::map<base::ProgramId, std::string>& unreadable) override {
    return storage::LoadProgramHeads(*connection_, found, unreadable);
  }
  absl::Status LoadReceipts(std::span<const RequestName> names,
                            std::vector<Receipt>& found) override {
    return storage::LoadReceipts(*connection_, names, found);
  }
  absl::Status LoadOrders(std::span<const OrderName> names,
                          std::vector<checkout::Order>& found) override {
    return storage::LoadOrders(*connection_, names, RowLock::kNone, found);
  }
  absl::Status LoadOrderLines(std::span<const OrderName> orders,
                              std::vector<checkout::OrderLine>& found) override {
    return storage::LoadOrderLines(*connection_, orders, found);
  }
  absl::Status LoadPlacements(std::span<const OrderName> names,
                              std::vector<checkout::Placement>& found) override {
    return storage::LoadPlacements(*connection_, names, found);
  }
  absl::Status LoadOrderReturns(std::span<const OrderName> returns,
                                std::vector<checkout::OrderReturn>& found) override {
    return storage::LoadOrderReturns(*connection_, returns, found);
  }
  absl::Status ReadOrders(const MemberName& member, int64_t before_order_seq, size_t limit,
                          std::vector<checkout::Order>& found) override {
    return storage::ReadOrders(*connection_, member, before_order_seq, limit, found);
  }
  absl::Status ReadEntries(const MemberName& member, int64_t after_seq, int64_t before_seq,
                           bool newest_first, size_t limit,
                           std::vector<ledger::Entry>& found) override {
    return storage::ReadEntries(*connection_, member, after_seq, before_seq, newest_first, limit,
                                found);
  }
  absl::Status ScanDueMembers(base::Instant now,
                              const std::optional<engine::DueMember>& resume_after, size_t limit,
                              std::vector<engine::DueMember>& found) override {
    return storage::ScanDueMembers(*connection_, now, resume_after, limit, found);
  }

  absl::Status ScanMembers(const MemberRange& range, size_t limit,
                           std::vector<ledger::Member>& found) override {
    return ScanMemberRows(*connection_, range, std::nullopt, limit, found);
  }
  absl::Status ScanMemberNames(const MemberRange& range, size_t limit,
                               std::vector<MemberName>& found) override {
    return storage::ScanMemberNames(*connection_, range, limit, found);
  }
  absl::Status ScanEntries(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                           size_t limit, std::vector<ledger::Entry>& found) override {
    return ScanMemberRows(*connection_, range, resume_after, limit, found);
  }
  absl::Status ScanEvents(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                          size_t limit, std::vector<ledger::MemberEvent>& found) override {
    return ScanMemberRows(*connection_, range, resume_after, limit, found);
  }
  absl::Status ScanLots(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                        size_t limit, std::vector<ledger::Lot>& found) override {
    return ScanMemberRows(*connection_, range, resume_after, limit, found);
  }
  absl::Status ScanHolds(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                         size_t limit, std::vector<ledger::Hold>& found) override {
    return ScanMemberRows(*connection_, range, resume_after, limit, found);
  }
  absl::Status ScanReversals(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                             size_t limit, std::vector<Reversal>& found) override {
    return ScanMemberRows(*connection_, range, resume_after, limit, found);
  }
  absl::Status ScanReceipts(const std::optional<RequestName>& after, size_t limit,
                            std::vector<Receipt>& found) override {
    return storage::ScanReceipts(*connection_, after, limit, found);
  }
  absl::Status ScanPlacements(const std::optional<OrderName>& after, size_t limit,
                              std::vector<checkout::Placement>& found) override {
    return ScanOrderRows(*connection_, after, limit, found);
  }
  absl::Status ScanOrderReturns(const std::optional<OrderName>& after, size_t limit,
                                std::vector<checkout::OrderReturn>& found) override {
    return ScanOrderRows(*connection_, after, limit, found);
  }
  absl::Status ScanOrders(const OrderRange& range, std::vector<checkout::Order>& found) override {
    return ScanOrderRange(*connection_, range, found);
  }
  absl::Status ScanOrderLines(const OrderRange& range,
                              std::vector<checkout::OrderLine>& found) override {
    return ScanOrderRange(*connection_, range, found);
  }
  absl::Status ScanReturnParts(const OrderRange& range,
                               std::vector<checkout::ReturnPart>& found) override {
    return ScanOrderRange(*connection_, range, found);
  }
  absl::Status ScanOrderClaims(const OrderRange& range,
                               std::vector<checkout::OrderClaim>& found) override {
    return ScanOrderRange(*connection_, range, found);
  }
  absl::Status ScanIdentities(const std::optional<IdentityName>& after, size_t limit,
                              std::vector<ledger::Identity>& found) override {
    return storage::ScanIdentities(*connection_, after, limit, found);
  }
  absl::Status LoadLanes(std::vector<JournalLane>& found,
                         std::map<int64_t, std::string>& unreadable) override {
    return storage::LoadLanes(*connection_, found, unreadable);
  }
  absl::Status ScanJournal(int64_t lane, int64_t after_lane_seq, size_t limit,
                           std::vector<JournalRow>& found) override {
    return storage::ScanJournal(*connection_, lane, after_lane_seq, limit, found);
  }
  absl::Status FindNextLane(std::optional<int64_t> after, std::optional<int64_t>& next) override {
    return storage::FindNextLane(*connection_, after, next);
  }
  absl::Status FindNextProgram(const std::optional<base::ProgramId>& after,
                               std::optional<base::ProgramId>& next) override {
    return storage::FindNextProgram(*connection_, after, next);
  }
};

}  // namespace

std::unique_ptr<engine::WriteSession> MakeWriteSession(std::unique_ptr<Connection> connection) {
  return std::make_unique<SqlWriteSession>(std::move(connection));
}

std::unique_ptr<engine::ReadSession> MakeReadSession(std::unique_ptr<Connection> connection) {
  return std::make_unique<SqlReadSession>(std::move(connection));
}

}  // namespace fairpoint::storage
