// Random orders and what becomes of them, decided from plain numbers, so that rapidcheck can shrink
// them and a seed can replay them. Zeros make the simplest of everything. Not for production.
#ifndef FAIRPOINT_CHECKOUT_TESTING_GAME_H_
#define FAIRPOINT_CHECKOUT_TESTING_GAME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checkout/testing/world.h"
#include "ledger/testing/choices.h"

namespace fairpoint::checkout::testing {

// What a policy or a step is drawn from: kNumbers numbers below ledger::testing::kChoiceEnd.
using Choice = std::vector<uint32_t>;
inline constexpr size_t kNumbers = 14;

std::vector<PlacedLine> LinesOf(const Choice& choice);
// Some part of what is left of the order's lines, within what is left; nothing: no units are.
std::optional<ReturnByOrder> SomePart(const World& world, const std::string& order_id,
                                      const Choice& choice);

// A member who buys, returns, claims and spends, under a few versions of a programme.
class Game {
 public:
  explicit Game(const std::vector<Choice>& policies);

  struct Step {
    size_t version = 0;
    base::Instant now;
    ledger::Operation of_points;  // if there is no operation of orders
    std::optional<Operation> operation;
    ledger::Posting posting;
    bool nobodys = false;
    bool skipped = false;  // would undo an order's earning: refused before it comes to the planners
  };
  // What the choice means here and now; sets clock, version and states, not yet the operation.
  Step Begin(const Choice& choice);

  std::vector<ledger::Program> versions() const { return ledger_game_.versions; }

  World world;
  base::Instant now;

 private:
  bool UndoesAnOrder(const ledger::Operation& operation) const;
  Operation Decide(const Choice& choice);

  ledger::testing::Game ledger_game_;
  int64_t orders_ = 0;
  int64_t returns_ = 0;
};

}  // namespace fairpoint::checkout::testing

#endif  // FAIRPOINT_CHECKOUT_TESTING_GAME_H_
