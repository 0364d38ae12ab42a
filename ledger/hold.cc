#include "ledger/hold.h"

#include "base/canonical.h"

namespace fairpoint::ledger {

std::string_view Name(HoldState state) {
  switch (state) {
    case HoldState::kOpen:
      return "open";
    case HoldState::kCaptured:
      return "captured";
    case HoldState::kReleased:
      return "released";
    case HoldState::kExpired:
      return "expired";
  }
  return "unknown";
}

bool IsKnown(HoldState state) { return Name(state) != "unknown"; }

std::string EncodeSlices(const std::vector<HoldSlice>& slices) {
  base::CanonicalWriter out;
  out.U32(static_cast<uint32_t>(slices.size()));
  for (const HoldSlice& slice : slices) out.I64(slice.lot_seq).I64(slice.points.value);
  return std::move(out).bytes();
}

bool DecodeSlices(std::string_view bytes, std::vector<HoldSlice>& slices) {
  base::CanonicalReader in(bytes);
  slices.clear();
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
    const int64_t lot_seq = in.I64();
    slices.push_back({lot_seq, base::Points{in.I64()}});
  }
  return in.ok() && in.AtEnd();
}

}  // namespace fairpoint::ledger
