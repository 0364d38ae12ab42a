// A hold: points set aside for an unpaid order, resolved once at most. A projection: the fold of
// the entries that name it.
#ifndef FAIRPOINT_LEDGER_HOLD_H_
#define FAIRPOINT_LEDGER_HOLD_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/points.h"
#include "base/time.h"

namespace fairpoint::ledger {

// The numbers are stored: never renumber.
enum class HoldState : uint8_t { kOpen = 1, kCaptured = 2, kReleased = 3, kExpired = 4 };
bool IsKnown(HoldState state);
std::string_view Name(HoldState state);  // "open"

// How many points of one lot a hold keeps.
struct HoldSlice {
  int64_t lot_seq = 0;
  base::Points points;
  friend bool operator==(const HoldSlice&, const HoldSlice&) = default;
};

struct Hold {
  base::ProgramId program_id;
  base::MemberId member_id;
  int64_t hold_seq = 0;  // the first entry of the transaction that made it
  HoldState state = HoldState::kOpen;
  base::Points points;    // as held
  base::Points captured;  // of these, redeemed
  base::Instant expires_at;
  std::vector<HoldSlice> slices;  // in the order the lots were drawn; sums to points

  friend bool operator==(const Hold&, const Hold&) = default;
};

// The stored form of the slices: a count, then pairs, canonical. DecodeSlices returns false for
// anything else.
std::string EncodeSlices(const std::vector<HoldSlice>& slices);
bool DecodeSlices(std::string_view bytes, std::vector<HoldSlice>& slices);

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_HOLD_H_
