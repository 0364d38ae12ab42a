#include "engine/group.h"

#include <set>
#include <utility>

namespace fairpoint::engine {

Group::Group(Store& store, ProgramCache& programs, PriceCatalog& catalog,
             const base::Keyring& keyring, Observer& observer, Options options)
    : store_(store),
      programs_(programs),
      catalog_(catalog),
      keyring_(keyring),
      observer_(observer),
      options_(std::move(options)) {}

const char* Group::StageName() const {
  switch (stage_) {
    case Stage::kBegin:
      return "begin";
    case Stage::kLockMembers:
      return "lock_members";
    case Stage::kLockOrders:
      return "lock_orders";
    case Stage::kLockPrograms:
      return "lock_programs";
    case Stage::kLockPrices:
      return "lock_prices";
    case Stage::kLockLane:
      return "lock_lane";
    case Stage::kLoad:
      return "load";
    case Stage::kPlan:
      return "plan";
    case Stage::kWrite:
      return "write";
    case Stage::kCommit:
      return "commit";
    case Stage::kDeliver:
      return "deliver";
  }
  return "";
}

Group::Step Group::Next(absl::Time now) {
  if (idle()) return Step::kIdle;
  if (between_batches()) TakeBatch();
  switch (stage_) {
    case Stage::kBegin:
      DropExpired(now);
      if (between_batches()) return idle() ? Step::kIdle : Step::kAgain;
      // Asked once: an outage that follows is no wait for a lock.
      if (const auto lost_race = std::exchange(running_.lost_race, std::nullopt);
          lost_race && now - *lost_race >= options_.long_wait)
        return running_.tasks.size() > 1 ? Split() : PutAside();
      return Handle(Begin(), now);
    case Stage::kLockMembers:
      return Handle(LockMembers(), now);
    case Stage::kLockOrders:
      return Handle(LockOrders(), now);
    case Stage::kLockPrograms:
      return Handle(LockPrograms(), now);
    case Stage::kLockPrices:
      return Handle(LockPrices(), now);
    case Stage::kLockLane:
      return Handle(LockLane(), now);
    case Stage::kLoad:
      return Handle(Load(), now);
    case Stage::kPlan:
      Plan();
      if (working_.HasChanges()) {
        writes_ = working_.Finish(lane_lock_.lane, lane_lock_.now, options_.lease_seconds);
        stage_ = Stage::kWrite;
      } else {
        // Refusals and replays only: what they rest on was read under the locks.
        session_->Rollback();
        stage_ = Stage::kDeliver;
      }
      return Step::kAgain;
    case Stage::kWrite:
      return Handle(Write(), now);
    case Stage::kCommit:
      return Handle(Commit(), now);
    case Stage::kDeliver:
      Deliver();
      return idle() ? Step::kIdle : Step::kAgain;
  }
  return Step::kIdle;
}

void Group::Deliver() {
  // Emptied first: a completion may look at the group.
  const Batch answered = std::exchange(running_, {});
  std::vector<absl::StatusOr<Answer>> answers = std::exchange(answers_, {});
  stage_ = Stage::kBegin;
  for (size_t i = 0; i < answered.tasks.size(); ++i) {
    if (!answers[i].ok()) observer_.OnRefusal(answers[i].status());
    answered.tasks[i].done(std::move(answers[i]));
  }
  working_ = WorkingSet();
  writes_ = WriteSet();
}

// ---- begin and the locks ----

absl::Status Group::Begin() {
  working_ = WorkingSet();
  answers_.clear();
  if (session_ == nullptr) {
    absl::StatusOr<std::unique_ptr<WriteSession>> session = store_.OpenWriteSession();
    if (!session.ok()) return session.status();
    session_ = std::move(*session);
  }
  if (lane_ == 0) {
    const absl::StatusOr<int64_t> lane = store_.LeaseLane(options_.owner, options_.lease_seconds);
    if (!lane.ok()) return lane.status();
    lane_ = *lane;
  }
  if (const absl::Status begun = session_->Begin(); !begun.ok()) return begun;

  std::vector<ledger::Identity> found;
  if (const absl::Status status = FindIdentities(found); !status.ok()) return status;
  for (const ledger::Identity& identity : found)
    working_.identities[{identity.program_id, identity.lookup_hash}] = identity.member_id;
  if (const absl::Status status = ResolveOrders(); !status.ok()) return status;
  if (const absl::Status status = LoadQuotes(); !status.ok()) return status;
  if (const absl::Status status = FindMergedFrom(merged_from_); !status.ok()) return status;

  std::set<MemberName> members;
  for (const Task& task : running_.tasks) {
    const base::ProgramId& program_id = task.command.program_id;
    if (const auto* id = std::get_if<base::MemberId>(&task.command.member))
      members.insert({program_id, *id});
    if (const pricing::Evidence* const quote = QuoteOf(task);
        quote != nullptr && !quote->member_id.empty())
      members.insert({program_id, quote->member_id});
    if (const auto* merge = OperationAs<ledger::MergeMembers>(task.command))
      members.insert({program_id, merge->into});
    if (const auto* transfer = OperationAs<ledger::TransferPoints>(task.command)) {
      if (const auto* id = std::get_if<base::MemberId>(&transfer->to))
        members.insert({program_id, *id});
    }
  }
  for (const auto& [name, answering] : merged_from_) {
    for (const ledger::Member& member : answering)
      members.insert({member.program_id, member.member_id});
  }
  for (const ledger::Identity& identity : found)
    members.insert({identity.program_id, identity.member_id});
  for (const auto& [order, owner] : working_.order_owners) {
    if (!owner.empty()) members.insert({order.program_id, owner});
  }
  std::vector<MemberName> targets;
  for (const MemberName& name : members) {
    if (const auto merged = merged_into_.find(name); merged != merged_into_.end())
      targets.push_back(merged->second);
  }
  members.insert(targets.begin(), targets.end());
  to_lock_.assign(members.begin(), members.end());
  return absl::OkStatus();
}

absl::Status Group::FindIdentities(std::vector<ledger::Identity>& found) {
  std::vector<IdentityName> names;
  for (const Task& task : running_.tasks)
    names.insert(names.end(), task.identity_names.begin(), task.identity_names.end());
  return names.empty() ? absl::OkStatus() : session_->FindIdentities(names, found);
}

absl::Status Group::LockMembers() {
  std::vector<ledger::Member> found;
  if (!to_lock_.empty()) {
    if (const absl::Status status = session_->LockMembers(to_lock_, found); !status.ok())
      return status;
  }
  working_.AddMembers(found);
  return FollowMerged(found);
}

absl::Status Group::LockPrograms() {
  std::set<base::ProgramId> ids;
  for (const Task& task : running_.tasks) ids.insert(task.command.program_id);
  const std::vector<base::ProgramId> ascending(ids.begin(), ids.end());
  std::vector<ledger::ProgramHead> found;
  if (const absl::Status status =
          session_->LockProgramHeads(ascending, Publishes(running_.tasks.front()), found);
      !status.ok())
    return status;
  for (const ledger::ProgramHead& head : found) working_.program_heads[head.program_id] = head;
  return absl::OkStatus();
}

absl::Status Group::LockLane() {
  const absl::Status status = session_->LockLane(lane_, lane_lock_);
  if (status.code() == absl::StatusCode::kNotFound ||
      (status.ok() && lane_lock_.lane.owner != options_.owner)) {
    // The lease ended while this worker idled, and another took the lane.
    lane_ = 0;
    return absl::AbortedError("the journal lane's lease was lost");
  }
  return status;
}

// ---- write and commit ----

absl::Status Group::Write() { return session_->Write(writes_); }

absl::Status Group::Commit() {
  const absl::Status status = session_->Commit();
  if (!status.ok()) return status;
  observer_.OnGroup(running_.tasks.size());
  working_.prices.Tell(catalog_);
  catalog_.TellTime(lane_lock_.now);
  return status;
}

}  // namespace fairpoint::engine
