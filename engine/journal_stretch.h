// Reading on in the journal, for whoever follows it: what cannot be read is told and passed over.
#ifndef FAIRPOINT_ENGINE_JOURNAL_STRETCH_H_
#define FAIRPOINT_ENGINE_JOURNAL_STRETCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/journal.h"
#include "engine/store.h"

namespace fairpoint::engine {

struct JournalStretch {
  struct Row {
    int64_t lane_seq = 0;
    std::vector<JournalLeaf> leaves;
  };
  std::vector<Row> rows;            // that can be read, ascending
  std::vector<std::string> broken;  // what cannot, in words
  int64_t last = 0;                 // the stretch ends with this row
};

// At most `limit` rows after `after`, which is before the end of the lane. Errors: the store's, but
// for DATA_LOSS.
absl::StatusOr<JournalStretch> ReadStretch(ReadSession& session, const JournalLane& lane,
                                           int64_t after, size_t limit);

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_JOURNAL_STRETCH_H_
