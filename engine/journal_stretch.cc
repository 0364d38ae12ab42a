#include "engine/journal_stretch.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::engine {
namespace {

std::string Unreadable(int64_t lane, int64_t lane_seq) {
  return absl::StrCat("row ", lane_seq, " of journal lane ", lane, " cannot be read");
}

std::string Missing(int64_t lane, int64_t lane_seq) {
  return absl::StrCat("journal lane ", lane, " has no row ", lane_seq);
}

}  // namespace

absl::StatusOr<JournalStretch> ReadStretch(ReadSession& session, const JournalLane& lane,
                                           int64_t after, size_t limit) {
  JournalStretch stretch;
  std::vector<JournalRow> rows;
  absl::Status status = session.ScanJournal(lane.lane, after, limit, rows);
  // Fewer and fewer: one row that the store cannot read hides those before it.
  while (absl::IsDataLoss(status) && limit > 1) {
    limit /= 2;
    status = session.ScanJournal(lane.lane, after, limit, rows);
  }
  if (absl::IsDataLoss(status)) {
    stretch.last = after + 1;
    stretch.broken.push_back(Unreadable(lane.lane, stretch.last));
    return stretch;
  }
  if (!status.ok()) return status;
  stretch.last = rows.empty() ? lane.lane_seq : rows.back().lane_seq;
  if (rows.empty() || rows.front().lane_seq != after + 1)
    stretch.broken.push_back(Missing(lane.lane, after + 1));
  for (const JournalRow& row : rows) {
    JournalStretch::Row& read = stretch.rows.emplace_back();
    read.lane_seq = row.lane_seq;
    if (DecodeLeaves(row.body, read.leaves)) continue;
    stretch.rows.pop_back();
    stretch.broken.push_back(Unreadable(lane.lane, row.lane_seq));
  }
  return stretch;
}

}  // namespace fairpoint::engine
