// Random programmes and operations, decided from plain numbers, so that rapidcheck can shrink them
// and a seed can replay them. Zeros make the simplest of everything. Not for production.
#ifndef FAIRPOINT_LEDGER_TESTING_CHOICES_H_
#define FAIRPOINT_LEDGER_TESTING_CHOICES_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/time.h"
#include "ledger/testing/world.h"

namespace fairpoint::ledger::testing {

// A number in [0, end).
using Dice = std::function<uint32_t(uint32_t end)>;

// What a programme's rules are drawn from.
struct PolicyChoice {
  uint32_t zone = 0, expiry_after = 0, rounding = 0, extended = 0;
  uint32_t pending = 0, pending_after = 0;
  uint32_t take_back = 0, rate = 0, debt_max = 0, grace = 0;
};
// What a step is drawn from; what it means depends on the ledger it meets.
struct StepChoice {
  uint32_t verb = 0, wait = 0, amount = 0, digits = 0, pick = 0, back = 0, oddity = 0, version = 0;
};

inline constexpr uint32_t kChoiceEnd = 1'000;
PolicyChoice RollPolicy(const Dice& dice);
StepChoice RollStep(const Dice& dice);

Program ProgramOf(const PolicyChoice& choice, int64_t version);

struct Step {
  size_t version = 0;  // index of the programme version it is judged by
  base::Instant now;
  Operation operation;
  Posting posting;
  std::optional<MemberState> new_state;  // set before the operation
  std::optional<bool> new_phone_only;
};

// A member with a few programme versions, played step by step.
struct Game {
  explicit Game(const std::vector<PolicyChoice>& policies);

  // What the choice means here and now; changes nothing.
  Step Decide(const StepChoice& choice) const;
  // Sets clock, version and states as the step says, not yet the operation.
  void Begin(const Step& step);

  std::vector<Program> versions;  // at least one
  World world;
  base::Instant now;
};

}  // namespace fairpoint::ledger::testing

#endif  // FAIRPOINT_LEDGER_TESTING_CHOICES_H_
