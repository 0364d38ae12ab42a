#include "audit/member_pass.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/range_check.h"
#include "audit/row_hashes.h"
#include "audit/snapshot.h"

namespace fairpoint::audit {
namespace {

using engine::MemberRange;
using ledger::Account;
using ledger::Member;

// Keeps the first members whose entries together make a snapshot of the length asked for, one
// member at least.
void CutToSnapshot(int64_t entries_max, std::vector<Member>& members) {
  int64_t entries = 0;
  for (size_t i = 0; i < members.size(); ++i) {
    if (i > 0 && entries >= entries_max) {
      members.resize(i);
      return;
    }
    // A number from a row not yet checked: it only decides where to cut.
    const int64_t more = std::clamp<int64_t>(members[i].entry_seq, 0, entries_max);
    entries += more;
  }
}

// The members that follow. DATA_LOSS if the very next one's row cannot be read: none, but its name.
absl::Status ReadNextMembers(engine::ReadSession& session, const MemberRange& range, size_t& limit,
                             std::vector<Member>& members,
                             std::optional<engine::MemberName>& unreadable) {
  absl::Status read = session.ScanMembers(range, limit, members);
  while (absl::IsDataLoss(read) && limit > 1) {
    limit /= 2;
    members.clear();
    read = session.ScanMembers(range, limit, members);
  }
  if (!absl::IsDataLoss(read)) return read;
  members.clear();
  std::vector<engine::MemberName> names;
  const absl::Status named = session.ScanMemberNames(range, 1, names);
  if (!named.ok() && !absl::IsDataLoss(named)) return named;
  if (!names.empty()) unreadable = std::move(names.front());
  return read;
}

void ReportUnreadable(Context& context, const MemberRange& range,
                      const std::optional<engine::MemberName>& unreadable,
                      const absl::Status& why) {
  context.report.complete = false;
  const engine::MemberName& name = unreadable ? *unreadable : range.after;
  context.findings.Add({kMemberRecord, name.program_id.value(),
                        absl::StrCat(unreadable ? "" : "after ", name.member_id.value()), "row",
                        "one that can be read", std::string(why.message())});
}

absl::Status CheckNextMembers(Context& context, RangeCheck& check, MemberRange& range,
                              size_t& limit, bool& more) {
  if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
  const Snapshot snapshot(context.session);
  if (!snapshot.status().ok()) return snapshot.status();
  std::vector<Member> members;
  std::optional<engine::MemberName> unreadable;
  range.until.reset();
  const absl::Status read = ReadNextMembers(context.session, range, limit, members, unreadable);
  if (absl::IsDataLoss(read)) {
    ReportUnreadable(context, range, unreadable, read);
    more = unreadable.has_value();
    if (!more) return absl::OkStatus();
    range.until = unreadable;
    limit = context.options.snapshot_members_max;
  } else if (!read.ok()) {
    return read;
  } else {
    more = members.size() >= limit;
    const size_t before = members.size();
    CutToSnapshot(context.options.snapshot_entries_max, members);
    more = more || members.size() < before;
    if (more) range.until = MemberOf(members.back());
  }
  const absl::Status checked = check.Run(range, members, unreadable);
  if (absl::IsDataLoss(checked)) {
    context.report.complete = false;
  } else if (!checked.ok()) {
    return checked;
  }
  if (more) range.after = *range.until;
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckMembers(Context& context) {
  RangeCheck check(context);
  MemberRange range;
  size_t limit = context.options.snapshot_members_max;
  for (bool more = true; more;) {
    if (const absl::Status checked = CheckNextMembers(context, check, range, limit, more);
        !checked.ok())
      return checked;
  }
  return absl::OkStatus();
}

void CheckSums(Context& context) {
  for (const auto& [program_id, sums] : context.sums) {
    const auto moved = [&moved_by = sums.moved](Account account) {
      return moved_by[static_cast<size_t>(account)];
    };
    ProgramTotals totals;
    totals.program_id = program_id;
    totals.versions = sums.versions;
    totals.members = sums.members;
    totals.entries = sums.entries;
    totals.issued = -moved(Account::kIssued);
    totals.redeemed = moved(Account::kRedeemed);
    totals.expired = moved(Account::kExpired);
    totals.clawed_back = moved(Account::kClawedBack);
    totals.adjusted = moved(Account::kAdjusted);
    totals.transferred = moved(Account::kTransferred);
    totals.available = moved(Account::kAvailable);
    totals.pending = moved(Account::kPending);
    totals.held = moved(Account::kHeld);
    totals.debt = -moved(Account::kDebt);
    totals.lifetime_earned = sums.lifetime_earned;
    const auto expect = [&context, &id = program_id](const char* what, absl::int128 expected,
                                                     absl::int128 found) {
      // Of members that could not be read only a part is in the sums.
      if (context.report.complete && expected != found)
        context.findings.Add({"programme", id.value(), "", what, Shown(expected), Shown(found)});
    };
    expect("available, over all members", totals.available, sums.available);
    expect("pending, over all members", totals.pending, sums.pending);
    expect("held, over all members", totals.held, sums.held);
    expect("debt, over all members", totals.debt, sums.debt);
    expect("lifetime_earned, over all members", totals.lifetime_earned, sums.lifetime_stored);
    expect("transferred between members", 0, sums.transferred);
    expect("redeemed, expired, clawed back, adjusted and with members, less debt", totals.issued,
           totals.redeemed + totals.expired + totals.clawed_back + totals.adjusted +
               totals.transferred + totals.available + totals.pending + totals.held - totals.debt);
    context.report.totals.push_back(std::move(totals));
  }
}

}  // namespace fairpoint::audit
