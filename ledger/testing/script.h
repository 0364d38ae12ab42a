// Ledger scripts: tests that read as what a till, a caller and the clock do. Not for production.
//
//   2026-01-01 earn 100                   => 100
//   2026-01-02 hold 60 until 2026-01-03   => 40 held 60
//   2026-01-03 capture 9                  => HOLD_NOT_FOUND holdId=0123456789ABCDE.9
//   2026-01-03 settle                     => 100
//     ~ end_hold 60 lot 1 hold 2
//   ? lot 1: 100 available 100
//
// A line is an instant, an operation, and after => what comes of it: the balances (available, then
// pending, held, debt and the money to `deduct` where they are not zero), or the reason and all
// metadata of the refusal. Times are local to the programme's zone.
//
// Operations:
//   earn N | earn CNY MINOR
//   redeem N
//   hold N [until T]
//   capture HOLD [N]
//   release HOLD
//   complete ENTRY
//   reverse ENTRY [refund CNY MINOR]
//   settle
//   adjust N [until T]
//   open {N [earned T] [until T]}
// each, but open, with any of
//   on T (business time)
//   seq N (expected)
//   store S
//   by_phone
//
// Lines that begin with + or ~ list all entries of the step before, in order: + the operation's
// own, ~ the clock's. Each is a kind, points, the accounts where the kind leaves them open, lot,
// hold, undoes, `due` (available_at), `until` (expires_at) and, where it is not the step's own
// instant, `@` (effective_at); between members also `peer` and `earned`.
//
// Lines that begin with ? state the ledger:
//   ? lot N: ...
//   ? hold N: ...
//   ? expiries: ...
//   ? lifetime: N
//   ? next_due: T
//   ? view T: balances
//
// After every step all invariants are checked; after a refusal, that nothing changed.
#ifndef FAIRPOINT_LEDGER_TESTING_SCRIPT_H_
#define FAIRPOINT_LEDGER_TESTING_SCRIPT_H_

#include <string_view>

#include "ledger/testing/world.h"

namespace fairpoint::ledger::testing {

// Runs the script on the world; every disagreement is a test failure that names its line.
void RunScript(World& world, std::string_view script);

}  // namespace fairpoint::ledger::testing

#endif  // FAIRPOINT_LEDGER_TESTING_SCRIPT_H_
