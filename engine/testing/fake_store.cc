#include "engine/testing/fake_store.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "engine/testing/fake_sessions.h"

namespace fairpoint::engine {

FakeStore::FakeStore()
    : tables_{&members_,          &member_keys_,   &identities_, &tags_,        &events_,
              &entries_,          &lots_,          &holds_,      &reversals_,   &receipts_,
              &program_versions_, &program_heads_, &lanes_,      &journal_,     &placements_,
              &order_returns_,    &order_claims_,  &orders_,     &order_lines_, &return_parts_,
              &source_keys_} {
  prices_.ForEach([this](auto& table) { tables_.push_back(&table); });
}
FakeStore::~FakeStore() = default;

base::Instant FakeStore::clock() const {
  const std::lock_guard lock(mutex_);
  return clock_;
}

void FakeStore::SetClock(base::Instant now) {
  const std::lock_guard lock(mutex_);
  clock_ = now;
}

void FakeStore::SetDown(bool down) {
  const std::lock_guard lock(mutex_);
  down_ = down;
  if (down) ++outages_;
}

FakeCounts FakeStore::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

int64_t FakeStore::last_commit() const {
  const std::lock_guard lock(mutex_);
  return last_commit_;
}

// ---- transactions ----

FakeFault FakeStore::Draw(FakeCall call, const WriteSet* changes) {
  return faults_ ? faults_(call, changes) : FakeFault::kNone;
}

void FakeStore::Violation(const std::string& what) const {
  if (on_violation_) return on_violation_(what);
  std::fprintf(stderr, "fake store: %s\n", what.c_str());
  std::abort();
}

TxnId FakeStore::BeginTxn(int caller) {
  transactions_[++last_txn_].caller = caller;
  return last_txn_;
}

void FakeStore::EndTxn(TxnId txn, bool commit) {
  const auto found = transactions_.find(txn);
  if (found == transactions_.end()) return;
  const Transaction ended = std::move(found->second);
  transactions_.erase(found);
  if (commit && ended.rows_written < ended.rows_total) {
    Violation(absl::StrCat("half a transaction was committed: ", ended.rows_written, " of ",
                           ended.rows_total, " rows"));
  }
  if (commit) {
    ++last_commit_;
    ++counts_.commits;
  }
  for (FakeTableBase* const table : tables_) table->End(txn, commit, last_commit_, snapshots_ > 0);
  if (commit && ended.lingers) ++counts_.commits_late;
  if (commit && ended.rows_total > 0 && on_commit_) {
    on_commit_({.number = last_commit_,
                .caller = ended.caller,
                .transaction = txn,
                .lingered = ended.lingers,
                .changes = *ended.changes});
  }
}

bool FakeStore::WaitsFor(TxnId from, TxnId target, std::vector<TxnId>& seen) const {
  const auto txn = transactions_.find(from);
  if (txn == transactions_.end() || std::ranges::find(seen, from) != seen.end()) return false;
  seen.push_back(from);
  return std::ranges::any_of(txn->second.waits_for, [&](TxnId next) {
    return next == target || WaitsFor(next, target, seen);
  });
}

absl::Status FakeStore::Wait(TxnId txn, std::vector<TxnId> blockers) {
  ++counts_.waits;
  transactions_.at(txn).waits_for = std::move(blockers);
  std::vector<TxnId> seen;
  if (!WaitsFor(txn, txn, seen)) return absl::CancelledError("waits for a lock");
  ++counts_.deadlocks;
  // The one that wrote least, as InnoDB does; of the others only those on the way are candidates,
  // and any of them breaks the circle only if it is on it: the one we wait for is, if it waits for
  // us.
  TxnId victim = txn;
  for (const TxnId other : seen) {
    std::vector<TxnId> seen_from_other;
    const bool on_circle = other != txn && WaitsFor(other, other, seen_from_other);
    if (on_circle && transactions_.at(other).rows_written < transactions_.at(victim).rows_written)
      victim = other;
  }
  EndTxn(victim, false);
  return victim == txn ? absl::AbortedError("deadlock") : absl::CancelledError("waits for a lock");
}

size_t FakeStore::LingeringCount() const {
  const std::lock_guard lock(mutex_);
  return static_cast<size_t>(
      std::ranges::count_if(transactions_, [](const auto& txn) { return txn.second.lingers; }));
}

void FakeStore::EndLingering(size_t index, bool commit) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, txn] : transactions_) {
    if (!txn.lingers || index-- > 0) continue;
    const bool commits = commit && txn.committing;
    if (txn.committing && !commits) ++counts_.commits_lost;
    EndTxn(id, commits);
    return;
  }
}

// ---- the store ----

absl::StatusOr<std::unique_ptr<WriteSession>> FakeStore::OpenWriteSession() {
  const std::lock_guard lock(mutex_);
  const bool fails = down_ || Draw(FakeCall::kOpenSession, nullptr) != FakeFault::kNone;
  if (fails) return absl::UnavailableError("cannot connect");
  return std::make_unique<FakeWriteSession>(*this, caller_);
}

absl::StatusOr<std::unique_ptr<ReadSession>> FakeStore::OpenReadSession() {
  const std::lock_guard lock(mutex_);
  if (down_) return absl::UnavailableError("cannot connect");
  return std::make_unique<FakeReadSession>(*this);
}

absl::StatusOr<int64_t> FakeStore::LeaseLane(const std::string& owner, int64_t lease_seconds) {
  const std::lock_guard lock(mutex_);
  if (down_) return absl::UnavailableError("the database is down");
  switch (Draw(FakeCall::kLeaseLane, nullptr)) {
    case FakeFault::kNone:
      break;
    case FakeFault::kDeadlock:
    case FakeFault::kLockTimeout:
      return absl::AbortedError("injected");
    default:
      return absl::UnavailableError("injected");
  }
  JournalLane lease;
  int64_t last = 0;
  const TxnId txn = BeginTxn(caller_);
  lanes_.ScanAll(0, kLatestCommit, [&](int64_t lane, const JournalLane& row) {
    last = lane;
    const bool free = row.lease_until <= clock_ && lanes_.Blockers(lane, txn, true).empty();
    if (free && lease.lane == 0) lease = row;
    return true;
  });
  const bool is_new = lease.lane == 0;
  if (is_new) lease.lane = last + 1;
  lease.owner = owner;
  lease.lease_until = clock_ + absl::Seconds(lease_seconds);
  const PutResult put =
      is_new ? lanes_.Insert(lease.lane, lease, txn) : lanes_.Replace(lease.lane, lease, txn);
  EndTxn(txn, put == PutResult::kDone);
  return lease.lane;
}

absl::Status FakeStore::Ping() {
  const std::lock_guard lock(mutex_);
  return down_ ? absl::UnavailableError("the database is down") : absl::OkStatus();
}

absl::StatusOr<std::vector<Finding>> FakeStore::Inspect() { return std::vector<Finding>(); }

absl::Status FakeStore::InsertApiKey(const ApiKey& key) {
  const std::lock_guard lock(mutex_);
  return api_keys_.emplace(key.key_id, key).second ? absl::OkStatus()
                                                   : absl::AlreadyExistsError("api_key");
}

absl::StatusOr<std::vector<ApiKey>> FakeStore::LoadApiKeys() {
  const std::lock_guard lock(mutex_);
  std::vector<ApiKey> keys;
  for (const auto& [id, key] : api_keys_) keys.push_back(key);
  return keys;
}

absl::Status FakeStore::RevokeApiKey(const std::string& key_id) {
  const std::lock_guard lock(mutex_);
  const auto found = api_keys_.find(key_id);
  if (found == api_keys_.end()) return absl::NotFoundError("no such key");
  if (!found->second.revoked_at) found->second.revoked_at = clock_;
  return absl::OkStatus();
}

absl::StatusOr<std::string> FakeStore::SetMetaOnce(const std::string& name,
                                                   const std::string& value) {
  const std::lock_guard lock(mutex_);
  return meta_.emplace(name, value).first->second;
}

absl::StatusOr<std::map<std::string, std::string>> FakeStore::LoadMeta() {
  const std::lock_guard lock(mutex_);
  return meta_;
}

}  // namespace fairpoint::engine
