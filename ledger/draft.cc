#include "ledger/draft.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::ledger {
namespace {

constexpr char kClockActor[] = "system";

// Copies a row from the start before it is changed for the first time.
template <class Row>
void Touch(const std::map<int64_t, Row>& start, std::map<int64_t, Row>& touched, int64_t seq) {
  if (touched.contains(seq)) return;
  if (const auto found = start.find(seq); found != start.end()) touched.emplace(seq, found->second);
}

template <class Row>
const Row* Find(const std::map<int64_t, Row>& start, const std::map<int64_t, Row>& touched,
                int64_t seq) {
  if (const auto found = touched.find(seq); found != touched.end()) return &found->second;
  const auto found = start.find(seq);
  return found == start.end() ? nullptr : &found->second;
}

// In the order of their seqs, whatever was touched: what is booked for each must not depend on it.
template <class Row>
void ForEach(const std::map<int64_t, Row>& start, const std::map<int64_t, Row>& touched,
             const std::function<void(const Row&)>& visit) {
  for (const auto& [seq, row] : start) {
    const auto changed = touched.find(seq);
    visit(changed == touched.end() ? row : changed->second);
  }
  // Rows made since have higher seqs.
  for (const auto& [seq, row] : touched) {
    if (!start.contains(seq)) visit(row);
  }
}

template <class Row>
void Sort(const std::map<int64_t, Row>& start, std::map<int64_t, Row>& touched,
          std::vector<Row>& made, std::vector<Row>& changed) {
  for (auto& [seq, row] : touched) {
    const auto before = start.find(seq);
    if (before == start.end()) {
      made.push_back(std::move(row));
    } else if (!(before->second == row)) {
      changed.push_back(std::move(row));
    }
  }
}

}  // namespace

Draft::Draft(const Ledger& start, const Posting& posting, const Program& program, base::Instant now)
    : start_(start),
      posting_(posting),
      program_(program),
      now_(now),
      legal_entity_(LegalEntityOf(program, posting.store_id)),
      status_(CheckRows(start)) {
  touched_.member = start.member;
}

void Draft::BeginOperation() {
  by_clock_ = false;
  txn_seq_ = next_seq();
  changes_.operation_first = txn_seq_;
}

void Draft::BeginClock() {
  by_clock_ = true;
  txn_seq_ = next_seq();
}

Entry Draft::EntryOf(const Movement& movement) const {
  Entry entry;
  entry.program_id = touched_.member.program_id;
  entry.member_id = touched_.member.member_id;
  entry.seq = next_seq();
  entry.txn_seq = txn_seq_;
  entry.kind = movement.kind;
  entry.from = movement.from;
  entry.to = movement.to;
  entry.points = movement.points;
  entry.lot_seq = movement.lot_seq == kNewLot ? entry.seq : movement.lot_seq;
  entry.hold_seq = movement.hold_seq == kNewHold ? txn_seq_ : movement.hold_seq;
  entry.reverses_seq = movement.reverses_seq;
  entry.peer_id = movement.peer_id;
  entry.peer_seq = movement.peer_seq;
  entry.earned_at = movement.earned_at;
  entry.available_at = movement.available_at;
  entry.expires_at = movement.expires_at;
  entry.effective_at = movement.effective_at;
  entry.recorded_at = now_;
  entry.program_version = program_.version;
  entry.prev_hash = touched_.member.head_hash;
  if (by_clock_) {
    entry.actor = kClockActor;
    return entry;
  }
  entry.order_id = posting_.order_id;
  entry.order_line = posting_.order_line;
  entry.store_id = posting_.store_id;
  entry.legal_entity = legal_entity_;
  entry.reason = posting_.reason;
  entry.actor = posting_.actor;
  entry.request_id = posting_.request_id;
  return entry;
}

int64_t Draft::Book(const Movement& movement) {
  if (!status_.ok()) return next_seq();
  Entry entry = EntryOf(movement);
  if (entry.lot_seq != entry.seq) Touch(start_.lots, touched_.lots, entry.lot_seq);
  Touch(start_.holds, touched_.holds, entry.hold_seq);
  // The balances after are hashed, and known only once the entry is applied; Apply does not look at
  // hashes.
  status_ = Apply(entry, touched_);
  if (!status_.ok()) return entry.seq;
  entry.available_after = touched_.member.available;
  entry.pending_after = touched_.member.pending;
  entry.held_after = touched_.member.held;
  entry.debt_after = touched_.member.debt;
  entry.hash = HashOf(entry);
  touched_.member.head_hash = entry.hash;
  if (!by_clock_) ++changes_.operation_count;
  changes_.entries.push_back(std::move(entry));
  return changes_.entries.back().seq;
}

const Lot* Draft::FindLot(int64_t lot_seq) const {
  return Find(start_.lots, touched_.lots, lot_seq);
}
const Hold* Draft::FindHold(int64_t hold_seq) const {
  return Find(start_.holds, touched_.holds, hold_seq);
}
const Lot& Draft::LotOf(int64_t lot_seq) {
  if (const Lot* const lot = FindLot(lot_seq)) return *lot;
  if (status_.ok()) {
    status_ =
        absl::DataLossError(absl::StrCat("member ", touched_.member.member_id.value(), ": lot ",
                                         lot_seq, ", which other rows name, is not there"));
  }
  static const Lot& none = *new Lot;
  return none;
}
void Draft::ForEachLot(const std::function<void(const Lot&)>& visit) const {
  ForEach(start_.lots, touched_.lots, visit);
}
void Draft::ForEachHold(const std::function<void(const Hold&)>& visit) const {
  ForEach(start_.holds, touched_.holds, visit);
}

std::optional<base::Instant> Draft::NextDue() const {
  // Lots that were not loaded are covered by what the row said before.
  std::optional<base::Instant> next = start_.open_loaded ? std::nullopt : start_.member.next_due_at;
  ForEachLot([&](const Lot& lot) { next = Sooner(next, DueOf(lot)); });
  ForEachHold([&](const Hold& hold) { next = Sooner(next, DueOf(hold)); });
  return next;
}

absl::StatusOr<Changes> Draft::Finish() && {
  if (!status_.ok()) return status_;
  touched_.member.next_due_at = NextDue();
  changes_.member = std::move(touched_.member);
  Sort(start_.lots, touched_.lots, changes_.new_lots, changes_.lots);
  Sort(start_.holds, touched_.holds, changes_.new_holds, changes_.holds);
  if (changes_.operation_count == 0) changes_.operation_first = 0;
  return std::move(changes_);
}

}  // namespace fairpoint::ledger
