// Which commands run together, and what becomes of them when their transaction fails.
#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/errors.h"
#include "engine/group.h"

namespace fairpoint::engine {
namespace {

constexpr absl::Duration kPauseFirst = absl::Milliseconds(10);
constexpr absl::Duration kPauseLongest = absl::Milliseconds(500);

// Of facts and offers a transaction, whatever the number of its commands.
constexpr size_t kPriceRowsMax = 2'000;

size_t PriceRowsOf(const Command& command) {
  if (const auto* facts = OperationAs<RecordPriceFacts>(command)) return facts->facts.size();
  if (const auto* offers = OperationAs<RecordOffers>(command)) return offers->offers.size();
  return 0;
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
    case absl::StatusCode::kOutOfRange:
      return StoredDataBroken();
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
      return DatabaseUnavailable();
    default:
      return StoreFailed();
  }
}

bool IsUnreachable(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kUnknown;
}

}  // namespace

Group::Task Group::TaskOf(Pending pending) const {
  Task task{std::move(pending.command), std::move(pending.done), {}, std::nullopt};
  const auto add = [&](const ledger::PlainIdentity& identity) {
    const base::Hash hash =
        keyring_.LookupHash(task.command.program_id, identity.kind, identity.value);
    task.identity_names.push_back({task.command.program_id, std::string(base::AsBytes(hash))});
  };
  if (const auto* identity = std::get_if<ledger::PlainIdentity>(&task.command.member))
    add(*identity);
  if (const ledger::EnrollMember* const enroll = EnrolmentOf(task.command)) {
    for (const ledger::PlainIdentity& identity : enroll->identities) add(identity);
  }
  const auto add_other = [&](const ledger::PlainIdentity& identity) {
    add(identity);
    task.other = task.identity_names.back();
  };
  if (const auto* transfer = OperationAs<ledger::TransferPoints>(task.command)) {
    if (const auto* identity = std::get_if<ledger::PlainIdentity>(&transfer->to))
      add_other(*identity);
  }
  if (const auto* link = OperationAs<ledger::LinkIdentity>(task.command)) add_other(link->identity);
  return task;
}

bool Group::RunsAlone(const Task& task) {
  const Command& command = task.command;
  return Publishes(task) || OperationAs<ledger::LinkIdentity>(command) != nullptr ||
         OperationAs<ledger::UnlinkIdentity>(command) != nullptr ||
         OperationAs<ledger::MergeMembers>(command) != nullptr ||
         OperationAs<ledger::EraseMember>(command) != nullptr;
}

// As far as their names for it tell.
bool Group::AreOfOneMember(const Task& one, const Task& other) {
  return one.command.program_id == other.command.program_id &&
         !std::holds_alternative<Nobody>(one.command.member) &&
         one.command.member == other.command.member;
}

void Group::Start(std::vector<Pending> commands) {
  Batch batch;
  size_t price_rows = 0;
  const auto close = [&] {
    if (!batch.tasks.empty()) waiting_.push_back(std::exchange(batch, {}));
    price_rows = 0;
  };
  for (Pending& pending : commands) {
    Task task = TaskOf(std::move(pending));
    const bool is_behind = std::ranges::any_of(
        aside_, [&task](const Batch& aside) { return AreOfOneMember(aside.tasks.front(), task); });
    if (is_behind) {
      aside_.emplace_back().tasks.push_back(std::move(task));
      continue;
    }
    const bool alone = RunsAlone(task);
    const size_t rows = PriceRowsOf(task.command);
    const bool differs = !batch.tasks.empty() &&
                         WritesPrices(batch.tasks.front().command) != WritesPrices(task.command);
    if (alone || differs || price_rows + rows > kPriceRowsMax) close();
    price_rows += rows;
    batch.tasks.push_back(std::move(task));
    if (alone) close();
  }
  close();
}

void Group::TakeBatch() {
  std::deque<Batch>& from = waiting_.empty() ? aside_ : waiting_;
  running_ = std::move(from.front());
  from.pop_front();
  stage_ = Stage::kBegin;
  pause_ = absl::ZeroDuration();
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
  if (stage_ == Stage::kCommit && IsUnreachable(why)) running_.commit_unknown = true;
  const bool lane_is_broken =
      absl::IsOutOfRange(why) || (absl::IsDataLoss(why) && stage_ == Stage::kLockLane);
  const bool was_reached = stage_ != Stage::kBegin;
  stage_ = Stage::kBegin;
  observer_.OnRetry(why);
  if (IsUnreachable(why)) {
    if (!unreachable_since_) unreachable_since_ = now;
    // The session may be dead in ways it does not know of; a fresh one is cheap beside an outage.
    session_.reset();
    if (!was_reached) {
      if (now - *unreachable_since_ < options_.give_up_after) return Pause();
      observer_.OnTrouble(why);
      return AnswerAll(why);
    }
    // The database answers, yet this transaction ends its sessions: it may be one command that
    // does.
    if (++running_.attempts < options_.attempts_max) return Pause();
  } else if (absl::IsAborted(why) || absl::IsAlreadyExists(why)) {
    running_.lost_race = now;
    if (++running_.attempts < options_.attempts_max)
      return running_.attempts < 3 ? Step::kAgain : Pause();
    return running_.tasks.size() > 1 ? Split() : AnswerAll(why);
  } else if (lane_is_broken) {
    // Left to the verifier; what it cannot take goes to another.
    lane_ = 0;
    observer_.OnTrouble(why);
    if (++running_.attempts < options_.attempts_max) return Step::kAgain;
  }
  if (!std::exchange(running_.trouble_told, true)) observer_.OnTrouble(why);
  // One of them may be what the store cannot take: the others must not suffer for it.
  return was_reached && running_.tasks.size() > 1 ? Split() : AnswerAll(why);
}

Group::Step Group::Pause() {
  pause_ = std::clamp(pause_ * 2, kPauseFirst, kPauseLongest);
  return Step::kPause;
}

Group::Step Group::Split() {
  for (auto task = running_.tasks.rbegin(); task != running_.tasks.rend(); ++task) {
    Batch& alone = waiting_.emplace_front();
    alone.commit_unknown = running_.commit_unknown;
    alone.trouble_told = running_.trouble_told;
    alone.tasks.push_back(std::move(*task));
  }
  running_ = {};
  return Step::kAgain;
}

Group::Step Group::PutAside() {
  // Those for the same member stay behind it, in their order.
  std::deque<Batch> others;
  std::vector<Batch> followers;
  for (Batch& aside : aside_) {
    const bool follows = AreOfOneMember(running_.tasks.front(), aside.tasks.front());
    if (follows) {
      followers.push_back(std::move(aside));
    } else {
      others.push_back(std::move(aside));
    }
  }
  for (Batch& batch : waiting_) {
    const auto leaving = std::ranges::stable_partition(batch.tasks, [this](const Task& task) {
      return !AreOfOneMember(running_.tasks.front(), task);
    });
    for (Task& task : leaving) {
      Batch& alone = followers.emplace_back();
      alone.commit_unknown = batch.commit_unknown;
      alone.tasks.push_back(std::move(task));
    }
    batch.tasks.erase(leaving.begin(), leaving.end());
  }
  std::erase_if(waiting_, [](const Batch& batch) { return batch.tasks.empty(); });
  others.push_back(std::exchange(running_, {}));
  std::ranges::move(followers, std::back_inserter(others));
  aside_ = std::move(others);
  return Step::kAgain;
}

void Group::DropExpired(absl::Time now) {
  // After an unknown commit only the receipts tell what happened, so nothing is dropped.
  if (running_.commit_unknown) return;
  std::vector<Task>& tasks = running_.tasks;
  const auto expired = std::ranges::stable_partition(
      tasks, [now](const Task& task) { return task.command.deadline > now; });
  const std::vector<Task> dropped(std::make_move_iterator(expired.begin()),
                                  std::make_move_iterator(expired.end()));
  tasks.erase(expired.begin(), expired.end());
  for (const Task& task : dropped) {
    const absl::Status status = DeadlinePassed();
    observer_.OnRefusal(status);
    task.done(status);
  }
}

Group::Step Group::AnswerAll(const absl::Status& why) {
  const absl::Status status = running_.commit_unknown ? DatabaseUnavailable() : ToCaller(why);
  const Batch answered = std::exchange(running_, {});
  for (const Task& task : answered.tasks) {
    observer_.OnRefusal(status);
    task.done(status);
  }
  return idle() ? Step::kIdle : Step::kAgain;
}

}  // namespace fairpoint::engine
