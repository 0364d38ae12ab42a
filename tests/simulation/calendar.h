// Dates as the auditor reckons them: by counting days, eight hours ahead of UTC. Written apart from
// ledger/calendar.h.
#ifndef FAIRPOINT_TESTS_SIMULATION_CALENDAR_H_
#define FAIRPOINT_TESTS_SIMULATION_CALENDAR_H_

#include <cstdint>

#include "tests/simulation/rules.h"

namespace fairpoint::simulation {

// Instants are microseconds since 1970, UTC.
int64_t Later(int64_t instant, const Span& span);
// The end of the local 'm'onth, 'q'uarter or 'y'ear that the instant is in; an instant at which one
// ends stays.
int64_t EndOf(char period, int64_t instant);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_CALENDAR_H_
