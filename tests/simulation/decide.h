// What the rules of operations on points share. Used by the auditor's rules only.
#ifndef FAIRPOINT_TESTS_SIMULATION_DECIDE_H_
#define FAIRPOINT_TESTS_SIMULATION_DECIDE_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "tests/simulation/book.h"
#include "tests/simulation/pen.h"

namespace fairpoint::simulation {

using Wide = absl::int128;
using MaybeRefusal = std::optional<Refusal>;

inline constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Wide Owned(const Book& book);
std::optional<int64_t> ExpiryAt(const Rules& rules, int64_t from);
// The lots that a spend of this business time may use: those that expire first, then the oldest.
std::vector<const Purse*> Spendable(const Book& book, int64_t effective_at);

// Undoes the transaction `target`, or refuses; `deduct` is what is kept from the refund.
MaybeRefusal Reverse(Pen& pen, const std::vector<Line>& target, const Request& request,
                     const std::string& member_id, const Rules& rules, int64_t effective_at,
                     int64_t& deduct);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_DECIDE_H_
