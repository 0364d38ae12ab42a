// One member's whole ledger in memory, with the history that made it: what tests step through. Not
// for production.
#ifndef FAIRPOINT_LEDGER_TESTING_WORLD_H_
#define FAIRPOINT_LEDGER_TESTING_WORLD_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "ledger/command.h"
#include "ledger/plan.h"
#include "ledger/program.h"
#include "ledger/state.h"

namespace fairpoint::ledger::testing {

absl::TimeZone ZoneOf(const std::string& name);  // stops the test program when the zone is unknown
// "2026-01-05" or "2026-01-05T12:30:00.5", local to the zone; stops the test program on anything
// else.
base::Instant At(std::string_view local, absl::TimeZone zone);
// The same way back; the time of day only where it is not midnight.
std::string ToLocal(base::Instant instant, absl::TimeZone zone);

// CNY in Asia/Shanghai, store "s1" of "ACME"; points never expire, are available at once and taken
// back within the balance.
Program PlainProgram();

struct World {
  explicit World(Program rules = PlainProgram());

  Program program;
  Ledger ledger;  // everything is loaded, closed lots and resolved holds too
  std::vector<Entry> entries;
  std::map<int64_t, int64_t> reversed;  // transaction -> the one that undid it

  // As the engine loads it for ReverseEntry.
  TargetTransaction Target(int64_t entry_seq) const;
  // Plans, changing nothing.
  absl::StatusOr<Changes> Ask(const Operation& operation, const Posting& posting,
                              base::Instant now) const;
  // The same from a ledger that holds only what NeedsOf names.
  absl::StatusOr<Changes> AskWithNeeds(const Operation& operation, const Posting& posting,
                                       base::Instant now) const;
  // Takes what was planned from this ledger.
  void Keep(const Changes& changes);
  // Plans, and takes the changes.
  absl::StatusOr<Changes> Do(const Operation& operation, const Posting& posting, base::Instant now);
};

}  // namespace fairpoint::ledger::testing

#endif  // FAIRPOINT_LEDGER_TESTING_WORLD_H_
