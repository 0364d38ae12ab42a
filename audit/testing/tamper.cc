#include "audit/testing/tamper.h"

#include <vector>

#include "audit/leaf_of.h"
#include "audit/row_hashes.h"
#include "ledger/state.h"

namespace fairpoint::audit {
namespace {

using engine::MemberName;
using engine::MemberSeq;

template <class Row>
void EraseOf(const MemberName& member, std::map<MemberSeq, Row>& table) {
  std::erase_if(table, [&member](const auto& row) { return row.first.member == member; });
}

std::optional<base::Hash> HashOfPriceRow(const Tables& tables, const engine::JournalLeaf& leaf) {
  std::optional<base::Hash> hash;
  const auto look = [&](const auto& table) {
    for (const auto& [key, row] : table) {
      const engine::JournalLeaf other = LeafOf(row, leaf.hash);
      if (other == leaf) hash = HashOf(row);
    }
  };
  look(tables.prices.facts);
  look(tables.prices.offers);
  look(tables.prices.promotions);
  look(tables.prices.reports);
  look(tables.prices.evidence);
  look(tables.prices.credits);
  look(tables.prices.settlements);
  return hash;
}

// The hash of the row that the leaf names; nothing if it is gone.
std::optional<base::Hash> HashOfRow(const Tables& tables, const engine::JournalLeaf& leaf) {
  const base::ProgramId program_id(leaf.program_id);
  const MemberSeq key{{program_id, base::MemberId(leaf.key)}, leaf.seq};
  const auto find = [](const auto& table, const auto& name) -> std::optional<base::Hash> {
    const auto row = table.find(name);
    return row == table.end() ? std::nullopt : std::optional(HashOf(row->second));
  };
  switch (leaf.table) {
    case engine::JournalTable::kEntry:
      return find(tables.entries, key);
    case engine::JournalTable::kMemberEvent:
      return find(tables.events, key);
    case engine::JournalTable::kReversal:
      return find(tables.reversals, key);
    case engine::JournalTable::kReceipt:
      return find(tables.receipts, engine::RequestName{program_id, base::RequestId(leaf.key)});
    case engine::JournalTable::kProgramVersion:
      return find(tables.program_versions, std::pair(program_id, leaf.seq));
    case engine::JournalTable::kPlacement:
      return find(tables.placements, engine::OrderName{program_id, leaf.key});
    case engine::JournalTable::kOrderReturn:
      return find(tables.order_returns, engine::OrderName{program_id, leaf.key});
    case engine::JournalTable::kOrderClaim:
      return find(tables.order_claims, engine::OrderName{program_id, leaf.key});
    default:
      return HashOfPriceRow(tables, leaf);
  }
}

}  // namespace

void FixProjections(Tables& tables, const MemberName& member) {
  ledger::Ledger ledger;
  ledger::Member& row = tables.members.at(member);
  ledger.member = row;
  ledger.member.available = ledger.member.pending = ledger.member.held = ledger.member.debt =
      base::kNoPoints;
  ledger.member.lifetime_earned = base::kNoPoints;
  ledger.member.entry_seq = ledger.member.event_seq = 0;
  ledger.member.head_hash = ledger.member.event_head_hash = base::kZeroHash;
  ledger.member.last_recorded_at = {};
  for (const auto& [key, entry] : tables.entries) {
    if (key.member == member) Apply(entry, ledger).IgnoreError();
  }
  for (const auto& [key, event] : tables.events) {
    if (!(key.member == member)) continue;
    ledger.member.event_seq = event.event_seq;
    ledger.member.event_head_hash = event.hash;
    ledger.member.last_recorded_at = std::max(ledger.member.last_recorded_at, event.recorded_at);
  }
  ledger.member.next_due_at = NextDueAt(ledger);
  row = ledger.member;
  EraseOf(member, tables.lots);
  EraseOf(member, tables.holds);
  for (const auto& [seq, lot] : ledger.lots) tables.lots.emplace(MemberSeq{member, seq}, lot);
  for (const auto& [seq, hold] : ledger.holds) tables.holds.emplace(MemberSeq{member, seq}, hold);
}

void FixChain(Tables& tables, const MemberName& member, int64_t from_seq) {
  ledger::Ledger ledger;
  base::Hash last{};
  for (auto& [key, entry] : tables.entries) {
    if (!(key.member == member)) continue;
    Apply(entry, ledger).IgnoreError();
    if (entry.seq >= from_seq) {
      entry.available_after = ledger.member.available;
      entry.pending_after = ledger.member.pending;
      entry.held_after = ledger.member.held;
      entry.debt_after = ledger.member.debt;
      entry.prev_hash = last;
      entry.hash = HashOf(entry);
    }
    last = entry.hash;
  }
  FixProjections(tables, member);
}

void FixJournal(Tables& tables, int64_t lane, int64_t lane_seq) {
  engine::JournalRow& row = tables.journal.at({lane, lane_seq});
  std::vector<engine::JournalLeaf> leaves, kept;
  if (!DecodeLeaves(row.body, leaves)) std::abort();
  for (engine::JournalLeaf& leaf : leaves) {
    const std::optional<base::Hash> hash = HashOfRow(tables, leaf);
    if (!hash) continue;
    leaf.hash = *hash;
    kept.push_back(leaf);
  }
  row.body = EncodeLeaves(kept);
  FixLane(tables, lane, lane_seq);
}

void FixLane(Tables& tables, int64_t lane, int64_t from_lane_seq) {
  base::Hash last{};
  for (auto& [key, row] : tables.journal) {
    if (key.first != lane) continue;
    if (row.lane_seq >= from_lane_seq) {
      row.prev_hash = last;
      row.hash = HashOf(row);
    }
    last = row.hash;
    tables.lanes.at(lane).lane_seq = row.lane_seq;
  }
  tables.lanes.at(lane).head_hash = last;
}

}  // namespace fairpoint::audit
