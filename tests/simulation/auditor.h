// Watches a run and judges it. The fake store tells it each commit in order, the driver what was
// sent, what was answered and when a worker had read what its decisions rest on. From that and the
// auditor's own rules (world.h, book.h) follows what every row and every answer must be.
//
// Checked at each commit: each receipt is one that a caller asked for and that was not refused or
// dropped before; rows are exactly what the rules make of the requests in this order, and nothing
// else. At each answer: accepted means committed, just once; a replay equals the first answer; a
// refusal is what the rules say in that state, and left no trace. At the end: store_check.h and
// verdict.h.
#ifndef FAIRPOINT_TESTS_SIMULATION_AUDITOR_H_
#define FAIRPOINT_TESTS_SIMULATION_AUDITOR_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/command.h"
#include "engine/testing/fake_store.h"
#include "tests/simulation/compare.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/request.h"
#include "tests/simulation/world.h"

namespace fairpoint::simulation {

class Auditor {
 public:
  explicit Auditor(Coverage& coverage) : coverage_(coverage) {}

  // Submissions are numbered 0, 1, 2 ...; `worker` is the fake's caller.
  void OnSent(std::shared_ptr<const Submission> submission, int worker);
  // A transaction of the worker has read the clock. What it will commit is among what the worker
  // has in hand now.
  void OnLaneLocked(int worker, engine::TxnId transaction, base::Instant now);
  // The worker has locked the programmes that were there.
  void OnProgramsLocked(int worker);
  // The worker has read, under its locks, all that its decisions rest on.
  void OnLoaded(int worker);
  void OnCommit(const engine::FakeCommit& commit);
  // Answers between the two were decided together, in this order; others were not decided at all.
  void BeginDelivery(int worker);
  void EndDelivery() { delivering_.reset(); }
  void OnAnswer(int64_t submission, const absl::StatusOr<engine::Answer>& answer);

  // The worker crashed: nobody will answer. The request, if it was waiting for an answer.
  std::shared_ptr<const Request> Lose(int64_t submission);

  // The first thing that was wrong.
  const std::optional<std::string>& fault() const { return fault_; }
  void Fault(const std::string& what) {
    if (!fault_) fault_ = what;
  }

  const World& world() const { return world_; }
  size_t receipt_count() const { return records_.size(); }
  void SetTrace(std::function<void(const std::string&)> trace) { trace_ = std::move(trace); }

 private:
  struct Case {
    std::shared_ptr<const Submission> submission;
    int worker = 0;
    bool answered = false;
    bool closed = false;  // the caller was told that nothing happened: it must never be committed
  };
  // A request that was committed. Of several submissions of it in one worker's hands, only the
  // answers tell which one it was.
  struct Record {
    std::vector<int64_t> may_be;  // submissions that were not told otherwise
    std::optional<int64_t> was;   // accepted as new
    std::shared_ptr<const Request> content;
    int64_t commit = 0;
    Judgement judgement;
    std::vector<ledger::Entry> entries;  // of the operation
    ledger::ProgramVersion version;
  };
  struct View {
    std::shared_ptr<const World>
        at_lock;  // of programmes: one that was not there then was not locked
    std::shared_ptr<const World> at_load;
    int64_t commit = 0;
    int64_t now = 0;
  };
  struct Delivery {
    View view;
    World state;
    std::set<std::pair<std::string, std::string>> accepted;
  };
  using RequestKey = std::pair<std::string, std::string>;
  using Lines = std::map<World::MemberKey, std::vector<ExpectedLine>>;

  // The submissions that the receipt may be of; alike in content.
  std::vector<int64_t> FindSubmissions(const engine::Receipt& receipt,
                                       const std::vector<int64_t>& in_hand);
  // Told that nothing happened.
  bool CanClose(Case& c);
  void JudgeReceipts(const engine::FakeCommit& commit, int64_t now, Lines& lines);
  // Books what is due of the request's member if a Settle of it is among what is in hand.
  void SettleInHand(const Request& request, int64_t now, const std::vector<int64_t>& in_hand,
                    Lines& lines);
  void CountRarities(const engine::WriteSet& rows, int64_t now, const World& before);
  void CheckEntries(const engine::WriteSet& rows, int64_t now, Lines& lines);
  void CheckProjections(const engine::WriteSet& rows);
  void CheckIdentitiesAndVersions(const engine::WriteSet& rows, const World& before);
  void OnAccepted(Case& c, const engine::Answer& answer);
  void OnRefused(Case& c, const absl::Status& status);
  void CheckAnswer(const Case& c, const Record& record, const engine::Answer& answer);
  std::shared_ptr<const World> Shared();
  const Record* Visible(const Request& request) const;

  Coverage& coverage_;
  std::optional<std::string> fault_;
  std::function<void(const std::string&)> trace_;
  World world_;
  std::shared_ptr<const World> shared_world_;  // the same, for views; null when it moved since
  int64_t last_commit_ = 0;
  std::vector<Case> cases_;
  std::map<RequestKey, std::vector<int64_t>> by_request_;
  std::map<RequestKey, Record> records_;
  std::map<int, View> views_;
  std::map<int, std::set<int64_t>> in_hand_;  // by worker: sent, not answered
  std::map<engine::TxnId, std::vector<int64_t>> in_hand_of_transaction_;  // as it read the clock
  std::optional<Delivery> delivering_;
};

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_AUDITOR_H_
