#include "audit/stretch.h"

#include <optional>

#include "audit/paged_scan.h"

namespace fairpoint::audit {

absl::Status ForEachRowOf(Context& context, size_t sum, const VisitJournalRow& visit) {
  for (const Coverage::Stretch& stretch : context.coverage.StretchesOf(sum)) {
    PagedScan<engine::JournalRow> scan(
        [&](const std::optional<int64_t>& after, size_t limit,
            std::vector<engine::JournalRow>& found) {
          if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
          return context.session.ScanJournal(stretch.lane, after.value_or(stretch.first - 1), limit,
                                             found);
        },
        context.options.journal_page_rows);
    std::vector<engine::JournalLeaf> leaves;
    const engine::JournalRow* row = scan.Peek();
    for (; row != nullptr && row->lane_seq <= stretch.last; row = scan.Peek()) {
      if (!DecodeLeaves(row->body, leaves)) leaves.clear();
      if (const absl::Status visited = visit(*row, leaves); !visited.ok()) return visited;
      scan.Pop();
    }
    if (!scan.status().ok()) return scan.status();
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::audit
