// rapidcheck's view of choices.h. RC_PARAMS is honoured ("seed=... max_success=..."), and a failure
// prints the numbers it shrank to and the seed that brings it back. Not for production.
#ifndef FAIRPOINT_LEDGER_TESTING_ARBITRARY_H_
#define FAIRPOINT_LEDGER_TESTING_ARBITRARY_H_

#include <rapidcheck.h>

#include <ostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/testing/choices.h"

namespace rc {

template <>
struct Arbitrary<fairpoint::ledger::testing::StepChoice> {
  static auto arbitrary() {
    using Choice = fairpoint::ledger::testing::StepChoice;
    const auto number = gen::resize(
        kNominalSize, gen::inRange<uint32_t>(0, fairpoint::ledger::testing::kChoiceEnd));
    return gen::build<Choice>(gen::set(&Choice::verb, number), gen::set(&Choice::wait, number),
                              gen::set(&Choice::amount, number), gen::set(&Choice::digits, number),
                              gen::set(&Choice::pick, number), gen::set(&Choice::back, number),
                              gen::set(&Choice::oddity, number),
                              gen::set(&Choice::version, number));
  }
};

template <>
struct Arbitrary<fairpoint::ledger::testing::PolicyChoice> {
  static auto arbitrary() {
    using Choice = fairpoint::ledger::testing::PolicyChoice;
    const auto number = gen::resize(
        kNominalSize, gen::inRange<uint32_t>(0, fairpoint::ledger::testing::kChoiceEnd));
    return gen::build<Choice>(
        gen::set(&Choice::zone, number), gen::set(&Choice::expiry_after, number),
        gen::set(&Choice::rounding, number), gen::set(&Choice::extended, number),
        gen::set(&Choice::pending, number), gen::set(&Choice::pending_after, number),
        gen::set(&Choice::take_back, number), gen::set(&Choice::rate, number),
        gen::set(&Choice::debt_max, number), gen::set(&Choice::grace, number));
  }
};

}  // namespace rc

namespace fairpoint::ledger {
namespace testing {

inline void showValue(const StepChoice& c, std::ostream& out) {  // rapidcheck finds it by its name
  out << absl::StrCat("{", c.verb, ",", c.wait, ",", c.amount, ",", c.digits, ",", c.pick, ",",
                      c.back, ",", c.oddity, ",", c.version, "}");
}
inline void showValue(const PolicyChoice& c, std::ostream& out) {
  out << absl::StrCat("{", c.zone, ",", c.expiry_after, ",", c.rounding, ",", c.extended, ",",
                      c.pending, ",", c.pending_after, ",", c.take_back, ",", c.rate, ",",
                      c.debt_max, ",", c.grace, "}");
}

inline std::vector<PolicyChoice> SomePolicies() {
  return *rc::gen::container<std::vector<PolicyChoice>>(3, rc::gen::arbitrary<PolicyChoice>());
}

inline void Play(Game& game, const std::vector<StepChoice>& choices) {
  for (const StepChoice& choice : choices) {
    const Step step = game.Decide(choice);
    game.Begin(step);
    // Refusals are part of a history that leads anywhere.
    (void)game.world.Do(step.operation, step.posting, step.now);
  }
}

}  // namespace testing
}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_TESTING_ARBITRARY_H_
