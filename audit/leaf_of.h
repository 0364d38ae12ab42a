// How the journal lists the rows of append-only tables.
#ifndef FAIRPOINT_AUDIT_LEAF_OF_H_
#define FAIRPOINT_AUDIT_LEAF_OF_H_

#include <string>

#include "base/sha256.h"
#include "engine/store.h"

namespace fairpoint::audit {

inline engine::JournalLeaf LeafOf(engine::JournalTable table, const base::ProgramId& program_id,
                                  const std::string& key, int64_t seq, const base::Hash& hash) {
  return {.table = table, .program_id = program_id.value(), .key = key, .seq = seq, .hash = hash};
}

// `hash` is recomputed from the row.
engine::JournalLeaf LeafOf(const ledger::Entry& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const ledger::MemberEvent& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const engine::Reversal& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const engine::Receipt& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const checkout::Placement& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const checkout::OrderReturn& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const checkout::OrderClaim& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const pricing::PriceFact& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const pricing::Offer& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const pricing::ChannelPromotion& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const pricing::FeedReport& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const pricing::Evidence& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const pricing::PriceCredit& row, const base::Hash& hash);
engine::JournalLeaf LeafOf(const pricing::CreditSettlement& row, const base::Hash& hash);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_LEAF_OF_H_
