#include "engine/group.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/errors.h"

namespace fairpoint::engine {
namespace {

bool Publishes(const Pending& pending) {
  return std::holds_alternative<ledger::PublishProgram>(pending.command.operation);
}

// What a caller is told when the store will not do it.
absl::Status ToCaller(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
      return TooMuchContention();
    case absl::StatusCode::kResourceExhausted:
      return StoreFull();
    case absl::StatusCode::kFailedPrecondition:
      return StoreRefusesWrites();
    case absl::StatusCode::kDataLoss:
      return StoredDataBroken();
    default:
      return DatabaseUnavailable();
  }
}

bool IsUnreachable(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kUnknown;
}

}  // namespace

Group::Group(Store& store, ProgramCache& programs, const base::Keyring& keyring, Observer& observer,
             Options options)
    : store_(store),
      programs_(programs),
      keyring_(keyring),
      observer_(observer),
      options_(std::move(options)) {}

void Group::Start(std::vector<Pending> commands) {
  // A publication is a transaction of its own: it locks its programme against everybody.
  std::vector<Pending> batch;
  for (Pending& pending : commands) {
    const bool alone = Publishes(pending);
    if (alone && !batch.empty()) waiting_.push_back({.commands = std::exchange(batch, {})});
    batch.push_back(std::move(pending));
    if (alone) waiting_.push_back({.commands = std::exchange(batch, {})});
  }
  if (!batch.empty()) waiting_.push_back({.commands = std::move(batch)});
}

const char* Group::StageName() const {
  switch (stage_) {
    case Stage::kBegin:
      return "begin";
    case Stage::kLockMembers:
      return "lock_members";
    case Stage::kLockPrograms:
      return "lock_programs";
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

void Group::TakeBatch() {
  running_ = std::move(waiting_.front().commands);
  commit_unknown_ = waiting_.front().commit_unknown;
  waiting_.pop_front();
  stage_ = Stage::kBegin;
  attempts_ = 0;
}

Group::Step Group::Next(absl::Time now) {
  if (running_.empty()) {
    if (waiting_.empty()) return Step::kIdle;
    TakeBatch();
  }
  switch (stage_) {
    case Stage::kBegin:
      DropExpired(now);
      if (running_.empty()) return idle() ? Step::kIdle : Step::kAgain;
      return Handle(Begin(), now);
    case Stage::kLockMembers:
      return Handle(LockMembers(), now);
    case Stage::kLockPrograms:
      return Handle(LockPrograms(), now);
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

Group::Step Group::Handle(const absl::Status& status, absl::Time now) {
  if (status.ok()) {
    stage_ = static_cast<Stage>(static_cast<int>(stage_) + 1);
    unreachable_since_.reset();
    return Step::kAgain;
  }
  if (status.code() == absl::StatusCode::kCancelled) return Step::kBlocked;
  return BeginAgain(status, now);
}

Group::Step Group::BeginAgain(const absl::Status& why, absl::Time now) {
  if (session_ != nullptr) session_->Rollback();
  if (stage_ == Stage::kCommit && IsUnreachable(why)) commit_unknown_ = true;
  const bool was_reached = stage_ != Stage::kBegin;
  stage_ = Stage::kBegin;
  observer_.OnRetry(why);
  if (IsUnreachable(why)) {
    if (!unreachable_since_) unreachable_since_ = now;
    // The session may be dead in ways it does not know of; a fresh one is cheap beside an outage.
    session_.reset();
    if (was_reached) {
      // The database answers, yet this transaction ends its sessions: it may be one command that
      // does.
      if (++attempts_ < options_.attempts_max) return Step::kPause;
      observer_.OnTrouble(why);
      SplitOrFail(why);
      return idle() ? Step::kIdle : Step::kAgain;
    }
    if (now - *unreachable_since_ < options_.give_up_after) return Step::kPause;
    observer_.OnTrouble(why);
    AnswerAll(DatabaseUnavailable());
    return idle() ? Step::kIdle : Step::kAgain;
  }
  const bool lost_a_race =
      why.code() == absl::StatusCode::kAborted || why.code() == absl::StatusCode::kAlreadyExists;
  if (lost_a_race && ++attempts_ < options_.attempts_max)
    return attempts_ < 3 ? Step::kAgain : Step::kPause;
  if (!lost_a_race) observer_.OnTrouble(why);
  SplitOrFail(why);
  return idle() ? Step::kIdle : Step::kAgain;
}

void Group::SplitOrFail(const absl::Status& why) {
  if (running_.size() == 1) {
    AnswerAll(commit_unknown_ ? DatabaseUnavailable() : ToCaller(why));
    return;
  }
  // One of them may be what the store cannot take: the others must not suffer for it.
  for (auto pending = running_.rbegin(); pending != running_.rend(); ++pending) {
    Batch alone{.commands = {}, .commit_unknown = commit_unknown_};
    alone.commands.push_back(std::move(*pending));
    waiting_.push_front(std::move(alone));
  }
  running_.clear();
}

void Group::DropExpired(absl::Time now) {
  // After an unknown commit only the receipts tell what happened, so nothing is dropped.
  if (commit_unknown_) return;
  const auto expired =
      std::stable_partition(running_.begin(), running_.end(),
                            [now](const Pending& p) { return p.command.deadline > now; });
  std::vector<Pending> dropped(std::make_move_iterator(expired),
                               std::make_move_iterator(running_.end()));
  running_.erase(expired, running_.end());
  for (const Pending& pending : dropped) {
    const absl::Status status = DeadlinePassed();
    observer_.OnRefusal(status);
    pending.done(status);
  }
}

void Group::AnswerAll(const absl::Status& status) {
  for (const Pending& pending : std::exchange(running_, {})) {
    observer_.OnRefusal(status);
    pending.done(status);
  }
}

void Group::Deliver() {
  // Emptied first: a completion may look at the group.
  const std::vector<Pending> answered = std::exchange(running_, {});
  std::vector<absl::StatusOr<Answer>> answers = std::exchange(answers_, {});
  working_ = WorkingSet();
  stage_ = Stage::kBegin;
  for (size_t i = 0; i < answered.size(); ++i) {
    if (!answers[i].ok()) observer_.OnRefusal(answers[i].status());
    answered[i].done(std::move(answers[i]));
  }
}

// ---- begin and the locks ----

std::vector<IdentityName> Group::IdentityNamesOf(const Command& command) const {
  std::vector<IdentityName> names;
  const auto add = [&](const ledger::PlainIdentity& identity) {
    const base::Hash hash = keyring_.LookupHash(command.program_id, identity.kind, identity.value);
    names.push_back({command.program_id, std::string(base::AsBytes(hash))});
  };
  if (const auto* identity = std::get_if<ledger::PlainIdentity>(&command.member)) add(*identity);
  if (const auto* enroll = std::get_if<ledger::EnrollMember>(&command.operation)) {
    for (const ledger::PlainIdentity& identity : enroll->identities) add(identity);
  }
  return names;
}

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

  std::vector<IdentityName> names;
  for (const Pending& pending : running_) {
    for (IdentityName& name : IdentityNamesOf(pending.command)) names.push_back(std::move(name));
  }
  std::vector<ledger::Identity> found;
  if (!names.empty()) {
    if (const absl::Status status = session_->FindIdentities(names, found); !status.ok())
      return status;
  }
  for (const ledger::Identity& identity : found)
    working_.identities[{identity.program_id, identity.lookup_hash}] = identity.member_id;

  std::set<MemberName> members;
  for (const Pending& pending : running_) {
    if (const auto* id = std::get_if<base::MemberId>(&pending.command.member))
      members.insert({pending.command.program_id, *id});
  }
  for (const ledger::Identity& identity : found)
    members.insert({identity.program_id, identity.member_id});
  to_lock_.assign(members.begin(), members.end());
  return absl::OkStatus();
}

absl::Status Group::LockMembers() {
  std::vector<ledger::Member> found;
  if (!to_lock_.empty()) {
    if (const absl::Status status = session_->LockMembers(to_lock_, found); !status.ok())
      return status;
  }
  working_.AddMembers(found);
  return absl::OkStatus();
}

absl::Status Group::LockPrograms() {
  std::set<base::ProgramId> ids;
  for (const Pending& pending : running_) ids.insert(pending.command.program_id);
  const std::vector<base::ProgramId> ascending(ids.begin(), ids.end());
  std::vector<ledger::ProgramHead> found;
  if (const absl::Status status =
          session_->LockProgramHeads(ascending, Publishes(running_.front()), found);
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
  if (status.ok()) observer_.OnGroup(running_.size());
  return status;
}

}  // namespace fairpoint::engine
