// Order scripts: ledger scripts (ledger/testing/script.h) that also buy, return and claim. Not for
// production.
//
//   2026-01-01 buy O1 tea*2=300 cup*1=151       => 4 (3 1), balance 4
//   2026-01-02 return R1 of O1 1*1 2=100        => O1.1*1=150 for 1, O1.2*0=100 for 0, took O1 1,
//   balance 3 2026-01-03 return R2 latest tea*9           => O1.1*1=150 for 2, unmatched tea*8,
//   took O1 2, balance 1 2026-01-04 buy O2 tea*1=100 nobodys         => 1 (1) 2026-01-05 claim O2
//   CNY 100                 => 1, balance 2
//
// Operations:
//   buy ORDER SKU*QUANTITY=AMOUNT ... [nobodys] [currency C]
//   return RETURN of ORDER LINE*UNITS|LINE=AMOUNT ... [refund CNY MINOR]
//   return RETURN latest|lowest SKU*UNITS ... [refund CNY MINOR]
//   claim ORDER CNY MINOR
// each with any of on T, seq N and store S.
//
// What comes of a purchase: points (by line), of a return: what matched, each with the points due,
// what did not match, what was booked for each order (of that, debt `restored`), of a claim: its
// points. Then the balances, if it was a member's. Or the reason and all metadata of the refusal.
//
// Lines that begin with + or ~ list the entries of the step before. Those that begin with ? may
// ask:
//   ? order O: took N [restored N]
//   ? line O.1: UNITS of QUANTITY, MINOR of AMOUNT, POINTS of POINTS [closed]
// All other lines are the ledger's.
//
// After every step all invariants are checked, and that the rows that the planners name would have
// been enough; after a refusal, that nothing changed.
#ifndef FAIRPOINT_CHECKOUT_TESTING_SCRIPT_H_
#define FAIRPOINT_CHECKOUT_TESTING_SCRIPT_H_

#include <string>
#include <string_view>

#include "checkout/testing/world.h"

namespace fairpoint::checkout::testing {

// Runs the script on the world; every disagreement is a test failure that names its line.
void RunScript(World& world, std::string_view script);

// What comes of a step, as scripts write it.
std::string Render(const absl::StatusOr<Changes>& changes);

}  // namespace fairpoint::checkout::testing

#endif  // FAIRPOINT_CHECKOUT_TESTING_SCRIPT_H_
