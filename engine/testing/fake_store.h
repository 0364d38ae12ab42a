// A database in memory behind the port, for the simulation and for tests of what stands on the
// port: row locks held to the end of the transaction, READ COMMITTED, no gap locks, unique keys
// that make an insert wait for another transaction's, deadlocks found, and faults on demand. A call
// that would wait returns CANCELLED, keeps the locks it has, and is to be called again.
//
// It also judges its caller: an append-only row overwritten, a row written without its lock, half a
// transaction committed are violations, told to OnViolation.
#ifndef FAIRPOINT_ENGINE_TESTING_FAKE_STORE_H_
#define FAIRPOINT_ENGINE_TESTING_FAKE_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/store.h"
#include "engine/testing/fake_table.h"
#include "engine/testing/price_tables.h"

namespace fairpoint::engine {

enum class FakeCall { kOpenSession, kLeaseLane, kBegin, kRead, kLock, kWrite, kCommit };

enum class FakeFault {
  kNone,
  kSlow,         // Write: half of what is left is written, then others have their turn (CANCELLED)
  kDeadlock,     // ABORTED: the database has rolled back the whole transaction already
  kLockTimeout,  // ABORTED: only the statement is undone (of a Write: the rows so far stay), the
                 // transaction is still open
  kSessionLost,  // UNAVAILABLE: the session is dead, its transaction rolled back
  kSessionLingers,  // UNAVAILABLE: the session is dead, but the database keeps its transaction and
                    // locks until it notices
  kReplyLost,       // Commit: UNKNOWN, it is committed
  kCommitLost,      // Commit: UNKNOWN, it is rolled back
  kCommitLingers,   // Commit: UNKNOWN, it will be committed or rolled back later; its locks stand
                    // until then
  kFull,            // RESOURCE_EXHAUSTED
  kRefused,         // FAILED_PRECONDITION
};
// Decides the fault of each call; `changes` is null but for kWrite.
using FakeFaults = std::function<FakeFault(FakeCall call, const WriteSet* changes)>;

struct FakeCommit {
  int64_t number = 0;  // 1, 2, 3 ... in commit order
  int caller = 0;      // who opened the session: see SetCaller
  TxnId transaction = 0;
  bool lingered = false;
  const WriteSet& changes;
};

struct FakeCounts {
  int64_t commits = 0;
  int64_t waits = 0;
  int64_t deadlocks = 0;         // found by the fake, not asked for
  int64_t unique_conflicts = 0;  // ALREADY_EXISTS
  int64_t faults = 0;
  int64_t replies_lost = 0;  // commits that happened
  int64_t commits_lost = 0;  // commits that did not
  int64_t commits_late = 0;  // that happened after the session was told UNKNOWN
};

// Thread-safe; sessions are not. The setters are for before the first session, or for one thread.
class FakeStore final : public Store {
 public:
  FakeStore();
  ~FakeStore() override;

  void SetFaults(FakeFaults faults) { faults_ = std::move(faults); }
  // Called with the store locked: must not call it.
  void OnCommit(std::function<void(const FakeCommit&)> listener) {
    on_commit_ = std::move(listener);
  }
  void OnViolation(std::function<void(const std::string&)> listener) {
    on_violation_ = std::move(listener);
  }
  // A transaction has locked its lane and read the clock. The same rule.
  void OnLaneLocked(std::function<void(int caller, TxnId, base::Instant)> listener) {
    on_lane_locked_ = std::move(listener);
  }
  // Sessions opened from now on belong to this caller.
  void SetCaller(int caller) { caller_ = caller; }

  base::Instant clock() const;
  void SetClock(base::Instant now);
  // While down every call is UNAVAILABLE and kills its session; read sessions are killed at once.
  void SetDown(bool down);
  // Transactions that outlived their sessions, oldest first.
  size_t LingeringCount() const;
  // Ends one of them: committed only if it was being committed and `commit`.
  void EndLingering(size_t index, bool commit);
  FakeCounts counts() const;
  int64_t last_commit() const;

  absl::StatusOr<std::unique_ptr<WriteSession>> OpenWriteSession() override;
  absl::StatusOr<std::unique_ptr<ReadSession>> OpenReadSession() override;
  absl::StatusOr<int64_t> LeaseLane(const std::string& owner, int64_t lease_seconds) override;
  absl::Status Ping() override;
  absl::StatusOr<std::vector<Finding>> Inspect() override;
  absl::Status InsertApiKey(const ApiKey& key) override;
  absl::StatusOr<std::vector<ApiKey>> LoadApiKeys() override;
  absl::Status RevokeApiKey(const std::string& key_id) override;
  absl::StatusOr<std::string> SetMetaOnce(const std::string& name,
                                          const std::string& value) override;
  absl::StatusOr<std::map<std::string, std::string>> LoadMeta() override;

 private:
  friend class FakeWriteSession;
  friend class FakeReadSession;

  struct Transaction {
    int caller = 0;
    std::shared_ptr<const WriteSet> changes;  // null: Write was not called
    size_t rows_total = 0;
    size_t rows_written = 0;  // of changes, in the order of tables below
    std::vector<TxnId> waits_for;
    bool committing = false;  // lingering: its COMMIT had been sent
    bool lingers = false;
  };
  enum class Mode { kInsert, kReplace, kUpsert, kAppend };

  // All of these require mutex_.
  FakeFault Draw(FakeCall call, const WriteSet* changes);
  TxnId BeginTxn(int caller);
  void EndTxn(TxnId txn, bool commit);
  absl::Status Wait(TxnId txn, std::vector<TxnId> blockers);
  bool WaitsFor(TxnId from, TxnId target, std::vector<TxnId>& seen) const;
  absl::Status WriteRows(TxnId txn, size_t rows_max);
  template <class Table, class Rows>
  absl::Status PutRows(TxnId txn, Table& table, const Rows& rows, Mode mode, const char* name,
                       size_t& position, size_t rows_max);
  template <class Table, class Keys>
  absl::Status DeleteRows(TxnId txn, Table& table, const Keys& keys, const char* name,
                          size_t& position, size_t rows_max);
  template <class Row>
  bool MayWrite(TxnId txn, const Row& row, Mode mode) const;
  template <class Row>
  bool MayWritePrice(TxnId txn, const Row& row, Mode mode) const;
  bool IsOrderLocked(TxnId txn, const OrderName& name) const;
  // Of rows that have one; nobody may wait for the row itself.
  template <class Row>
  PutResult PutSourceKey(TxnId txn, const Row& row, std::vector<TxnId>& blockers);
  void Violation(const std::string& what) const;
  static size_t CountRows(const WriteSet& changes);

  mutable std::mutex mutex_;
  FakeFaults faults_;
  std::function<void(const FakeCommit&)> on_commit_;
  std::function<void(int, TxnId, base::Instant)> on_lane_locked_;
  std::function<void(const std::string&)> on_violation_;
  int caller_ = 0;
  bool down_ = false;
  base::Instant clock_;
  FakeCounts counts_;
  int64_t last_commit_ = 0;
  TxnId last_txn_ = 0;
  int snapshots_ = 0;
  int outages_ = 0;
  std::map<TxnId, Transaction> transactions_;

  FakeTable<MemberName, ledger::Member> members_;
  FakeTable<MemberName, ledger::MemberKey> member_keys_;
  FakeTable<IdentityName, ledger::Identity> identities_;
  FakeTable<MemberName, ledger::MemberTags> tags_;
  FakeTable<MemberSeq, ledger::MemberEvent> events_;
  FakeTable<MemberSeq, ledger::Entry> entries_;
  FakeTable<MemberSeq, ledger::Lot> lots_;
  FakeTable<MemberSeq, ledger::Hold> holds_;
  FakeTable<MemberSeq, Reversal> reversals_;
  FakeTable<RequestName, Receipt> receipts_;
  FakeTable<std::pair<base::ProgramId, int64_t>, ledger::ProgramVersion> program_versions_;
  FakeTable<base::ProgramId, ledger::ProgramHead> program_heads_;
  FakeTable<OrderName, checkout::Placement> placements_;
  FakeTable<OrderName, checkout::OrderReturn> order_returns_;
  FakeTable<OrderName, checkout::OrderClaim> order_claims_;
  FakeTable<OrderName, checkout::Order> orders_;
  FakeTable<std::pair<OrderName, int64_t>, checkout::OrderLine> order_lines_;
  FakeTable<std::pair<OrderName, std::string>, checkout::ReturnPart> return_parts_;
  PriceTables<FakeTable> prices_;
  FakeTable<std::pair<std::string, SourceKeyName>, bool> source_keys_;  // taken, by table
  FakeTable<int64_t, JournalLane> lanes_;
  FakeTable<std::pair<int64_t, int64_t>, JournalRow> journal_;
  std::vector<FakeTableBase*> tables_;
  std::map<std::string, ApiKey> api_keys_;
  std::map<std::string, std::string> meta_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_TESTING_FAKE_STORE_H_
