#include "audit/journal_pass.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/leaf_name.h"
#include "audit/paged_scan.h"
#include "audit/snapshot.h"

namespace fairpoint::audit {
namespace {

using engine::JournalLane;
using engine::JournalLeaf;
using engine::JournalRow;

constexpr char kRowRecord[] = "journal row";
constexpr char kLaneRecord[] = "lane";

}  // namespace

JournalPass::JournalPass(Context& context, LaneHeads lanes)
    : context_(context), first_(std::move(lanes)) {}

absl::Status JournalPass::CheckLanes() {
  for (const auto& [lane, why] : first_.unreadable) ReportUnreadable(lane, why);
  for (const JournalLane& lane : first_.lanes) {
    ++context_.report.lanes;
    if (const absl::Status followed = Follow(lane, first_, /*with_leaves=*/true); !followed.ok())
      return followed;
  }
  return absl::OkStatus();
}

absl::Status JournalPass::CheckNewest() {
  LaneHeads now_heads;
  const std::vector<JournalLane>& heads = now_heads.lanes;
  {
    const Snapshot snapshot(context_.session);
    if (!snapshot.status().ok()) return snapshot.status();
    const absl::Status read = context_.session.LoadLanes(now_heads.lanes, now_heads.unreadable);
    if (!read.ok()) return read;
    if (const absl::Status checked = CheckLanesOfRows(heads); !checked.ok()) return checked;
    for (const JournalLane& head : heads) {
      if (const absl::Status checked = CheckNothingBeyond(head); !checked.ok()) return checked;
    }
  }
  for (const auto& [lane, why] : now_heads.unreadable) {
    if (!first_.unreadable.contains(lane)) ReportUnreadable(lane, why);
  }
  for (const JournalLane& lane : first_.lanes) {
    const auto now = std::ranges::find(heads, lane.lane, &JournalLane::lane);
    if (now == heads.end()) {
      context_.findings.Add(
          {kLaneRecord, "", absl::StrCat(lane.lane), "row", "the lane", "none any more"});
    } else if (now->lane_seq < lane.lane_seq) {
      context_.findings.Add({kLaneRecord, "", absl::StrCat(lane.lane), "lane_seq",
                             absl::StrCat("at least ", lane.lane_seq), Shown(now->lane_seq)});
    }
  }
  for (const JournalLane& head : heads) {
    const bool is_new =
        std::ranges::find(first_.lanes, head.lane, &JournalLane::lane) == first_.lanes.end();
    if (is_new) ++context_.report.lanes;
    if (!is_new && head.lane_seq <= chains_[head.lane].last_seq) continue;
    if (const absl::Status followed = Follow(head, now_heads, /*with_leaves=*/false);
        !followed.ok())
      return followed;
  }
  CheckClaims(heads);
  return absl::OkStatus();
}

absl::Status JournalPass::Follow(const JournalLane& head, const LaneHeads& heads,
                                 bool with_leaves) {
  Chain& chain = chains_[head.lane];
  const int64_t from = chain.last_seq;
  PagedScan<JournalRow> scan(
      [&](const std::optional<int64_t>& after, size_t limit, std::vector<JournalRow>& found) {
        if (const absl::Status ticked = context_.Tick(); !ticked.ok()) return ticked;
        return context_.session.ScanJournal(head.lane, after.value_or(from), limit, found);
      },
      context_.options.journal_page_rows);
  const JournalRow* row = scan.Peek();
  for (; row != nullptr && row->lane_seq <= head.lane_seq; row = scan.Peek()) {
    Add(chain, *row, scan.hash(), with_leaves);
    scan.Pop();
  }
  if (absl::IsDataLoss(scan.status())) {
    context_.report.complete = false;
    context_.findings.Add({kRowRecord, "",
                           absl::StrCat("after ", PositionOf(head.lane, chain.last_seq)), "row",
                           "one that can be read", std::string(scan.status().message())});
    chain.last_seq = head.lane_seq;
    chain.last_hash = head.head_hash;
    return absl::OkStatus();
  }
  if (!scan.status().ok()) return scan.status();
  if (chain.last_seq < head.lane_seq) {
    context_.findings.Add({kRowRecord, "", PositionOf(head.lane, chain.last_seq + 1), "row",
                           absl::StrCat("a row: the lane's head is ", head.lane_seq), "none"});
  } else if (chain.last_hash != head.head_hash && !heads.unreadable.contains(head.lane)) {
    context_.findings.Add({kLaneRecord, "", absl::StrCat(head.lane), "head_hash",
                           Shown(chain.last_hash), Shown(head.head_hash)});
  }
  // What follows later goes on from the head, whatever was missing before it.
  chain.last_seq = head.lane_seq;
  if (!heads.unreadable.contains(head.lane)) chain.last_hash = head.head_hash;
  return absl::OkStatus();
}

void JournalPass::Add(Chain& chain, const JournalRow& row, const base::Hash& hash,
                      bool with_leaves) {
  ++context_.report.journal_rows;
  const std::string name = PositionOf(row.lane, row.lane_seq);
  if (row.lane_seq != chain.last_seq + 1) {
    context_.findings.Add({kRowRecord, "", PositionOf(row.lane, chain.last_seq + 1), "row", "a row",
                           absl::StrCat("none: the next is ", row.lane_seq)});
  } else if (row.prev_hash != chain.last_hash) {
    context_.findings.Add(
        {kRowRecord, "", name, "prev_hash", Shown(chain.last_hash), Shown(row.prev_hash)});
  }
  if (row.hash != hash)
    context_.findings.Add({kRowRecord, "", name, "hash", Shown(hash), Shown(row.hash)});
  chain.last_seq = row.lane_seq;
  chain.last_hash = row.hash;

  if (!DecodeLeaves(row.body, leaves_)) {
    context_.findings.Add({kRowRecord, "", name, "body", "a list of leaves",
                           absl::StrCat(row.body.size(), " other bytes")});
    return;
  }
  context_.report.journal_leaves += static_cast<int64_t>(leaves_.size());
  if (!with_leaves) return;
  for (const JournalLeaf& leaf : leaves_) context_.coverage.AddLeaf(RefOf(leaf, row));
}

void JournalPass::ReportUnreadable(int64_t lane, const std::string& why) {
  context_.findings.Add(
      {kLaneRecord, "", absl::StrCat(lane), "head_hash", "one that can be read", why});
}

// Requires a snapshot, in which `head` was read.
absl::Status JournalPass::CheckNothingBeyond(const JournalLane& head) {
  std::vector<JournalRow> beyond;
  const absl::Status read = context_.session.ScanJournal(head.lane, head.lane_seq, 1, beyond);
  if (!read.ok() && !absl::IsDataLoss(read)) return read;
  if (!beyond.empty() || absl::IsDataLoss(read)) {
    context_.findings.Add(
        {kRowRecord, "",
         PositionOf(head.lane, beyond.empty() ? head.lane_seq + 1 : beyond.front().lane_seq), "row",
         absl::StrCat("none: the lane's head is ", head.lane_seq), "a row"});
  }
  return absl::OkStatus();
}

absl::Status JournalPass::CheckLanesOfRows(const std::vector<JournalLane>& heads) {
  std::optional<int64_t> lane;
  for (std::optional<int64_t> before;; before = lane) {
    if (const absl::Status ticked = context_.Tick(); !ticked.ok()) return ticked;
    const absl::Status read = context_.session.FindNextLane(before, lane);
    if (!read.ok() || !lane) return read;
    if (std::ranges::find(heads, *lane, &JournalLane::lane) == heads.end()) {
      context_.findings.Add({kLaneRecord, "", absl::StrCat(*lane), "row",
                             "a lane, since the journal has rows of it", "none"});
    }
  }
}

void JournalPass::CheckClaims(const std::vector<JournalLane>& heads) {
  for (const auto& [lane, claim] : context_.coverage.beyond()) {
    const auto head = std::ranges::find(heads, lane, &JournalLane::lane);
    if (head != heads.end() && claim.lane_seq >= 1 && claim.lane_seq <= head->lane_seq) continue;
    const JournalLeaf leaf{claim.table, claim.program_id, claim.key, claim.seq, {}};
    context_.findings.Add(
        {RecordOf(leaf.table), leaf.program_id, RowNameOf(leaf), "lane, lane_seq",
         head == heads.end() ? "a lane of the journal" : absl::StrCat("from 1 to ", head->lane_seq),
         PositionOf(lane, claim.lane_seq)});
  }
  if (context_.coverage.beyond_overflowed()) {
    context_.findings.Add(
        {"journal", "", "", "lane", "lanes of the journal", "rows that claim thousands of others"});
  }
}

}  // namespace fairpoint::audit
