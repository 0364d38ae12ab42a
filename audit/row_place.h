// When and where a row was recorded.
#ifndef FAIRPOINT_AUDIT_ROW_PLACE_H_
#define FAIRPOINT_AUDIT_ROW_PLACE_H_

#include <cstdint>

#include "base/time.h"

namespace fairpoint::audit {

struct RowPlace {
  base::Instant recorded_at;
  int64_t lane = 0;
  int64_t lane_seq = 0;
};

template <class Row>
RowPlace PlaceOf(const Row& row) {
  return {row.recorded_at, row.lane, row.lane_seq};
}

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_ROW_PLACE_H_
