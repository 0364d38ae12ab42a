// One worker's machine: it runs commands as a transaction, one stage a step, until each is
// answered. It owns a session and a journal lane, and no thread: the engine's shell steps it
// against a real store, the simulation steps several against a fake one in any interleaving.
//
//   begin -> lock members -> lock programmes -> lock lane -> load -> plan -> write -> commit ->
//   deliver
//
// Any error rolls back and begins again; what fails too often as a group is run one by one. Not
// thread-safe.
#ifndef FAIRPOINT_ENGINE_GROUP_H_
#define FAIRPOINT_ENGINE_GROUP_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/keyring.h"
#include "engine/command.h"
#include "engine/observer.h"
#include "engine/program_cache.h"
#include "engine/store.h"
#include "engine/working_set.h"

namespace fairpoint::engine {

struct Pending {
  Command command;
  Completion done;
};

class Group {
 public:
  struct Options {
    std::string owner;
    int64_t lease_seconds = 30;
    int attempts_max = 6;  // of one transaction, before it is split or given up
    absl::Duration give_up_after = absl::Seconds(10);  // without a reachable database
  };

  // All must outlive the group.
  Group(Store& store, ProgramCache& programs, const base::Keyring& keyring, Observer& observer,
        Options options);

  // Requires idle().
  void Start(std::vector<Pending> commands);

  enum class Step {
    kAgain,    // call Next again
    kBlocked,  // fakes only: waiting for another transaction's lock; call again when it may have
               // ended
    kPause,    // the database is unreachable or contended; call again after a short pause
    kIdle,     // everything is answered
  };
  // Performs one stage. `now` is the caller's monotonic idea of time: for deadlines and for giving
  // up, never for what is recorded.
  Step Next(absl::Time now);

  bool idle() const { return running_.empty() && waiting_.empty(); }
  // The stage that the next step performs, for measuring: "begin", "lock_members" ...
  const char* StageName() const;

 private:
  enum class Stage {
    kBegin,
    kLockMembers,
    kLockPrograms,
    kLockLane,
    kLoad,
    kPlan,
    kWrite,
    kCommit,
    kDeliver
  };

  void TakeBatch();
  void DropExpired(absl::Time now);
  Step Handle(const absl::Status& status, absl::Time now);
  Step BeginAgain(const absl::Status& why, absl::Time now);
  void SplitOrFail(const absl::Status& why);
  void AnswerAll(const absl::Status& status);

  absl::Status Begin();
  absl::Status LockMembers();
  absl::Status LockPrograms();
  absl::Status LockLane();
  absl::Status Load();
  absl::Status LoadPrograms();
  absl::Status CheckResolution();
  absl::Status LoadReplays();
  absl::Status LoadNeeds();
  absl::Status LoadTargets(const std::vector<MemberSeq>& targets);
  absl::Status LoadSecrets();
  void Plan();
  absl::Status Write();
  absl::Status Commit();
  void Deliver();

  std::optional<MemberName> MemberOf(const Command& command) const;
  // The members that the command may turn out to be about: an identity that nobody holds yet may be
  // linked, by an enrolment of this group, to one who is here already.
  std::vector<MemberName> CandidatesOf(const Command& command) const;
  // The transaction's instant for a member, whose time never goes back; null: nobody's.
  base::Instant NowOf(const ledger::Ledger* ledger) const;
  // The version in force at the command's business time, which is never after `now`.
  ProgramCache::Version ProgramOf(const Command& command, base::Instant now) const;
  std::vector<IdentityName> IdentityNamesOf(const Command& command) const;
  absl::StatusOr<Answer> PlanOne(const Command& command);
  absl::StatusOr<Answer> PlanOperation(const Command& command);
  absl::StatusOr<Answer> PlanEnrolment(const Command& command);
  absl::StatusOr<Answer> PlanStateChange(const Command& command);
  absl::StatusOr<Answer> PlanProgram(const Command& command);
  absl::StatusOr<Answer> Replay(const Command& command, const Receipt& receipt) const;
  void KeepReceipt(const Command& command, const MemberName& name, Receipt receipt);

  Store& store_;
  ProgramCache& programs_;
  const base::Keyring& keyring_;
  Observer& observer_;
  const Options options_;

  std::unique_ptr<WriteSession> session_;
  int64_t lane_ = 0;  // 0: none leased

  struct Batch {
    std::vector<Pending> commands;
    bool commit_unknown = false;  // split off from one that may have been committed
  };
  std::deque<Batch> waiting_;     // still to run
  std::vector<Pending> running_;  // the batch of the present transaction
  Stage stage_ = Stage::kBegin;
  int attempts_ = 0;
  bool commit_unknown_ = false;                  // an attempt of this batch may have been committed
  std::optional<absl::Time> unreachable_since_;  // outlives batches: in an outage only the first
                                                 // waits, the others are told at once

  // Of the present attempt.
  std::vector<MemberName> to_lock_;
  WorkingSet working_;
  LaneLock lane_lock_;
  std::vector<absl::StatusOr<Answer>> answers_;  // parallel to running_
  WriteSet writes_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_GROUP_H_
