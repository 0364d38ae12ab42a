#include "engine/testing/fake_store.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "engine/testing/fake_sessions.h"

namespace fairpoint::engine {
namespace {

MemberName MemberOf(const auto& row) { return {row.program_id, row.member_id}; }

MemberName KeyOf(const ledger::Member& row) { return MemberOf(row); }
MemberName KeyOf(const ledger::MemberKey& row) { return MemberOf(row); }
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
int64_t KeyOf(const JournalLane& row) { return row.lane; }
std::pair<int64_t, int64_t> KeyOf(const JournalRow& row) { return {row.lane, row.lane_seq}; }

template <class T>
std::vector<T> ToVector(const std::optional<T>& value) {
  return value ? std::vector<T>{*value} : std::vector<T>{};
}

}  // namespace

FakeStore::FakeStore()
    : tables_{&members_,       &member_keys_, &identities_, &events_,   &entries_,
              &lots_,          &holds_,       &reversals_,  &receipts_, &program_versions_,
              &program_heads_, &lanes_,       &journal_} {}
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

// ---- writing ----

size_t FakeStore::CountRows(const WriteSet& w) {
  return w.new_members.size() + w.members.size() + w.new_member_keys.size() +
         w.new_identities.size() + w.events.size() + w.entries.size() + w.new_lots.size() +
         w.lots.size() + w.new_holds.size() + w.holds.size() + w.reversals.size() +
         w.receipts.size() + w.program_versions.size() + w.new_program_heads.size() +
         w.program_heads.size() + (w.journal ? 1U : 0U) + (w.lane ? 1U : 0U);
}

template <class Row>
bool FakeStore::MayWrite(TxnId txn, const Row& row, Mode mode) const {
  if constexpr (std::is_same_v<Row, ledger::Member>) {
    return mode == Mode::kInsert || members_.IsLocked(KeyOf(row), txn);
  } else if constexpr (std::is_same_v<Row, ledger::ProgramHead>) {
    return mode == Mode::kInsert || program_heads_.IsLocked(KeyOf(row), txn);
  } else if constexpr (std::is_same_v<Row, ledger::ProgramVersion>) {
    return row.version == 1 || program_heads_.IsLocked(row.program_id, txn);
  } else if constexpr (std::is_same_v<Row, JournalLane> || std::is_same_v<Row, JournalRow>) {
    return lanes_.IsLocked(row.lane, txn);
  } else if constexpr (std::is_same_v<Row, Receipt>) {
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
    const PutResult put = mode == Mode::kReplace ? table.Replace(KeyOf(row), row, id)
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
        return absl::AlreadyExistsError(absl::StrCat("duplicate key in ", name));
    }
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
  put(members_, w.new_members, Mode::kInsert, "member");
  put(members_, w.members, Mode::kReplace, "member");
  put(member_keys_, w.new_member_keys, Mode::kInsert, "member_key");
  put(identities_, w.new_identities, Mode::kInsert, "identity");
  put(events_, w.events, Mode::kAppend, "member_event");
  put(entries_, w.entries, Mode::kAppend, "entry");
  put(lots_, w.new_lots, Mode::kAppend, "lot");
  put(lots_, w.lots, Mode::kReplace, "lot");
  put(holds_, w.new_holds, Mode::kAppend, "hold");
  put(holds_, w.holds, Mode::kReplace, "hold");
  put(reversals_, w.reversals, Mode::kAppend, "reversal");
  put(receipts_, w.receipts, Mode::kInsert, "receipt");
  put(program_versions_, w.program_versions, Mode::kInsert, "program_version");
  put(program_heads_, w.new_program_heads, Mode::kInsert, "program");
  put(program_heads_, w.program_heads, Mode::kReplace, "program");
  put(journal_, ToVector(w.journal), Mode::kAppend, "journal");
  put(lanes_, ToVector(w.lane), Mode::kReplace, "journal_lane");
  return status;
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

}  // namespace fairpoint::engine
