// A member's ledger with its orders, and the receipts that are nobody's yet: what tests of orders
// step through. Not for production.
#ifndef FAIRPOINT_CHECKOUT_TESTING_WORLD_H_
#define FAIRPOINT_CHECKOUT_TESTING_WORLD_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "checkout/command.h"
#include "checkout/order.h"
#include "checkout/order_book.h"
#include "checkout/plan.h"
#include "ledger/testing/world.h"

namespace fairpoint::checkout::testing {

struct World {
  explicit World(ledger::Program rules = ledger::testing::PlainProgram())
      : points(std::move(rules)) {}

  ledger::testing::World points;
  OrderBook book;
  std::map<std::string, Placement> placements;
  std::vector<OrderReturn> returns;
  std::vector<OrderClaim> claims;

  // Plans, changing nothing. A purchase is the member's unless it is `nobodys`; a return by order
  // is whoever's the order is; all else is the member's.
  absl::StatusOr<Changes> Ask(const Operation& operation, const ledger::Posting& posting,
                              base::Instant now, bool nobodys = false) const;
  // The same from a ledger that holds the open lots and those that LotsOf names.
  absl::StatusOr<Changes> AskWithNeeds(const Operation& operation, const ledger::Posting& posting,
                                       base::Instant now, bool nobodys = false) const;
  // Plans, and takes the changes.
  absl::StatusOr<Changes> Do(const Operation& operation, const ledger::Posting& posting,
                             base::Instant now, bool nobodys = false);

 private:
  absl::StatusOr<Changes> Plan(const Operation& operation, const ledger::Ledger& ledger,
                               const ledger::Posting& posting, base::Instant now,
                               bool nobodys) const;
};

// Every broken invariant in words: those of the ledger, and that projections of orders are what
// their placements, returns and claims make of them.
std::vector<std::string> Faults(const World& world, base::Instant now);

}  // namespace fairpoint::checkout::testing

#endif  // FAIRPOINT_CHECKOUT_TESTING_WORLD_H_
