#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "audit/testing/memory_tables.h"

namespace fairpoint::audit {
namespace {

using engine::MemberName;
using engine::MemberRange;
using engine::MemberSeq;

class MemoryReadSession final : public engine::PriceReadsInMemory<MemoryReadSession> {
 public:
  explicit MemoryReadSession(MemoryStore& store) : store_(store) {}

  absl::Status BeginSnapshot() override {
    snapshot_ = store_.tables;
    return absl::OkStatus();
  }
  void EndSnapshot() override { snapshot_.reset(); }
  absl::StatusOr<base::Instant> Now() override { return store_.now; }

  absl::Status FindIdentities(std::span<const engine::IdentityName> names,
                              std::vector<ledger::Identity>& found) override {
    Find(tables().identities, names, found);
    return absl::OkStatus();
  }
  absl::Status FindMembers(std::span<const MemberName> names,
                           std::vector<ledger::Member>& found) override {
    Find(tables().members, names, found);
    const auto unreadable = [this](const ledger::Member& row) {
      return std::ranges::find(store_.unreadable_members, MemberOf(row)) !=
             store_.unreadable_members.end();
    };
    if (std::ranges::any_of(found, unreadable)) return absl::DataLossError("a hash of 4 bytes");
    return absl::OkStatus();
  }
  absl::Status LoadOpenLots(std::span<const MemberName> members,
                            std::vector<ledger::Lot>& found) override {
    OfMembers(tables().lots, members, kOpen, found);
    return absl::OkStatus();
  }
  absl::Status LoadOpenHolds(std::span<const MemberName> members,
                             std::vector<ledger::Hold>& found) override {
    OfMembers(tables().holds, members, kOpen, found);
    return absl::OkStatus();
  }
  absl::Status LoadMemberKeys(std::span<const MemberName> members,
                              std::vector<ledger::MemberKey>& found) override {
    Find(tables().member_keys, members, found);
    return absl::OkStatus();
  }
  absl::Status LoadIdentitiesOf(std::span<const MemberName> members,
                                std::vector<ledger::Identity>& found) override {
    OfMembers(tables().identities, members, found);
    return absl::OkStatus();
  }
  absl::Status LoadMemberTags(std::span<const MemberName> members,
                              std::vector<ledger::MemberTags>& found) override {
    found.clear();
    Find(tables().tags, members, found);
    return absl::OkStatus();
  }
  absl::Status FindMergedInto(const MemberName& member,
                              std::vector<ledger::Member>& found) override {
    found.clear();
    MergedInto(tables(), member, found);
    return absl::OkStatus();
  }
  absl::Status LoadProgramHeads(std::vector<ledger::ProgramHead>& found,
                                std::map<base::ProgramId, std::string>& unreadable) override {
    ++store_.head_reads;
    unreadable = store_.unreadable_programs;
    for (const auto& [id, head] : tables().program_heads) {
      found.push_back(head);
      if (unreadable.contains(id)) found.back().head_hash = {};
    }
    return absl::OkStatus();
  }
  absl::Status LoadProgramVersions(const base::ProgramId& program_id, int64_t after,
                                   std::vector<ledger::ProgramVersion>& found) override {
    VersionsAfter(tables(), program_id, after, found);
    return absl::OkStatus();
  }
  absl::Status LoadReceipts(std::span<const engine::RequestName> names,
                            std::vector<engine::Receipt>& found) override {
    Find(tables().receipts, names, found);
    return absl::OkStatus();
  }
  absl::Status ReadEntries(const MemberName& member, int64_t after_seq, int64_t before_seq,
                           bool newest_first, size_t limit,
                           std::vector<ledger::Entry>& found) override {
    const auto in_page = [&](const ledger::Entry& row) {
      return row.seq > after_seq && row.seq < before_seq;
    };
    OfMembers(tables().entries, std::span(&member, 1), in_page, found);
    if (newest_first) std::ranges::reverse(found);
    if (found.size() > limit) found.resize(limit);
    return absl::OkStatus();
  }
  absl::Status ScanDueMembers(base::Instant, const std::optional<engine::DueMember>&, size_t,
                              std::vector<engine::DueMember>&) override {
    return absl::UnimplementedError("the verifier settles nobody");
  }

  absl::Status ScanMembers(const MemberRange& range, size_t limit,
                           std::vector<ledger::Member>& found) override {
    Interrupt();
    for (auto row = tables().members.upper_bound(range.after);
         row != tables().members.end() && found.size() < limit; ++row) {
      if (range.until && row->first > *range.until) break;
      found.push_back(row->second);
      if (std::ranges::find(store_.unreadable_members, row->first) !=
          store_.unreadable_members.end())
        return absl::DataLossError("a hash of 4 bytes");
    }
    return absl::OkStatus();
  }
  absl::Status ScanMemberNames(const MemberRange& range, size_t limit,
                               std::vector<MemberName>& found) override {
    for (auto row = tables().members.upper_bound(range.after);
         row != tables().members.end() && found.size() < limit; ++row) {
      if (range.until && row->first > *range.until) break;
      found.push_back(row->first);
    }
    return absl::OkStatus();
  }
  absl::Status ScanEntries(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                           size_t limit, std::vector<ledger::Entry>& found) override {
    const absl::Status scanned = Scan(tables().entries, range, resume_after, limit, found);
    for (const ledger::Entry& entry : found) {
      if (std::ranges::find(store_.unreadable, KeyOf(entry)) != store_.unreadable.end())
        return absl::DataLossError("a hash of 5 bytes");
    }
    return scanned;
  }
  absl::Status ScanEvents(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                          size_t limit, std::vector<ledger::MemberEvent>& found) override {
    return Scan(tables().events, range, resume_after, limit, found);
  }
  absl::Status ScanLots(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                        size_t limit, std::vector<ledger::Lot>& found) override {
    return Scan(tables().lots, range, resume_after, limit, found);
  }
  absl::Status ScanHolds(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                         size_t limit, std::vector<ledger::Hold>& found) override {
    return Scan(tables().holds, range, resume_after, limit, found);
  }
  absl::Status ScanReversals(const MemberRange& range, const std::optional<MemberSeq>& resume_after,
                             size_t limit, std::vector<engine::Reversal>& found) override {
    return Scan(tables().reversals, range, resume_after, limit, found);
  }
  absl::Status ScanReceipts(const std::optional<engine::RequestName>& after, size_t limit,
                            std::vector<engine::Receipt>& found) override {
    Interrupt();
    const auto& receipts = tables().receipts;
    for (auto row = after ? receipts.upper_bound(*after) : receipts.begin();
         row != receipts.end() && found.size() < limit; ++row) {
      found.push_back(row->second);
    }
    return absl::OkStatus();
  }
  absl::Status LoadOrders(std::span<const engine::OrderName> names,
                          std::vector<checkout::Order>& found) override {
    found.clear();
    Find(tables().orders, names, found);
    return absl::OkStatus();
  }
  absl::Status LoadOrderLines(std::span<const engine::OrderName> orders,
                              std::vector<checkout::OrderLine>& found) override {
    found.clear();
    for (const engine::OrderName& name : orders) LinesOf(tables(), name, found);
    return absl::OkStatus();
  }
  absl::Status LoadPlacements(std::span<const engine::OrderName> names,
                              std::vector<checkout::Placement>& found) override {
    found.clear();
    Find(tables().placements, names, found);
    return absl::OkStatus();
  }
  absl::Status LoadOrderReturns(std::span<const engine::OrderName> returns,
                                std::vector<checkout::OrderReturn>& found) override {
    found.clear();
    Find(tables().order_returns, returns, found);
    return absl::OkStatus();
  }
  absl::Status ReadOrders(const MemberName&, int64_t, size_t,
                          std::vector<checkout::Order>&) override {
    return absl::UnimplementedError("the verifier reads no lists of orders");
  }
  absl::Status ScanPlacements(const std::optional<engine::OrderName>& after, size_t limit,
                              std::vector<checkout::Placement>& found) override {
    Interrupt();
    After(tables().placements, after, limit, found);
    return absl::OkStatus();
  }
  absl::Status ScanOrderReturns(const std::optional<engine::OrderName>& after, size_t limit,
                                std::vector<checkout::OrderReturn>& found) override {
    Interrupt();
    After(tables().order_returns, after, limit, found);
    return absl::OkStatus();
  }
  absl::Status ScanOrders(const engine::OrderRange& range,
                          std::vector<checkout::Order>& found) override {
    InRange(tables().orders, range, found);
    return absl::OkStatus();
  }
  absl::Status ScanOrderLines(const engine::OrderRange& range,
                              std::vector<checkout::OrderLine>& found) override {
    InRange(tables().order_lines, range, found);
    return absl::OkStatus();
  }
  absl::Status ScanReturnParts(const engine::OrderRange& range,
                               std::vector<checkout::ReturnPart>& found) override {
    InRange(tables().return_parts, range, found);
    return absl::OkStatus();
  }
  absl::Status ScanOrderClaims(const engine::OrderRange& range,
                               std::vector<checkout::OrderClaim>& found) override {
    InRange(tables().order_claims, range, found);
    return absl::OkStatus();
  }
  absl::Status ScanIdentities(const std::optional<engine::IdentityName>& after, size_t limit,
                              std::vector<ledger::Identity>& found) override {
    Interrupt();
    const auto& identities = tables().identities;
    for (auto row = after ? identities.upper_bound(*after) : identities.begin();
         row != identities.end() && found.size() < limit; ++row) {
      found.push_back(row->second);
    }
    return absl::OkStatus();
  }
  absl::Status LoadLanes(std::vector<engine::JournalLane>& found,
                         std::map<int64_t, std::string>& unreadable) override {
    unreadable = store_.unreadable_lanes;
    for (const auto& [lane, row] : tables().lanes) {
      found.push_back(row);
      if (unreadable.contains(lane)) found.back().head_hash = {};
    }
    return absl::OkStatus();
  }
  absl::Status ScanJournal(int64_t lane, int64_t after_lane_seq, size_t limit,
                           std::vector<engine::JournalRow>& found) override {
    Interrupt();
    for (auto row = tables().journal.upper_bound({lane, after_lane_seq});
         row != tables().journal.end() && row->first.first == lane && found.size() < limit; ++row) {
      found.push_back(row->second);
    }
    return absl::OkStatus();
  }
  absl::Status FindNextLane(std::optional<int64_t> after, std::optional<int64_t>& next) override {
    const auto& journal = tables().journal;
    const auto row = after ? journal.upper_bound({*after, INT64_MAX}) : journal.begin();
    next = row == journal.end() ? std::nullopt : std::optional(row->first.first);
    return absl::OkStatus();
  }
  absl::Status FindNextProgram(const std::optional<base::ProgramId>& after,
                               std::optional<base::ProgramId>& next) override {
    const auto& versions = tables().program_versions;
    const auto row = after ? versions.upper_bound({*after, INT64_MAX}) : versions.begin();
    next = row == versions.end() ? std::nullopt : std::optional(row->first.first);
    return absl::OkStatus();
  }

  template <class Body>
  absl::Status ReadPrices(const Body& body) {
    Interrupt();
    body(tables().prices, MemoryView());
    return absl::OkStatus();
  }

 private:
  const Tables& tables() const { return snapshot_ ? *snapshot_ : store_.tables; }
  void Interrupt() {
    if (store_.before_scan) store_.before_scan();
  }

  template <class Row>
  absl::Status Scan(const std::map<MemberSeq, Row>& table, const MemberRange& range,
                    const std::optional<MemberSeq>& resume_after, size_t limit,
                    std::vector<Row>& found) {
    Interrupt();
    const MemberSeq after = std::max(resume_after.value_or(MemberSeq{range.after, INT64_MAX}),
                                     MemberSeq{range.after, INT64_MAX});
    for (auto row = table.upper_bound(after); row != table.end() && found.size() < limit; ++row) {
      if (range.until && row->first.member > *range.until) break;
      found.push_back(row->second);
    }
    return absl::OkStatus();
  }

  MemoryStore& store_;
  std::optional<Tables> snapshot_;
};

}  // namespace

std::unique_ptr<engine::ReadSession> NewMemoryReadSession(MemoryStore& store) {
  return std::make_unique<MemoryReadSession>(store);
}

}  // namespace fairpoint::audit
