// How ledger scripts write entries, lots, holds, balances and refusals. Not for production.
#ifndef FAIRPOINT_LEDGER_TESTING_RENDER_H_
#define FAIRPOINT_LEDGER_TESTING_RENDER_H_

#include <string>

#include "absl/status/status.h"
#include "ledger/testing/world.h"

namespace fairpoint::ledger::testing {

std::string Render(const Entry& entry, base::Instant step_at, absl::TimeZone zone);
std::string Render(const Lot& lot, absl::TimeZone zone);
std::string Render(const Hold& hold, absl::TimeZone zone);
std::string RenderBalances(const Member& member, int64_t deduct_minor_units);
std::string RenderExpiries(const Ledger& ledger, absl::TimeZone zone);
std::string RenderRefusal(const absl::Status& status);

}  // namespace fairpoint::ledger::testing

#endif  // FAIRPOINT_LEDGER_TESTING_RENDER_H_
