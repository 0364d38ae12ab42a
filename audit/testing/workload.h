// Fills a store through the engine, so that what tests verify is what servers write. Deterministic
// for a seed.
#ifndef FAIRPOINT_AUDIT_TESTING_WORKLOAD_H_
#define FAIRPOINT_AUDIT_TESTING_WORKLOAD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/keyring.h"
#include "engine/command.h"
#include "engine/group.h"
#include "engine/observer.h"
#include "engine/program_cache.h"
#include "engine/store.h"

namespace fairpoint::audit {

// The text of a programme in tests is a number, whose mixed-radix digits choose policies. All have
// the private channel "app", the reference channel "jd" and price protection for an hour.
absl::StatusOr<checkout::Program> ParseProgram(const ledger::ProgramVersion& version);

class Workload {
 public:
  // What the store's clock shows, for commands that arrive late; absent: all are on time.
  std::optional<base::Instant> now;

  // `workers` engines take turns, with a journal lane each. `store` must outlive this.
  Workload(engine::Store& store, uint64_t seed, int workers = 1);

  // How the next version of the programme treats points; every number gives a valid one, and all
  // policies are among the first 288.
  void Publish(const base::ProgramId& program_id, int policy);
  base::MemberId Enroll(const base::ProgramId& program_id, const std::string& kind = "card");

  // Runs commands as one group, which must not meet trouble; refusals are answers. `worker` picks
  // the engine.
  std::vector<absl::StatusOr<engine::Answer>> Run(std::vector<engine::Command> commands,
                                                  int worker = 0);
  // One command that must succeed.
  engine::Answer Do(const base::ProgramId& program_id, const base::MemberId& member_id,
                    ledger::Operation operation);

  // `count` random commands on the members enrolled so far, in groups of random sizes up to
  // `group_max`; some are refused.
  void Random(int count, int group_max);
  // `count` random commands on members themselves and between two of them: transfers, adjustments,
  // tags, identities, and now and then a merge or an erasure. Some are refused.
  void AmongMembers(int count);
  // `count` commands of earning and spending alone, in groups of `group`: what most of a real
  // ledger is.
  void EarnAndRedeem(int count, int group);

  engine::Command CommandFor(const base::ProgramId& program_id, const base::MemberId& member_id,
                             ledger::Operation operation);
  uint64_t Draw(uint64_t below);
  int64_t accepted() const { return accepted_; }
  const base::Keyring& keyring() const { return keyring_; }

 private:
  struct Subject {
    base::ProgramId program_id;
    base::MemberId member_id;
    int64_t entries = 0;
    std::vector<int64_t> holds;
  };

  ledger::Operation RandomOperation(const Subject& subject);
  ledger::Operation OperationAmong(const Subject& other);

  engine::SilentObserver observer_;
  base::Keyring keyring_;
  engine::ProgramCache programs_;
  engine::PriceCatalog prices_;
  std::vector<std::unique_ptr<engine::Group>> groups_;
  std::mt19937_64 random_;
  int64_t next_request_ = 0;
  int64_t next_member_ = 0;
  int64_t accepted_ = 0;
  std::vector<Subject> subjects_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_TESTING_WORKLOAD_H_
