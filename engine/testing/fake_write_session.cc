#include <mutex>
#include <utility>

#include "engine/testing/fake_reads.h"
#include "engine/testing/fake_sessions.h"

namespace fairpoint::engine {
namespace {

absl::Status Gone() { return absl::UnavailableError("the session is gone"); }

}  // namespace

absl::Status FakeWriteSession::Enter(FakeCall call, const WriteSet* changes) {
  if (store_.down_ && !dead_) {
    store_.EndTxn(std::exchange(txn_, 0), false);
    dead_ = true;
  }
  if (dead_) return Gone();
  if (call == FakeCall::kBegin) return Fail(store_.Draw(call, changes));
  if (txn_ == 0) {
    store_.Violation("a statement without a transaction: it would be committed at once");
    return absl::InternalError("no transaction");
  }
  if (!store_.transactions_.contains(txn_)) {
    txn_ = 0;
    return absl::AbortedError("deadlock: this transaction was chosen and rolled back");
  }
  store_.transactions_.at(txn_).waits_for.clear();
  if (call == FakeCall::kWrite || call == FakeCall::kCommit)
    return absl::OkStatus();  // they draw for themselves
  return Fail(store_.Draw(call, changes));
}

absl::Status FakeWriteSession::Fail(FakeFault fault) {
  if (fault == FakeFault::kNone) return absl::OkStatus();
  ++store_.counts_.faults;
  switch (fault) {
    case FakeFault::kDeadlock:
      store_.EndTxn(std::exchange(txn_, 0), false);
      return absl::AbortedError("injected: deadlock");
    case FakeFault::kLockTimeout:
      return absl::AbortedError("injected: lock wait timeout");
    case FakeFault::kFull:
      return absl::ResourceExhaustedError("injected: disk full");
    case FakeFault::kRefused:
      return absl::FailedPreconditionError("injected: read-only");
    case FakeFault::kSessionLingers:
      if (txn_ != 0) store_.transactions_.at(txn_).lingers = true;
      txn_ = 0;
      dead_ = true;
      return Gone();
    default:
      store_.EndTxn(std::exchange(txn_, 0), false);
      dead_ = true;
      return Gone();
  }
}

absl::Status FakeWriteSession::Begin() {
  const std::lock_guard lock(store_.mutex_);
  if (const absl::Status status = Enter(FakeCall::kBegin); !status.ok()) return status;
  // As databases do: a transaction that is still open is committed.
  if (txn_ != 0) store_.EndTxn(std::exchange(txn_, 0), true);
  txn_ = store_.BeginTxn(caller_);
  return absl::OkStatus();
}

absl::Status FakeWriteSession::FindIdentities(std::span<const IdentityName> names,
                                              std::vector<ledger::Identity>& found) {
  return Read([&] { fake_reads::ByKey(store_.identities_, names, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LockMembers(std::span<const MemberName> ascending,
                                           std::vector<ledger::Member>& found) {
  const std::lock_guard lock(store_.mutex_);
  if (const absl::Status status = Enter(FakeCall::kLock); !status.ok()) return status;
  for (const MemberName& name : ascending) {
    std::vector<TxnId> blockers = store_.members_.Blockers(name, txn_, true);
    if (!blockers.empty()) return store_.Wait(txn_, std::move(blockers));
    store_.members_.Lock(name, txn_, true);
  }
  fake_reads::ByKey(store_.members_, ascending, txn_, kLatestCommit, found);
  return absl::OkStatus();
}

absl::Status FakeWriteSession::LockProgramHeads(std::span<const base::ProgramId> ascending,
                                                bool exclusive,
                                                std::vector<ledger::ProgramHead>& found) {
  const std::lock_guard lock(store_.mutex_);
  if (const absl::Status status = Enter(FakeCall::kLock); !status.ok()) return status;
  for (const base::ProgramId& id : ascending) {
    std::vector<TxnId> blockers = store_.program_heads_.Blockers(id, txn_, exclusive);
    if (!blockers.empty()) return store_.Wait(txn_, std::move(blockers));
    store_.program_heads_.Lock(id, txn_, exclusive);
  }
  fake_reads::ByKey(store_.program_heads_, ascending, txn_, kLatestCommit, found);
  return absl::OkStatus();
}

absl::Status FakeWriteSession::LockLane(int64_t lane, LaneLock& locked) {
  const std::lock_guard lock(store_.mutex_);
  if (const absl::Status status = Enter(FakeCall::kLock); !status.ok()) return status;
  std::vector<TxnId> blockers = store_.lanes_.Blockers(lane, txn_, true);
  if (!blockers.empty()) return store_.Wait(txn_, std::move(blockers));
  if (!store_.lanes_.Lock(lane, txn_, true)) return absl::NotFoundError("no such lane");
  locked.lane = *store_.lanes_.Read(lane, txn_);
  locked.now = store_.clock_;
  if (store_.on_lane_locked_) store_.on_lane_locked_(caller_, txn_, locked.now);
  return absl::OkStatus();
}

absl::Status FakeWriteSession::LoadReceipts(std::span<const RequestName> names,
                                            std::vector<Receipt>& found) {
  return Read([&] { fake_reads::ByKey(store_.receipts_, names, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LoadOpenLots(std::span<const MemberName> members,
                                            std::vector<ledger::Lot>& found) {
  return Read([&] {
    fake_reads::OfMembers(store_.lots_, members, txn_, kLatestCommit, found,
                          [](const ledger::Lot& lot) { return lot.is_open; });
  });
}

absl::Status FakeWriteSession::LoadOpenHolds(std::span<const MemberName> members,
                                             std::vector<ledger::Hold>& found) {
  return Read([&] {
    fake_reads::OfMembers(
        store_.holds_, members, txn_, kLatestCommit, found,
        [](const ledger::Hold& hold) { return hold.state == ledger::HoldState::kOpen; });
  });
}

absl::Status FakeWriteSession::LoadLots(std::span<const MemberSeq> names,
                                        std::vector<ledger::Lot>& found) {
  return Read([&] { fake_reads::ByKey(store_.lots_, names, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LoadHolds(std::span<const MemberSeq> names,
                                         std::vector<ledger::Hold>& found) {
  return Read([&] { fake_reads::ByKey(store_.holds_, names, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LoadTransaction(const MemberSeq& entry,
                                               std::vector<ledger::Entry>& found) {
  return Read([&] {
    const ledger::Entry* const named = store_.entries_.Read(entry, txn_);
    if (named == nullptr) return;
    store_.entries_.Scan({entry.member, named->txn_seq}, txn_, kLatestCommit,
                         [&](const MemberSeq& key, const ledger::Entry& row) {
                           if (key.member != entry.member || row.txn_seq != named->txn_seq)
                             return false;
                           found.push_back(row);
                           return true;
                         });
  });
}

absl::Status FakeWriteSession::LoadEntries(std::span<const EntrySpan> spans,
                                           std::vector<ledger::Entry>& found) {
  return Read([&] {
    for (const EntrySpan& span : spans) {
      for (int64_t seq = span.first_seq; seq < span.first_seq + span.count; ++seq) {
        if (const ledger::Entry* const row = store_.entries_.Read({span.member, seq}, txn_))
          found.push_back(*row);
      }
    }
  });
}

absl::Status FakeWriteSession::LoadReversals(std::span<const MemberSeq> transactions,
                                             std::vector<Reversal>& found) {
  return Read(
      [&] { fake_reads::ByKey(store_.reversals_, transactions, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LoadMemberKeys(std::span<const MemberName> members,
                                              std::vector<ledger::MemberKey>& found) {
  return Read([&] { fake_reads::ByKey(store_.member_keys_, members, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LoadIdentitiesOf(std::span<const MemberName> members,
                                                std::vector<ledger::Identity>& found) {
  return Read(
      [&] { fake_reads::IdentitiesOf(store_.identities_, members, txn_, kLatestCommit, found); });
}

absl::Status FakeWriteSession::LoadProgramVersions(const base::ProgramId& program_id,
                                                   int64_t after_version,
                                                   std::vector<ledger::ProgramVersion>& found) {
  return Read([&] {
    fake_reads::ProgramVersions(store_.program_versions_, program_id, after_version, txn_,
                                kLatestCommit, found);
  });
}

absl::Status FakeWriteSession::Write(const WriteSet& changes) {
  const std::lock_guard lock(store_.mutex_);
  if (const absl::Status status = Enter(FakeCall::kWrite); !status.ok()) return status;
  FakeStore::Transaction& txn = store_.transactions_.at(txn_);
  if (txn.changes == nullptr) {
    txn.changes = std::make_shared<const WriteSet>(changes);
    txn.rows_total = FakeStore::CountRows(changes);
  }
  const FakeFault fault = store_.Draw(FakeCall::kWrite, &changes);
  if (fault == FakeFault::kSlow) {
    const size_t some = txn.rows_written + (txn.rows_total - txn.rows_written) / 2;
    const absl::Status written = store_.WriteRows(txn_, some);
    return written.ok() ? absl::CancelledError("is still writing") : written;
  }
  // A statement that fails half-way has written what came before it.
  const bool part_way = fault == FakeFault::kLockTimeout || fault == FakeFault::kSessionLingers;
  const absl::Status written =
      store_.WriteRows(txn_, part_way ? txn.rows_total / 2 : txn.rows_total);
  if (fault != FakeFault::kNone) return Fail(fault);
  return written;
}

absl::Status FakeWriteSession::Commit() {
  const std::lock_guard lock(store_.mutex_);
  if (const absl::Status status = Enter(FakeCall::kCommit); !status.ok()) return status;
  const FakeFault fault = store_.Draw(FakeCall::kCommit, nullptr);
  const absl::Status lost = absl::UnknownError("injected: the commit's reply was lost");
  switch (fault) {
    case FakeFault::kReplyLost:
      ++store_.counts_.faults;
      ++store_.counts_.replies_lost;
      store_.EndTxn(std::exchange(txn_, 0), true);
      dead_ = true;
      return lost;
    case FakeFault::kCommitLost:
      ++store_.counts_.faults;
      ++store_.counts_.commits_lost;
      store_.EndTxn(std::exchange(txn_, 0), false);
      dead_ = true;
      return lost;
    case FakeFault::kCommitLingers: {
      ++store_.counts_.faults;
      FakeStore::Transaction& txn = store_.transactions_.at(std::exchange(txn_, 0));
      txn.lingers = true;
      txn.committing = true;
      dead_ = true;
      return lost;
    }
    case FakeFault::kNone:
      store_.EndTxn(std::exchange(txn_, 0), true);
      return absl::OkStatus();
    default:
      return Fail(fault);
  }
}

void FakeWriteSession::Rollback() {
  const std::lock_guard lock(store_.mutex_);
  if (txn_ != 0) store_.EndTxn(std::exchange(txn_, 0), false);
}

}  // namespace fairpoint::engine
