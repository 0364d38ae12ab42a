// What must hold of any member's ledger at any time, worked out from its entries apart from the
// product's fold. Not for production.
#ifndef FAIRPOINT_LEDGER_TESTING_INVARIANTS_H_
#define FAIRPOINT_LEDGER_TESTING_INVARIANTS_H_

#include <string>
#include <vector>

#include "base/time.h"
#include "ledger/testing/world.h"

namespace fairpoint::ledger::testing {

// Every broken invariant in words; empty when all is well. `now`: the ledger was last settled to
// it.
std::vector<std::string> Faults(const World& world, base::Instant now);

}  // namespace fairpoint::ledger::testing

#endif  // FAIRPOINT_LEDGER_TESTING_INVARIANTS_H_
