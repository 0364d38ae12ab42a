// The journal: each lane's rows without gaps, their hashes and chain, the head rows; and the
// leaves, counted against the rows.
#ifndef FAIRPOINT_AUDIT_JOURNAL_PASS_H_
#define FAIRPOINT_AUDIT_JOURNAL_PASS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "audit/context.h"

namespace fairpoint::audit {

// The lanes' rows, and why the head_hash of some cannot be read.
struct LaneHeads {
  std::vector<engine::JournalLane> lanes;
  std::map<int64_t, std::string> unreadable;
};

class JournalPass {
 public:
  // `lanes` as they stood before anything else was read.
  JournalPass(Context& context, LaneHeads lanes);

  // Up to the heads of the beginning: all that is compared with rows.
  absl::Status CheckLanes();
  // After everything else: what was written meanwhile, up to the heads as they are now; that
  // nothing stands beyond them; and that no row met on the way claims to.
  absl::Status CheckNewest();

 private:
  struct Chain {
    int64_t last_seq = 0;
    base::Hash last_hash{};
  };

  // Follows the lane up to `head`, one of `heads`, and compares it with the head row.
  absl::Status Follow(const engine::JournalLane& head, const LaneHeads& heads, bool with_leaves);
  void Add(Chain& chain, const engine::JournalRow& row, const base::Hash& hash, bool with_leaves);
  void ReportUnreadable(int64_t lane, const std::string& why);
  absl::Status CheckNothingBeyond(const engine::JournalLane& head);
  // Likewise. That every lane of which there are rows is one of `heads`.
  absl::Status CheckLanesOfRows(const std::vector<engine::JournalLane>& heads);
  void CheckClaims(const std::vector<engine::JournalLane>& heads);

  Context& context_;
  const LaneHeads first_;
  std::map<int64_t, Chain> chains_;
  std::vector<engine::JournalLeaf> leaves_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_JOURNAL_PASS_H_
