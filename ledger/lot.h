// A lot: points earned together, expiring together. A projection: the fold of the entries that name
// it.
#ifndef FAIRPOINT_LEDGER_LOT_H_
#define FAIRPOINT_LEDGER_LOT_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <tuple>

#include "base/ids.h"
#include "base/points.h"
#include "base/time.h"

namespace fairpoint::ledger {

struct Lot {
  base::ProgramId program_id;
  base::MemberId member_id;
  int64_t lot_seq = 0;  // the seq of the entry that made it
  base::Points points;  // as earned
  base::Points pending;
  base::Points available;
  base::Points held;
  base::Points expired;
  base::Points repaid;         // went to debt
  base::Points taken_back;     // clawed back from this lot, or debt brought back in its name
  base::Instant effective_at;  // of the entry that made it, or when it was first earned elsewhere
  // When pending points are released; absent with pending > 0: on an event.
  std::optional<base::Instant> available_at;
  std::optional<base::Instant> expires_at;  // absent: never
  bool is_open = true;                      // pending, available or held points are left

  friend bool operator==(const Lot&, const Lot&) = default;
};

// Stands for the expiry of what never expires where instants are compared: after all others.
inline constexpr base::Instant kNever{std::numeric_limits<int64_t>::max()};
inline base::Instant ExpiryOrNever(const Lot& lot) { return lot.expires_at.value_or(kNever); }
// What is drawn first sorts first: what expires first, then the oldest.
inline std::tuple<base::Instant, base::Instant, int64_t> DrawingOrder(const Lot& lot) {
  return {ExpiryOrNever(lot), lot.effective_at, lot.lot_seq};
}

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_LOT_H_
