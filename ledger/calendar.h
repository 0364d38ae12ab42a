// Business dates in the programme's time zone.
#ifndef FAIRPOINT_LEDGER_CALENDAR_H_
#define FAIRPOINT_LEDGER_CALENDAR_H_

#include <optional>

#include "absl/time/time.h"
#include "base/time.h"
#include "ledger/program.h"

namespace fairpoint::ledger {

// Months first (a day that the month lacks becomes its last day), then days, both at the same local
// time of day; then seconds. Local times that a clock change skips or repeats are read with the
// offset in force before the change.
base::Instant AddPeriod(base::Instant from, const Period& period, absl::TimeZone zone);

// The first instant after the end of the local month, quarter or year that contains `instant`. An
// instant that is itself such a boundary stays: the period before it has just ended there.
base::Instant RoundUp(base::Instant instant, ExpiryRounding rounding, absl::TimeZone zone);

// When points earned (or last active) at `from` expire; absent: never.
std::optional<base::Instant> ExpiryOf(base::Instant from, const ExpiryPolicy& policy,
                                      absl::TimeZone zone);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_CALENDAR_H_
