#include "audit/entry_chain.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/entry_rules.h"
#include "audit/lookup.h"
#include "audit/pairs.h"

namespace fairpoint::audit {

using ledger::Entry;

void EntryChain::Begin(Sums& sums) {
  sums_ = &sums;
  folded_.member = ledger::Member();
  folded_.lots.clear();
  folded_.holds.clear();
  folded_.open_loaded = true;
  broken_ = false;
  last_ = Last();
  transaction_ = Transaction();
  reversals_.Begin();
}

void EntryChain::Add(const engine::Reversal& reversal, const base::Hash& hash) {
  ++context_.report.reversals;
  reversals_.Add(reversal);
  context_.coverage.AddRow({engine::JournalTable::kReversal, reversal.program_id.value(),
                            reversal.member_id.value(), reversal.txn_seq, hash, reversal.lane,
                            reversal.lane_seq});
}

absl::Status EntryChain::Add(const Entry& entry, const base::Hash& hash) {
  ++context_.report.entries;
  if (entry.seq != last_.seq + 1) {
    findings_.Add(kEntryRecord, last_.seq + 1, "row", "an entry",
                  absl::StrCat("none: the next is ", entry.seq));
  } else if (entry.prev_hash != last_.hash) {
    if (const absl::Status ok = CheckLink(entry); !ok.ok()) return ok;
  }
  findings_.Expect(kEntryRecord, entry.seq, "hash", hash, entry.hash);
  if (const std::optional<BrokenRule> broken = FirstBrokenRule(entry)) {
    findings_.Add(kEntryRecord, entry.seq, broken->what, broken->expected, broken->found);
  }
  if (entry.recorded_at < last_.recorded_at) {
    findings_.Add(kEntryRecord, entry.seq, "recorded_at",
                  absl::StrCat("at or after ", Shown(last_.recorded_at)), Shown(entry.recorded_at));
  }
  if (const absl::Status ok = CheckProgram(entry); !ok.ok()) return ok;
  CheckTransaction(entry);
  reversals_.Add(entry);
  Fold(entry);
  context_.coverage.AddRow({engine::JournalTable::kEntry, entry.program_id.value(),
                            entry.member_id.value(), entry.seq, hash, entry.lane, entry.lane_seq});
  AddPair(entry, context_.coverage);
  last_ = {entry.seq, entry.lane, entry.lane_seq, entry.hash, hash, entry.recorded_at};
  return absl::OkStatus();
}

void EntryChain::End() {
  CloseTransaction();
  reversals_.End();
  sums_->lifetime_earned += folded_.member.lifetime_earned.value;
}

// A broken link says that one of two entries was changed and its hash made anew, not which. The
// journal knows.
absl::Status EntryChain::CheckLink(const Entry& entry) {
  if (last_.seq > 0) {
    const LeafRef before{engine::JournalTable::kEntry,
                         entry.program_id.value(),
                         entry.member_id.value(),
                         last_.seq,
                         last_.recomputed,
                         last_.lane,
                         last_.lane_seq};
    const absl::StatusOr<std::optional<base::Hash>> known = JournalHashOf(context_.session, before);
    if (!known.ok()) return known.status();
    if (*known && **known != last_.recomputed) {
      findings_.Add(kEntryRecord, last_.seq,
                    absl::StrCat("hash, by the journal's row ", last_.lane, "/", last_.lane_seq),
                    Shown(**known), Shown(last_.recomputed));
    }
  }
  findings_.Expect(kEntryRecord, entry.seq, "prev_hash", last_.hash, entry.prev_hash);
  return absl::OkStatus();
}

void EntryChain::CheckTransaction(const Entry& entry) {
  if (entry.txn_seq == entry.seq || transaction_.seq == 0) {
    findings_.Expect(kEntryRecord, entry.seq, "txn_seq", entry.seq, entry.txn_seq);
    CloseTransaction();
    transaction_.seq = entry.seq;
    transaction_.count = 1;
    transaction_.lane = entry.lane;
    transaction_.lane_seq = entry.lane_seq;
    transaction_.comes_in = ComesIn(entry.kind);
    transaction_.recorded_at = entry.recorded_at;
    transaction_.request_id = entry.request_id;
    transaction_.actor = entry.actor;
    return;
  }
  ++transaction_.count;
  const char* const record = kEntryRecord;
  if (transaction_.comes_in != ComesIn(entry.kind) && entry.kind != ledger::EntryKind::kRepayDebt) {
    findings_.Add(record, entry.seq, "kind",
                  transaction_.comes_in ? "what comes in from another member"
                                        : "what does not come in from another member",
                  std::string(Name(entry.kind)));
  }
  findings_.Expect(record, entry.seq, "txn_seq", transaction_.seq, entry.txn_seq);
  findings_.Expect(record, entry.seq, "recorded_at, as in its transaction",
                   transaction_.recorded_at, entry.recorded_at);
  findings_.Expect(record, entry.seq, "request_id, as in its transaction",
                   transaction_.request_id.value(), entry.request_id.value());
  findings_.Expect(record, entry.seq, "actor, as in its transaction", transaction_.actor,
                   entry.actor);
  findings_.Expect(record, entry.seq, "lane, as in its transaction", transaction_.lane, entry.lane);
  findings_.Expect(record, entry.seq, "lane_seq, as in its transaction", transaction_.lane_seq,
                   entry.lane_seq);
}

absl::Status EntryChain::CheckProgram(const Entry& entry) {
  if (entry.program_version >= 1 &&
      entry.program_version <= std::max(sums_->versions, sums_->versions_since))
    return absl::OkStatus();
  // It may have been published since the programmes were read.
  if (entry.program_version > sums_->versions) {
    std::vector<ledger::ProgramHead> heads;
    std::map<base::ProgramId, std::string> unreadable;
    const absl::Status read = context_.session.LoadProgramHeads(heads, unreadable);
    if (!read.ok()) return read;
    for (const ledger::ProgramHead& head : heads) {
      if (head.program_id == entry.program_id) sums_->versions_since = head.latest_version;
    }
    if (entry.program_version <= sums_->versions_since) return absl::OkStatus();
  }
  findings_.Add(kEntryRecord, entry.seq, "program_version",
                absl::StrCat("from 1 to ", std::max(sums_->versions, sums_->versions_since)),
                Shown(entry.program_version));
  return absl::OkStatus();
}

void EntryChain::Fold(const Entry& entry) {
  ++sums_->entries;
  sums_->moved[static_cast<size_t>(entry.from)] -= entry.points.value;
  sums_->moved[static_cast<size_t>(entry.to)] += entry.points.value;
  if (IsPaired(entry.kind) && context_.coverage.SumOf(entry.lane, entry.lane_seq)) {
    const bool leaves = entry.to == ledger::Account::kTransferred;
    sums_->transferred += leaves ? entry.points.value : -entry.points.value;
  }

  ledger::Member& member = folded_.member;
  if (!broken_) {
    if (const absl::Status applied = Apply(entry, folded_); !applied.ok()) {
      findings_.Add(kEntryRecord, entry.seq, "movement", "one that follows from the entries before",
                    std::string(applied.message()));
      broken_ = true;
    } else {
      findings_.Expect(kEntryRecord, entry.seq, "available_after", member.available,
                       entry.available_after);
      findings_.Expect(kEntryRecord, entry.seq, "pending_after", member.pending,
                       entry.pending_after);
      findings_.Expect(kEntryRecord, entry.seq, "held_after", member.held, entry.held_after);
      findings_.Expect(kEntryRecord, entry.seq, "debt_after", member.debt, entry.debt_after);
    }
  }
  // Go on from what the entry says, so that one fault is not told again by every entry after it.
  member.available = entry.available_after;
  member.pending = entry.pending_after;
  member.held = entry.held_after;
  member.debt = entry.debt_after;
  member.entry_seq = entry.seq;
  member.head_hash = entry.hash;
  member.last_recorded_at = entry.recorded_at;
}

void EntryChain::CloseTransaction() {
  const bool made_by_request = !transaction_.request_id.empty() && !transaction_.comes_in;
  if (transaction_.seq == 0 || !made_by_request) return;
  const engine::MemberName& member = findings_.member();
  context_.coverage.AddMade({engine::JournalTable::kEntry, member.program_id.value(),
                             member.member_id.value(), transaction_.request_id.value(),
                             transaction_.seq, transaction_.count, transaction_.lane,
                             transaction_.lane_seq});
}

}  // namespace fairpoint::audit
