// A store for tests: the port over maps that a test may look into and tamper with. One writer at a
// time, no locks, no threads.
#ifndef FAIRPOINT_AUDIT_TESTING_MEMORY_STORE_H_
#define FAIRPOINT_AUDIT_TESTING_MEMORY_STORE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/store.h"
#include "engine/testing/price_tables.h"

namespace fairpoint::audit {

template <class Key, class Row>
using MemoryTable = std::map<Key, Row>;

struct Tables {
  std::map<base::ProgramId, ledger::ProgramHead> program_heads;
  std::map<std::pair<base::ProgramId, int64_t>, ledger::ProgramVersion> program_versions;
  std::map<engine::MemberName, ledger::Member> members;
  std::map<engine::MemberName, ledger::MemberKey> member_keys;
  std::map<engine::IdentityName, ledger::Identity> identities;
  std::map<engine::MemberName, ledger::MemberTags> tags;
  std::map<engine::MemberSeq, ledger::MemberEvent> events;
  std::map<engine::MemberSeq, ledger::Entry> entries;
  std::map<engine::MemberSeq, ledger::Lot> lots;
  std::map<engine::MemberSeq, ledger::Hold> holds;
  std::map<engine::MemberSeq, engine::Reversal> reversals;
  std::map<engine::RequestName, engine::Receipt> receipts;
  std::map<engine::OrderName, checkout::Placement> placements;
  std::map<engine::OrderName, checkout::OrderReturn> order_returns;
  std::map<engine::OrderName, checkout::OrderClaim> order_claims;
  std::map<engine::OrderName, checkout::Order> orders;
  std::map<std::pair<engine::OrderName, int64_t>, checkout::OrderLine> order_lines;
  std::map<std::pair<engine::OrderName, std::string>, checkout::ReturnPart> return_parts;
  engine::PriceTables<MemoryTable> prices;
  std::map<int64_t, engine::JournalLane> lanes;
  std::map<std::pair<int64_t, int64_t>, engine::JournalRow> journal;
};

class MemoryStore final : public engine::Store {
 public:
  Tables tables;
  base::Instant now{1'700'000'000'000'000};
  // Called before every page that the verifier reads; may change `tables`. Snapshots do not see it.
  std::function<void()> before_scan;
  // Entries whose rows cannot be read: any scan that would return one is DATA_LOSS.
  std::vector<engine::MemberSeq> unreadable;
  // Likewise members.
  std::vector<engine::MemberName> unreadable_members;
  // Programmes and lanes whose head_hash cannot be read, and why.
  std::map<base::ProgramId, std::string> unreadable_programs;
  std::map<int64_t, std::string> unreadable_lanes;
  int64_t head_reads = 0;  // how often the verifier read the programmes' heads

  absl::StatusOr<std::unique_ptr<engine::WriteSession>> OpenWriteSession() override;
  absl::StatusOr<std::unique_ptr<engine::ReadSession>> OpenReadSession() override;
  absl::StatusOr<int64_t> LeaseLane(const std::string& owner, int64_t lease_seconds) override;
  absl::Status Ping() override { return absl::OkStatus(); }
  absl::StatusOr<std::vector<engine::Finding>> Inspect() override {
    return std::vector<engine::Finding>();
  }
  // The verifier's store has no callers and no meta data.
  absl::Status InsertApiKey(const engine::ApiKey&) override {
    return absl::UnimplementedError("no keys here");
  }
  absl::StatusOr<std::vector<engine::ApiKey>> LoadApiKeys() override {
    return absl::UnimplementedError("no keys here");
  }
  absl::Status RevokeApiKey(const std::string&) override {
    return absl::UnimplementedError("no keys here");
  }
  absl::StatusOr<std::string> SetMetaOnce(const std::string&, const std::string&) override {
    return absl::UnimplementedError("no meta data here");
  }
  absl::StatusOr<std::map<std::string, std::string>> LoadMeta() override {
    return absl::UnimplementedError("no meta data here");
  }
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_TESTING_MEMORY_STORE_H_
