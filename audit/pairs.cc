#include "audit/pairs.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/entry_rules.h"
#include "audit/leaf_name.h"
#include "audit/lookup.h"
#include "audit/stretch.h"

namespace fairpoint::audit {
namespace {

using engine::JournalLeaf;
using engine::JournalTable;
using engine::MemberSeq;
using ledger::Account;
using ledger::Entry;
using ledger::EntryKind;
using ledger::MemberEvent;
using ledger::MemberEventKind;

// Of entries, how the giver's moves.
int64_t Movement(EntryKind given, Account from, Account to) {
  return static_cast<int64_t>(given) << 16 | static_cast<int64_t>(from) << 8 |
         static_cast<int64_t>(to);
}
constexpr int64_t kMerging = int64_t{1} << 32;

bool IsOtherSide(const PairSide& one, const PairSide& other) {
  return one.pair == other.pair && one.gives != other.gives;
}

std::string ShownPeer(const Entry& entry) {
  return base::ToString(base::EntryName{entry.peer_id, entry.peer_seq});
}

void Find(Context& context, const JournalLeaf& leaf, const char* what, std::string expected,
          std::string found) {
  context.findings.Add({RecordOf(leaf.table), leaf.program_id, RowNameOf(leaf), what,
                        std::move(expected), std::move(found)});
}

absl::Status ExplainEntry(Context& context, const JournalLeaf& leaf, const MemberSeq& name) {
  const auto entry = FindEntry(context.session, name);
  if (!entry.ok()) return entry.status();
  if (!*entry) return absl::OkStatus();
  const std::optional<PairSide> side = SideOf(**entry);
  if (!side) return absl::OkStatus();
  const auto peer =
      FindEntry(context.session, {{name.member.program_id, (*entry)->peer_id}, (*entry)->peer_seq});
  if (!peer.ok()) return peer.status();
  const std::optional<PairSide> other = *peer ? SideOf(**peer) : std::nullopt;
  if (other && IsOtherSide(*side, *other)) return absl::OkStatus();
  const std::string expected =
      absl::StrCat(ShownPeer(**entry), ": ", (*entry)->points.value,
                   " points the other way, in the same transaction, of this entry");
  if (!*peer) {
    Find(context, leaf, "peer", expected, "no entry");
  } else {
    Find(context, leaf, "peer", expected,
         absl::StrCat((*peer)->points.value, " points by ", std::string(Name((*peer)->kind)),
                      " of ", (*peer)->peer_id.empty() ? "none" : ShownPeer(**peer)));
  }
  return absl::OkStatus();
}

// The other member's event that was made with this one: it is of the same row of the journal.
absl::Status ExplainEvent(Context& context, const JournalLeaf& leaf, const MemberSeq& name,
                          const std::vector<JournalLeaf>& leaves) {
  const auto event = FindEvent(context.session, name);
  if (!event.ok()) return event.status();
  if (!*event) return absl::OkStatus();
  const std::optional<PairSide> side = SideOf(**event);
  if (!side) return absl::OkStatus();
  for (const JournalLeaf& each : leaves) {
    if (each.table != JournalTable::kMemberEvent || each.key != (*event)->detail) continue;
    const auto peer = FindEvent(
        context.session, {{base::ProgramId(each.program_id), base::MemberId(each.key)}, each.seq});
    if (!peer.ok()) return peer.status();
    const std::optional<PairSide> other = *peer ? SideOf(**peer) : std::nullopt;
    if (other && IsOtherSide(*side, *other)) return absl::OkStatus();
  }
  Find(context, leaf, "peer",
       absl::StrCat("an event of member ", (*event)->detail, " that says the same, made with it"),
       "none");
  return absl::OkStatus();
}

}  // namespace

bool ComesIn(EntryKind kind) {
  return kind == EntryKind::kTransferIn || kind == EntryKind::kMergeIn;
}

std::optional<PairSide> SideOf(const Entry& entry) {
  if (!IsPaired(entry.kind)) [[likely]]
    return std::nullopt;
  const bool gives = !ComesIn(entry.kind);
  const bool merges = entry.kind == EntryKind::kMergeOut || entry.kind == EntryKind::kMergeIn;
  PairSide side{.pair = {.program_id = entry.program_id.value(),
                         .giver_id = entry.member_id.value(),
                         .taker_id = entry.peer_id.value(),
                         .request_id = entry.request_id.value(),
                         .giver_seq = entry.seq,
                         .taker_seq = entry.peer_seq,
                         .points = entry.points.value,
                         .lane = entry.lane,
                         .lane_seq = entry.lane_seq},
                .gives = gives};
  if (!gives) {
    std::swap(side.pair.giver_id, side.pair.taker_id);
    std::swap(side.pair.giver_seq, side.pair.taker_seq);
  }
  side.pair.what = Movement(merges ? EntryKind::kMergeOut : EntryKind::kTransferOut,
                            gives ? entry.from : entry.to, gives ? entry.to : entry.from);
  return side;
}

std::optional<PairSide> SideOf(const MemberEvent& event) {
  const bool gives = event.kind == MemberEventKind::kMerged;
  if (!gives && event.kind != MemberEventKind::kTookOver) [[likely]]
    return std::nullopt;
  PairSide side{.pair = {.what = kMerging,
                         .program_id = event.program_id.value(),
                         .giver_id = event.member_id.value(),
                         .taker_id = event.detail,
                         .request_id = event.request_id.value(),
                         .lane = event.lane,
                         .lane_seq = event.lane_seq},
                .gives = gives};
  if (!gives) std::swap(side.pair.giver_id, side.pair.taker_id);
  return side;
}

absl::Status ExplainPairs(Context& context, size_t sum) {
  const int64_t before = context.findings.total();
  const absl::Status explained = ForEachRowOf(
      context, sum, [&](const engine::JournalRow&, const std::vector<JournalLeaf>& leaves) {
        for (const JournalLeaf& leaf : leaves) {
          const MemberSeq name{{base::ProgramId(leaf.program_id), base::MemberId(leaf.key)},
                               leaf.seq};
          absl::Status status;
          if (leaf.table == JournalTable::kEntry) status = ExplainEntry(context, leaf, name);
          if (leaf.table == JournalTable::kMemberEvent)
            status = ExplainEvent(context, leaf, name, leaves);
          if (!status.ok()) return status;
        }
        return absl::OkStatus();
      });
  if (!explained.ok() || context.findings.total() > before) return explained;
  const Coverage::Stretch stretch = context.coverage.StretchesOf(sum).front();
  context.findings.Add({"journal", "",
                        absl::StrCat("from ", PositionOf(stretch.lane, stretch.first)), "peers",
                        "both sides of what moves between members", "one of them"});
  return absl::OkStatus();
}

}  // namespace fairpoint::audit
